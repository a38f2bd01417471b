using System.Runtime.InteropServices;

namespace Restate.Sdk.Server;

/// <summary>Finds the server's executable.</summary>
internal static class RestateBinary
{
    private const string Name = "restate-server";

    /// <exception cref="RestateServerException">There is none.</exception>
    public static string Find(string? explicitPath)
    {
        if (explicitPath is not null)
        {
            return File.Exists(explicitPath)
                ? Path.GetFullPath(explicitPath)
                : throw new RestateServerException($"BinaryPath '{explicitPath}' does not exist.");
        }

        var package = Path.Combine("node_modules", "@restatedev", $"{Name}-{Platform}", "bin", Name);
        var candidates = Ancestors(AppContext.BaseDirectory)
            .Concat(Ancestors(Directory.GetCurrentDirectory()))
            .Select(folder => Path.Combine(folder, package))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder, Name)));
        return candidates.FirstOrDefault(File.Exists) ?? throw new RestateServerException(
            $"No {Name} found: neither as {package} in this folder or one above it, nor in PATH. " +
            "Run 'npm install @restatedev/restate-server' in the repository, or set BinaryPath.");
    }

    private static string Platform => (RuntimeInformation.OSArchitecture, OperatingSystem.IsMacOS()) switch
    {
        (Architecture.Arm64, true) => "darwin-arm64",
        (_, true) => "darwin-x64",
        (Architecture.Arm64, false) => "linux-arm64",
        _ => "linux-x64",
    };

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (DirectoryInfo? current = new(folder); current is not null; current = current.Parent)
            yield return current.FullName;
    }
}
