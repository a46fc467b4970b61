namespace HyperTune.Cli.Output;

/// <summary>A file that gets its new content as a whole, or stays as it was.</summary>
internal static class OutputFile
{
    /// <summary>Writes beside the file, and puts the result into its place once all of it is written.</summary>
    /// <param name="path">The file. A link stays one: its target is replaced. What is no plain file, such as a pipe, is written as it is.</param>
    /// <param name="write">Writes the content. If it throws, nothing is left of it.</param>
    public static async Task<T> WriteAsync<T>(string path, Func<Stream, Task<T>> write)
    {
        string target = Path.GetFullPath(path);
        // What /dev/stdout links to has no name of its own.
        if (!IsDevice(target) && new FileInfo(target).LinkTarget is not null) target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        if (IsDevice(target)) return await WriteAsync(File.Create(target), write).ConfigureAwait(false);
        if (Directory.Exists(target)) throw new UsageException($"'{path}' is a folder. Name a file in it.");
        UnixFileMode? mode = null;
        if (File.Exists(target))
        {
            // A file that this user may not write is not replaced either.
            var present = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (!present.CanSeek) return await WriteAsync(present, write).ConfigureAwait(false);
            await present.DisposeAsync().ConfigureAwait(false);
            if (!OperatingSystem.IsWindows()) mode = File.GetUnixFileMode(target);
        }
        string fresh = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            var stream = new FileStream(fresh, FileMode.CreateNew, FileAccess.Write);
            if (mode is { } kept && !OperatingSystem.IsWindows()) File.SetUnixFileMode(stream.SafeFileHandle, kept);
            T result = await WriteAsync(stream, write).ConfigureAwait(false);
            File.Move(fresh, target, overwrite: true);
            return result;
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static async Task<T> WriteAsync<T>(FileStream stream, Func<Stream, Task<T>> write)
    {
        await using (stream.ConfigureAwait(false)) return await write(stream).ConfigureAwait(false);
    }

    /// <summary>Whether the path names what the system gives out as a file, such as <c>/dev/null</c> and <c>/dev/stdout</c>.</summary>
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));
}
