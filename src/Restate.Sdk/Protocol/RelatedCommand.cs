namespace Restate.Sdk.Protocol;

/// <summary>The command an error message points at: its place in the journal (the input is 0), its type and name.</summary>
internal sealed record RelatedCommand(uint Index, MessageType Type, string? Name);
