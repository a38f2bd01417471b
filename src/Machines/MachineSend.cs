namespace Machines;

/// <summary>An event to an instance of another machine, as <see cref="DurableActionListExtensions.SendToMachine"/> asks for it.</summary>
/// <param name="Machine">The other machine's name.</param>
/// <param name="Key">The instance.</param>
/// <param name="Message">The event.</param>
/// <param name="Delay">How long to wait; null for not at all.</param>
public sealed record MachineSend(string Machine, string Key, object Message, TimeSpan? Delay);
