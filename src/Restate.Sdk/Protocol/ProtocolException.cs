namespace Restate.Sdk.Protocol;

/// <summary>The stream or the journal is not what it has to be; ends the attempt with an error message.</summary>
#pragma warning disable CA1032 // never thrown without a code
internal sealed class ProtocolException(ushort code, string message, RelatedCommand? command = null) : Exception(message)
#pragma warning restore CA1032
{
    public ushort Code { get; } = code;

    public RelatedCommand? Command { get; } = command;

    public static ProtocolException Violation(string message) => new(ProtocolErrorCode.ProtocolViolation, message);
}
