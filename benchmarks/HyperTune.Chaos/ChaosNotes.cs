using System.Globalization;

namespace HyperTune.Chaos;

/// <summary>What the workers noted of the trials whose telling returned: a file for each process, a line for each trial, handed to the system at once.</summary>
internal sealed class ChaosNotes(string folder)
{
    private int _files;

    /// <summary>A trial as a worker told it.</summary>
    public readonly record struct Line(int Number, double X, double Value)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number} {X:R} {Value:R}");

        public static Line Parse(string text)
        {
            string[] parts = text.Split(' ');
            return new(int.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The file of a process that is about to start.</summary>
    public string NewFile() => Path.Combine(folder, $"{_files++:D4}.notes");

    /// <summary>All whole lines.</summary>
    public IReadOnlyList<Line> Read() => [.. Directory.GetFiles(folder, "*.notes").SelectMany(ReadLines).Select(Line.Parse)];

    private static IEnumerable<string> ReadLines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n')[..^1];
    }
}
