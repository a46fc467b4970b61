namespace HyperTune.Quality.Problems;

/// <summary>Who hears the steps of a curve and may stop it early.</summary>
internal interface ICurveReporter
{
    /// <summary>Takes the value of a step.</summary>
    void Report(double value, int step);

    /// <summary>Whether the evaluation is to stop here; asked once after each report.</summary>
    bool ShouldPrune();
}
