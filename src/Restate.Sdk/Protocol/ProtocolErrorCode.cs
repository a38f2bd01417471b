namespace Restate.Sdk.Protocol;

/// <summary>Codes of an error message that the protocol itself defines, and the general one.</summary>
internal static class ProtocolErrorCode
{
    public const ushort Internal = 500;
    public const ushort JournalMismatch = 570;
    public const ushort ProtocolViolation = 571;
}
