using System.Text.Json;

namespace Interop.Cases;

/// <summary>How a case ended: without an error, it passed.</summary>
internal sealed record InteropOutcome(string Case, string? Error = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static InteropOutcome Parse(string json) => JsonSerializer.Deserialize<InteropOutcome>(json, Json)!;

    public static IReadOnlyList<InteropOutcome> ParseAll(string json) => JsonSerializer.Deserialize<InteropOutcome[]>(json, Json)!;
}
