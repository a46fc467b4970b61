using System.Text;
using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Storage.Archive;

namespace HyperTune;

/// <summary>Studies as a JSON file that no storage is needed to read, and whole studies from one storage to another.</summary>
/// <remarks>
/// <para>
/// The file holds all that a storage knows of its studies: <c>{format, made_with, schema_revision, studies: […]}</c>, each trial on a line of its own. It is strict JSON:
/// a number that is not finite is written <c>{"$float": "NaN"}</c>, <c>"Infinity"</c> or <c>"-Infinity"</c>; a number without point and exponent is a whole number,
/// of any size, and any other a double. Times are UTC to the microsecond.
/// </para>
/// <para>
/// Numbers, states, times and attributes are kept when a file is read or a study copied; ids are those of the new storage, and attributes that contain ids of another program's
/// are taken as they are. A running trial stays running and belongs to nobody: it is not taken back, and its end can be told by number. Trials that cannot be read
/// are left out and named in the result; the ones after them then have lower numbers.
/// </para>
/// </remarks>
public static class StudyArchive
{
    /// <summary>Writes studies into a stream, one trial after the other.</summary>
    /// <param name="storage">The storage; each study is one consistent snapshot.</param>
    /// <param name="stream">Where to write; it stays open.</param>
    /// <param name="names">The names of the studies; null for all.</param>
    /// <param name="cancellationToken">Ends the writing, in the middle of the file.</param>
    /// <returns>What was written, and what could not be.</returns>
    /// <exception cref="StudyNotFoundException">There is no study of one of the names; nothing was written.</exception>
    /// <exception cref="StorageException">The storage failed.</exception>
    public static async Task<StudyArchiveResult> WriteAsync(IStorage storage, Stream stream, IReadOnlyCollection<string>? names = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(stream);
        IReadOnlyList<StudyRecord> studies = await ChooseAsync(storage, names, cancellationToken).ConfigureAwait(false);
        var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            var result = new StudyArchiveResult();
            await writer.WriteAsync(ArchiveWriter.Head.AsMemory(), cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < studies.Count; i++)
            {
                if (i > 0) await writer.WriteAsync(",\n".AsMemory(), cancellationToken).ConfigureAwait(false);
                StudyDelta delta = await storage.ReadAsync(studies[i].Id, StudyCursor.Start, cancellationToken).ConfigureAwait(false);
                StudyRecord study = delta.Study!;
                await ArchiveWriter.WriteAsync(writer, study, delta.Trials, cancellationToken).ConfigureAwait(false);
                result = result.With(study.Name, delta.Trials.Count, delta.Unreadable);
            }
            await writer.WriteAsync(ArchiveWriter.Foot.AsMemory(), cancellationToken).ConfigureAwait(false);
            return result;
        }
    }

    /// <summary>Reads studies from a stream into a storage, in which their names must be free.</summary>
    /// <param name="storage">Where the studies go, each in one step.</param>
    /// <param name="stream">A file of <see cref="WriteAsync"/>; it is read to its end before anything is stored, and stays open.</param>
    /// <param name="names">The names of the studies; null for all.</param>
    /// <param name="cancellationToken">Ends the reading; studies stored before stay.</param>
    /// <returns>What was stored.</returns>
    /// <exception cref="FormatException">The stream holds no such file, or one of a later format; nothing was stored.</exception>
    /// <exception cref="StudyNotFoundException">The file has no study of one of the names; nothing was stored.</exception>
    /// <exception cref="StudyExistsException">A name is taken; nothing was stored.</exception>
    /// <exception cref="ArgumentException">A study breaks a rule of storages, such as one for the number of values; studies stored before stay.</exception>
    /// <exception cref="StorageException">The storage failed; studies stored before stay.</exception>
    public static async Task<StudyArchiveResult> ReadAsync(IStorage storage, Stream stream, IReadOnlyCollection<string>? names = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(stream);
        using var text = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        IReadOnlyList<ArchivedStudy> studies = ArchiveReader.Read(await text.ReadToEndAsync(cancellationToken).ConfigureAwait(false));
        if (names is not null)
        {
            foreach (string name in names)
            {
                if (!studies.Any(study => study.Definition.Name == name)) throw new StudyNotFoundException(name);
            }
            studies = [.. studies.Where(study => names.Contains(study.Definition.Name))];
        }
        await CheckNamesAsync(storage, studies.Select(study => study.Definition.Name), cancellationToken).ConfigureAwait(false);
        var result = new StudyArchiveResult();
        foreach (ArchivedStudy study in studies)
        {
            await study.AddToAsync(storage, cancellationToken).ConfigureAwait(false);
            result = result.With(study.Definition.Name, study.Trials.Count, []);
        }
        return result;
    }

    /// <summary>Copies studies with all their trials into another storage, in which their names must be free.</summary>
    /// <param name="source">The storage to read.</param>
    /// <param name="target">Where the studies go, each in one step.</param>
    /// <param name="names">The names of the studies; null for all.</param>
    /// <param name="cancellationToken">Ends the copying; studies stored before stay.</param>
    /// <returns>What was stored, and what could not be read.</returns>
    /// <exception cref="StudyNotFoundException">There is no study of one of the names; nothing was stored.</exception>
    /// <exception cref="StudyExistsException">A name is taken; nothing was stored.</exception>
    /// <exception cref="StorageException">A storage failed; studies stored before stay.</exception>
    public static async Task<StudyArchiveResult> CopyAsync(IStorage source, IStorage target, IReadOnlyCollection<string>? names = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        IReadOnlyList<StudyRecord> studies = await ChooseAsync(source, names, cancellationToken).ConfigureAwait(false);
        await CheckNamesAsync(target, studies.Select(study => study.Name), cancellationToken).ConfigureAwait(false);
        var result = new StudyArchiveResult();
        foreach (StudyRecord chosen in studies)
        {
            StudyDelta delta = await source.ReadAsync(chosen.Id, StudyCursor.Start, cancellationToken).ConfigureAwait(false);
            await ArchivedStudy.Of(delta.Study!, delta.Trials).AddToAsync(target, cancellationToken).ConfigureAwait(false);
            result = result.With(chosen.Name, delta.Trials.Count, delta.Unreadable);
        }
        return result;
    }

    private static async Task<IReadOnlyList<StudyRecord>> ChooseAsync(IStorage storage, IReadOnlyCollection<string>? names, CancellationToken cancellationToken)
    {
        if (names is null) return [.. (await storage.ListStudiesAsync(cancellationToken).ConfigureAwait(false)).Select(summary => summary.Study)];
        var studies = new List<StudyRecord>(names.Count);
        foreach (string name in names.Distinct()) studies.Add(await storage.FindStudyAsync(name, cancellationToken).ConfigureAwait(false) ?? throw new StudyNotFoundException(name));
        return studies;
    }

    private static async Task CheckNamesAsync(IStorage storage, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (string name in names)
        {
            if (await storage.FindStudyAsync(name, cancellationToken).ConfigureAwait(false) is not null) throw new StudyExistsException(name);
        }
    }
}
