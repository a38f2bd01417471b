using System.Collections.ObjectModel;

namespace Restate.Sdk;

/// <summary>The empty string map that optional maps default to.</summary>
internal static class EmptyMap
{
    public static IReadOnlyDictionary<string, string> Strings { get; } = ReadOnlyDictionary<string, string>.Empty;
}
