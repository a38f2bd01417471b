using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Gateway.Upstream;

/// <summary>XState's state value: a string, or an object of the active children.</summary>
internal static class StateValues
{
    /// <summary>Reads a state value.</summary>
    /// <param name="reader">Where it begins, and afterwards where it ends.</param>
    /// <exception cref="FormatException">It is something else.</exception>
    public static Value Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            return Value.ForString(reader.GetString());
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException("value: is neither a string nor an object");

        var children = new Struct();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            children.Fields[name] = Read(ref reader);
        }

        return Value.ForStruct(children);
    }

    /// <summary>The active states as dotted paths, each before its children.</summary>
    public static List<string> Paths(Value value)
    {
        var paths = new List<string>();
        Add(value, "");
        return paths;

        void Add(Value part, string prefix)
        {
            if (part.KindCase == Value.KindOneofCase.StringValue)
            {
                paths.Add(prefix + part.StringValue);
                return;
            }

            foreach (var child in part.StructValue.Fields)
            {
                var path = prefix + child.Key;
                paths.Add(path);
                Add(child.Value, path + ".");
            }
        }
    }
}
