using System.Text;
using System.Text.Json;

namespace Restate.Sdk.Client;

/// <summary>Reads the admin API's documents.</summary>
internal static class AdminDocuments
{
    private const int MaxErrorText = 500;

    public static DeploymentInfo Deployment(JsonElement json, Uri? endpoint) => new(
        json.GetProperty("id").GetString()!,
        Text(json, "uri") is { } uri ? new Uri(uri) : endpoint,
        json.GetProperty("services").EnumerateArray().ToDictionary(
            service => service.GetProperty("name").GetString()!,
            service => service.GetProperty("revision").GetInt32()),
        Number(json, "min_protocol_version"),
        Number(json, "max_protocol_version"));

    public static ServiceInfo Service(JsonElement json) => new(
        json.GetProperty("name").GetString()!,
        json.GetProperty("ty").GetString()!,
        json.GetProperty("revision").GetInt32(),
        json.GetProperty("deployment_id").GetString()!,
        Flag(json, "public"),
        Text(json, "documentation"),
        Metadata(json),
        [.. json.GetProperty("handlers").EnumerateArray().Select(Handler)]);

    public static AdminException Error(int status, ReadOnlyMemory<byte> content)
    {
        string? message = null, code = null;
        try
        {
            using var json = JsonDocument.Parse(content);
            message = Text(json.RootElement, "message");
            code = Text(json.RootElement, "restate_code");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not Restate's document: whatever text it is has to do.
            message = Encoding.UTF8.GetString(content.Span[..Math.Min(content.Length, MaxErrorText)]).Trim();
        }

        var text = string.IsNullOrEmpty(message) ? $"The admin API answered with HTTP status {status}." : message;
        return new AdminException(text) { StatusCode = status, RestateCode = code };
    }

    private static HandlerInfo Handler(JsonElement json) => new(
        json.GetProperty("name").GetString()!,
        Text(json, "ty"),
        Flag(json, "public"),
        Text(json, "documentation"),
        Metadata(json));

    private static Dictionary<string, string> Metadata(JsonElement json) =>
        json.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            ? metadata.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? "")
            : [];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : 0;

    private static bool Flag(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.False;
}
