namespace Rpc.Json;

/// <summary>How a <see cref="JsonTranscoder"/> reads and writes. The defaults are those of proto3's JSON mapping.</summary>
public sealed record JsonTranscoderOptions
{
    // Utf8JsonWriter refuses base64 of more than 125 million bytes.
    internal const int LargestInput = 100 * 1024 * 1024;

    /// <summary>
    /// Whether JSON input may have fields, and enum values by name, that the descriptors lack. They are dropped; otherwise
    /// they are errors. Unknown fields of protobuf input are always skipped.
    /// </summary>
    public bool IgnoreUnknownFields { get; init; }

    /// <summary>
    /// Whether fields without presence (scalars of proto3 that are not <c>optional</c>, repeated fields, maps) are written
    /// even when they hold their default.
    /// </summary>
    public bool WriteDefaultValues { get; init; }

    /// <summary>
    /// Whether JSON output has the names of the <c>.proto</c> file instead of their JSON names. Input may always have either.
    /// </summary>
    public bool PreserveProtoNames { get; init; }

    /// <summary>Whether JSON output has the numbers of enum values instead of their names. Input may always have either.</summary>
    public bool EnumsAsNumbers { get; init; }

    /// <summary>
    /// How many messages may be nested, the outermost being the first. A <c>google.protobuf.Struct</c> or <c>ListValue</c>
    /// counts as one message, the <c>Value</c> around it does not.
    /// </summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>
    /// The largest message or JSON text that is read, in bytes. At most 100 MiB, because JSON strings have a limit. It also limits
    /// how much is searched in advance for an <c>@type</c> that does not come first.
    /// </summary>
    public int MaxInputBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// The largest message or JSON text that is written, in bytes: a small message can be a large JSON text when
    /// <see cref="WriteDefaultValues"/> is on. JSON output is measured from one field to the next, so it may end slightly later.
    /// </summary>
    public int MaxOutputBytes { get; init; } = 64 * 1024 * 1024;
}
