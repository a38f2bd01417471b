namespace Restate.Sdk.Protocol;

/// <summary>Limits and checks of the protocol machine.</summary>
internal sealed record MachineOptions
{
    public const int DefaultMaxMessageSize = 32 * 1024 * 1024;

    public static MachineOptions Default { get; } = new();

    /// <summary>The largest message that is taken in, in bytes.</summary>
    public long MaxMessageSize { get; init; } = DefaultMaxMessageSize;

    /// <summary>Whether a replay also compares values and inputs.</summary>
    public bool CheckPayloads { get; init; } = true;
}
