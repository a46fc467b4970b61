using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HyperTune.Diagnostics;

/// <summary>The names under which the library reports what it does to OpenTelemetry and others.</summary>
public static class HyperTuneDiagnostics
{
    /// <summary>The name of the <see cref="Meter"/>.</summary>
    public const string MeterName = "HyperTune";

    /// <summary>The name of the <see cref="ActivitySource"/>.</summary>
    public const string ActivitySourceName = "HyperTune";
}
