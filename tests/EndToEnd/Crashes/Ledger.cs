namespace EndToEnd.Crashes;

/// <summary>Where the side effects of one host go, one a line, as soon as they happen.</summary>
internal sealed class Ledger(string file)
{
    private readonly Lock _gate = new();

    public void Add(string key, string effect)
    {
        lock (_gate)
            File.AppendAllText(file, $"{key} {effect}\n");
    }

    /// <summary>The effects of the machines with a key, in the order they happened.</summary>
    public IReadOnlyList<string> Of(string key)
    {
        lock (_gate)
        {
            return !File.Exists(file)
                ? []
                : [.. File.ReadLines(file).Where(line => line.StartsWith(key, StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..])];
        }
    }
}
