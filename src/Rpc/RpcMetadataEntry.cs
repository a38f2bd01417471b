namespace Rpc;

/// <summary>One name and value of <see cref="RpcMetadata"/>.</summary>
public readonly record struct RpcMetadataEntry
{
    internal RpcMetadataEntry(string name, string? text, ReadOnlyMemory<byte> bytes)
    {
        Name = name;
        Text = text;
        Bytes = bytes;
    }

    /// <summary>The name, in lower case. A binary entry's ends with <c>-bin</c>.</summary>
    public string Name { get; }

    /// <summary>The value of an ASCII entry; null for a binary one.</summary>
    public string? Text { get; }

    /// <summary>The value of a binary entry; empty for an ASCII one.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether the value is bytes.</summary>
    public bool IsBinary => Text is null;
}
