using System.IO.Compression;

namespace Statecharts.Tests.Differential;

/// <summary>The cases that XState answered, and its answers; golden.mjs writes them.</summary>
internal static class Golden
{
    internal static readonly string[] Cases = [.. ReadLines("cases.jsonl.gz"), .. ReadLines("scenarios.jsonl")];

    internal static readonly string[] Answers = [.. ReadLines("answers.jsonl.gz"), .. ReadLines("scenarios.answers.jsonl")];

    private static string[] ReadLines(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Differential", name));
        using Stream content = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new StreamReader(content);
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
