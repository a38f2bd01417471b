using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Gateway.Upstream;

/// <summary>XState's state value: a string, or an object of the active children.</summary>
internal static class StateValues
{
    /// <summary>The active states as dotted paths, each before its children.</summary>
    public static List<string> Paths(JsonElement value)
    {
        var paths = new List<string>();
        Add(value, "");
        return paths;

        void Add(JsonElement element, string prefix)
        {
            if (element.ValueKind == JsonValueKind.String)
            {
                paths.Add(prefix + element.GetString());
                return;
            }

            foreach (var child in element.EnumerateObject())
            {
                var path = prefix + child.Name;
                paths.Add(path);
                Add(child.Value, path + ".");
            }
        }
    }

    public static Value ToProtobuf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return Value.ForString(value.GetString());

        var children = new Struct();
        foreach (var child in value.EnumerateObject())
            children.Fields.Add(child.Name, ToProtobuf(child.Value));
        return Value.ForStruct(children);
    }
}
