namespace HyperTune.Importance.Forests;

/// <summary>A node of a regression tree.</summary>
/// <param name="Value">The mean loss of the trials.</param>
/// <param name="Feature">The feature that is split; -1 for a leaf.</param>
/// <param name="Threshold">Numbers up to it go left; of choices, the one with this index.</param>
/// <param name="Left">The index of the left child.</param>
/// <param name="Right">The index of the right child.</param>
/// <param name="Decrease">By how much the split lowers the sum of squares around the means.</param>
internal readonly record struct TreeNode(double Value, int Feature = -1, double Threshold = 0, int Left = 0, int Right = 0, double Decrease = 0);
