using Restate.Sdk;

namespace Machines.Runtime;

/// <summary>
/// Marks the sends of machines, for whose answer nobody waits, so that what the next deployment can process is not lost. In a header, since
/// the receiver may be any machine, and one that does not know the mark takes the event as it takes all others.
/// </summary>
internal static class UnattendedSend
{
    private const string Header = "x-machines-unattended";

    public static IReadOnlyDictionary<string, string> Headers { get; } = new Dictionary<string, string> { [Header] = "true" };

    public static bool Is(Context context) => context.Headers.ContainsKey(Header);
}
