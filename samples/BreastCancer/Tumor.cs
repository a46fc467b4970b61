using Microsoft.ML.Data;

namespace HyperTune.Samples.BreastCancer;

/// <summary>One row of the data: what was measured on the cell nuclei of a tumor, and what the tumor turned out to be.</summary>
internal sealed class Tumor
{
    /// <summary>Measurements per tumor.</summary>
    public const int FeatureCount = 30;

    /// <summary>The measurements, in the order of the file's columns.</summary>
    [VectorType(FeatureCount)]
    public required float[] Features { get; init; }

    /// <summary>What the model has to find out.</summary>
    [ColumnName("Label")]
    public required bool IsMalignant { get; init; }
}
