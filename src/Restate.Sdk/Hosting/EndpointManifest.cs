using System.Text.Json;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Hosting;

/// <summary>The answer to discovery: what this endpoint serves, in the version of the manifest that the server asks for.</summary>
internal static class EndpointManifest
{
    public const int MaximumVersion = 4;

    private const int DocumentationVersion = 2;
    private const int OptionsVersion = 3;
    private const int RetryPolicyVersion = 4;

    public static string MediaType(int version) => $"application/vnd.restate.endpointmanifest.v{version}+json";

    /// <summary>The newest version that both sides know; null when there is none.</summary>
    /// <param name="accept">The request's accept header; empty means anything.</param>
    public static int? Negotiate(string accept)
    {
        if (string.IsNullOrWhiteSpace(accept) || accept.Contains("*/*", StringComparison.Ordinal))
            return MaximumVersion;
        for (var version = MaximumVersion; version > 0; version--)
        {
            if (accept.Contains(MediaType(version), StringComparison.OrdinalIgnoreCase))
                return version;
        }

        return null;
    }

    public static byte[] Write(IReadOnlyList<ServiceDefinition> services, bool bidirectional, int version)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("protocolMode", bidirectional ? "BIDI_STREAM" : "REQUEST_RESPONSE");
            json.WriteNumber("minProtocolVersion", (int)ProtocolVersions.Minimum);
            json.WriteNumber("maxProtocolVersion", (int)ProtocolVersions.Maximum);
            json.WriteStartArray("services");
            foreach (var service in services)
                WriteService(json, service, version);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteService(Utf8JsonWriter json, ServiceDefinition service, int version)
    {
        json.WriteStartObject();
        json.WriteString("name", service.Name);
        json.WriteString("ty", service.Type == ServiceType.VirtualObject ? "VIRTUAL_OBJECT" : "SERVICE");
        WriteAbout(json, service.Documentation, service.Metadata, version);
        if (version >= OptionsVersion)
        {
            WriteDuration(json, "journalRetention", service.JournalRetention);
            WriteDuration(json, "idempotencyRetention", service.IdempotencyRetention);
            WriteDuration(json, "inactivityTimeout", service.InactivityTimeout);
            WriteDuration(json, "abortTimeout", service.AbortTimeout);
            WriteFlag(json, "enableLazyState", service.EnableLazyState);
            WriteFlag(json, "ingressPrivate", service.IngressPrivate ? true : null);
        }

        WriteRetryPolicy(json, service.RetryPolicy, version);
        json.WriteStartArray("handlers");
        foreach (var handler in service.Handlers)
            WriteHandler(json, service, handler, version);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHandler(Utf8JsonWriter json, ServiceDefinition service, HandlerDefinition handler, int version)
    {
        json.WriteStartObject();
        json.WriteString("name", handler.Name);
        if (service.Type == ServiceType.VirtualObject)
            json.WriteString("ty", handler.Type == HandlerType.Exclusive ? "EXCLUSIVE" : "SHARED");
        WriteAbout(json, handler.Documentation, handler.Metadata, version);

        // A payload without a content type is one that is not there.
        json.WriteStartObject("input");
        if (handler.InputContentType is { } inputContentType)
        {
            json.WriteBoolean("required", false);
            json.WriteString("contentType", inputContentType);
            WriteSchema(json, handler.InputSchema);
        }

        json.WriteEndObject();

        json.WriteStartObject("output");
        json.WriteBoolean("setContentTypeIfEmpty", false);
        if (handler.OutputContentType is { } outputContentType)
        {
            json.WriteString("contentType", outputContentType);
            WriteSchema(json, handler.OutputSchema);
        }

        json.WriteEndObject();

        if (version >= OptionsVersion)
        {
            WriteDuration(json, "journalRetention", handler.JournalRetention);
            WriteDuration(json, "idempotencyRetention", handler.IdempotencyRetention);
            WriteDuration(json, "inactivityTimeout", handler.InactivityTimeout);
            WriteDuration(json, "abortTimeout", handler.AbortTimeout);
            WriteFlag(json, "enableLazyState", handler.EnableLazyState);
            WriteFlag(json, "ingressPrivate", handler.IngressPrivate ? true : null);
        }

        WriteRetryPolicy(json, handler.RetryPolicy, version);
        json.WriteEndObject();
    }

    private static void WriteAbout(
        Utf8JsonWriter json,
        string? documentation,
        IReadOnlyDictionary<string, string> metadata,
        int version)
    {
        if (version < DocumentationVersion)
            return;
        if (documentation is not null)
            json.WriteString("documentation", documentation);
        if (metadata.Count == 0)
            return;

        json.WriteStartObject("metadata");
        foreach ((var key, var value) in metadata)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteRetryPolicy(Utf8JsonWriter json, InvocationRetryPolicy? policy, int version)
    {
        if (policy is null || version < RetryPolicyVersion)
            return;

        WriteDuration(json, "retryPolicyInitialInterval", policy.InitialInterval);
        WriteDuration(json, "retryPolicyMaxInterval", policy.MaxInterval);
        if (policy.MaxAttempts is { } attempts)
            json.WriteNumber("retryPolicyMaxAttempts", attempts);
        if (policy.ExponentiationFactor is { } factor)
            json.WriteNumber("retryPolicyExponentiationFactor", factor);
        if (policy.OnMaxAttempts is { } onMaxAttempts)
            json.WriteString("retryPolicyOnMaxAttempts", onMaxAttempts == OnMaxAttempts.Pause ? "PAUSE" : "KILL");
    }

    private static void WriteSchema(Utf8JsonWriter json, JsonElement? schema)
    {
        if (schema is not { } present)
            return;
        json.WritePropertyName("jsonSchema");
        present.WriteTo(json);
    }

    private static void WriteDuration(Utf8JsonWriter json, string name, TimeSpan? duration)
    {
        if (duration is { } present)
            json.WriteNumber(name, (long)present.TotalMilliseconds);
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool? flag)
    {
        if (flag is { } present)
            json.WriteBoolean(name, present);
    }
}
