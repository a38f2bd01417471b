namespace Interop.Cases;

/// <summary>Somebody else's client that runs cases against <see cref="InteropServer"/>.</summary>
/// <param name="name">The table's column.</param>
/// <param name="inapplicable">The cases that its protocol or API cannot express.</param>
/// <param name="absence">Why it cannot run on this machine; null when it can.</param>
internal abstract class InteropClient(string name, IEnumerable<string> inapplicable, string? absence = null)
{
    public string Name => name;

    public string? Absence => absence;

    public IReadOnlyList<string> Cases { get; } = [.. InteropCase.All.Except(inapplicable)];

    /// <summary>Runs <see cref="Cases"/>.</summary>
    public abstract Task<IReadOnlyList<InteropOutcome>> RunAsync(InteropServer server);

    /// <summary>The folder of its sources.</summary>
    protected static string Folder(string name) => Path.Combine(QuickstartProcess.Root, "tests", "Interop", "clients", name);
}
