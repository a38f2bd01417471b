using System.Text.Json;

namespace Statecharts;

/// <summary>
/// XState's state value: the name of the active child where that is all there is to say, else the active children with
/// their own values.
/// </summary>
public sealed class StateValue
{
    internal StateValue(string name) => Name = name;

    internal StateValue(IReadOnlyList<KeyValuePair<string, StateValue>> children) => Children = children;

    /// <summary>The active child's name, when it is atomic; else null.</summary>
    public string? Name { get; }

    /// <summary>The active children by name, when <see cref="Name"/> is null. Empty for a state without children.</summary>
    public IReadOnlyList<KeyValuePair<string, StateValue>> Children { get; } = [];

    /// <summary>Writes the value as XState does: a string or an object.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (Name is not null)
        {
            writer.WriteStringValue(Name);
            return;
        }
        writer.WriteStartObject();
        foreach (var (name, value) in Children)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    /// <summary>The value as JSON.</summary>
    public override string ToString() => JsonText.Write(WriteTo);
}
