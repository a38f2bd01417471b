using System.Text;

namespace Machines.Schema;

/// <summary>What a machine publishes of itself in its service's metadata: for tools, and for people in Restate's UI.</summary>
internal static class PublishedDefinition
{
    /// <summary>The definition's id, on which new instances run.</summary>
    public const string IdKey = "machines.v1.definition";

    /// <summary>The definition as XState's JSON config.</summary>
    public const string XStateKey = "machines.v1.xstate";

    /// <summary>The definition as a Mermaid diagram.</summary>
    public const string MermaidKey = "machines.v1.mermaid";

    /// <summary>What the metadata of one service may take, in bytes of UTF-8, so that discovery and the admin API stay small.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <exception cref="InvalidOperationException">It is larger than <see cref="MaxBytes"/>.</exception>
    public static IReadOnlyDictionary<string, string> Of(DurableMachine machine)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [IdKey] = machine.Machine.Id,
            [XStateKey] = machine.Machine.ToJson(),
            [MermaidKey] = machine.Machine.ToMermaid(),
        };
        if (machine.SchemaFile is { } schema)
            metadata.Add(PublishedSchema.MetadataKey, PublishedSchema.Encode(schema));

        var sizes = metadata.ToDictionary(entry => entry.Key, entry => Encoding.UTF8.GetByteCount(entry.Value));
        return sizes.Values.Sum() <= MaxBytes
            ? metadata
            : throw new InvalidOperationException(
                $"Machine '{machine.Name}' would publish more metadata than the {MaxBytes} bytes there are: "
                + $"{string.Join(", ", sizes.Select(entry => $"{entry.Key} {entry.Value}"))}. Set Schema to a file with fewer imports, or split the machine.");
    }
}
