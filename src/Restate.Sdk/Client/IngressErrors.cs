using System.Text.Json;

namespace Restate.Sdk.Client;

/// <summary>Reads the ingress' error documents.</summary>
internal static class IngressErrors
{
    /// <param name="status">The HTTP status.</param>
    /// <param name="content">The body: <c>{"code", "message", "source", "metadata"?}</c>, or anything when a proxy wrote it.</param>
    /// <param name="source">The error-source header.</param>
    /// <param name="invocationId">The invocation's id.</param>
    public static IngressException Read(int status, ReadOnlyMemory<byte> content, string? source, string? invocationId)
    {
        string? message = null;
        Dictionary<string, string>? metadata = null;
        try
        {
            using var json = JsonDocument.Parse(content);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                message = Text(json.RootElement, "message");
                source = Text(json.RootElement, "source") ?? source;
                metadata = Pairs(json.RootElement);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // Not Restate's; the status has to do.
        }

        return new IngressException(message ?? $"The ingress answered with HTTP status {status}.")
        {
            StatusCode = status,
            Source = source,
            InvocationId = invocationId,
            Metadata = metadata ?? EmptyMap.Strings,
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Dictionary<string, string>? Pairs(JsonElement json) =>
        json.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            ? metadata.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.ToString())
            : null;
}
