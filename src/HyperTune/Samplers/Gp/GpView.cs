using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Gp;

/// <summary>The modelled space of a study, which is made anew only when it changes.</summary>
/// <param name="Source">The space that the trials share, or the declared one.</param>
/// <param name="Space">What of it is modelled.</param>
/// <param name="Schemas">Shared by the joint samples, which all have the same parameters.</param>
internal sealed record GpView(SearchSpace Source, GpSpace Space, ParameterSchema Schemas)
{
    private static readonly object Key = new();

    public static GpView Of(StudyHistory history)
    {
        SearchSpace source = SourceOf(history);
        GpView view = history.View<GpView>(Key, static (newer, former) => Extend(SourceOf(newer), former));
        // For a snapshot that is older than the study's view.
        return view.Source.Equals(source) ? view : Extend(source, null);
    }

    private static SearchSpace SourceOf(StudyHistory history) => history.DeclaredSpace ?? IntersectionSpace.Of(history, includePruned: false);

    private static GpView Extend(SearchSpace source, GpView? former) =>
        former is not null && former.Source.Equals(source) ? former : new(source, new GpSpace(GpSpace.Modelled(source)), former?.Schemas ?? ParameterSchema.CreateRoot());
}
