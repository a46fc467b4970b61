using HyperTune.Pruners;
using HyperTune.Samplers;
using HyperTune.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HyperTune;

/// <summary>What a study is and how this process works on it. Everything has a default.</summary>
public sealed record StudyOptions
{
    /// <summary>The study's name, unique within its storage; 1 to 512 characters. Left out: a new unique name.</summary>
    public string? Name { get; init => field = value is null ? null : Guard.Name(value); }

    /// <summary>One direction for each objective. Left out: one objective, minimized. A loaded study must have the same ones.</summary>
    public IReadOnlyList<Direction>? Directions { get; init => field = value is null ? null : [.. Guard.NotNullOrEmpty(value).Select(direction => Guard.Defined(direction, nameof(Directions)))]; }

    /// <summary>One name for each objective, shown by reports and dashboards. Left out: none.</summary>
    public IReadOnlyList<string>? MetricNames { get; init => field = value is null ? null : [.. Guard.NotNullOrEmpty(value).Select(name => Guard.Name(name, nameof(MetricNames)))]; }

    /// <summary>Where the study is kept. Left out: in memory.</summary>
    public IStorage? Storage { get; init; }

    /// <summary>Whether disposing the study disposes <see cref="Storage"/>; failing to create or load the study does so, too. False by default.</summary>
    public bool OwnsStorage { get; init; }

    /// <summary>Proposes parameters. Left out: <see cref="AutoSampler"/>, which chooses among samplers and says what it chose and why (<see cref="Study.Explain(TrialRecord)"/>).</summary>
    public ISampler? Sampler { get; init; }

    /// <summary>Stops trials without promise. Left out: <see cref="LearningCurvePruner"/> for one objective and <see cref="MedianPruner"/> for several, with their defaults.</summary>
    public IPruner? Pruner { get; init; }

    /// <summary>The search space, when it is known beforehand, conditional branches included. Left out: defined by what the objective asks for.</summary>
    /// <remarks>A loaded study that holds a parameter with another kind, logarithmic scale or choices is refused; bounds and steps may differ.
    /// Values of <see cref="SearchSpace.WithDefaults"/> are tried before anything else.</remarks>
    public SearchSpace? SearchSpace { get; init; }

    /// <summary>Whether a study of this name that exists is loaded instead of refused. False by default.</summary>
    public bool LoadIfExists { get; init; }

    /// <summary>How often a trial that failed or whose worker died is enqueued again with the same parameters. 0 or more; 0 by default.</summary>
    public int MaxRetries { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>How running trials are kept from being lost with their process.</summary>
    public LeaseOptions Leases { get; init => field = Guard.NotNull(value); } = new();

    /// <summary>How long reports and attributes of a running trial may stay unwritten. Above 0; 1 second by default.</summary>
    public TimeSpan FlushInterval { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromSeconds(1);

    /// <summary>How many parameters, reports and attributes of one trial may be unwritten when its end is told. 1 or more; 100,000 by default.</summary>
    /// <remarks>
    /// They gather while the storage fails. With more of them the end is sent only after they have been stored; while that fails, telling it throws a
    /// <see cref="StorageException"/> that says how much is not stored. Nothing is dropped, so that the end can be told again once the storage works.
    /// </remarks>
    public int MaxUnwrittenChanges { get; init => field = Guard.AtLeast(value, 1); } = 100_000;

    /// <summary>How often the history is brought up to date while trials report. Above 0; 1 second by default.</summary>
    public TimeSpan RefreshInterval { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromSeconds(1);

    /// <summary>The clock of everything. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init => field = Guard.NotNull(value); } = TimeProvider.System;

    /// <summary>Takes log messages. None are written by default.</summary>
    public ILoggerFactory LoggerFactory { get; init => field = Guard.NotNull(value); } = NullLoggerFactory.Instance;
}
