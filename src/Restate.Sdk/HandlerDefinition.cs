using System.Text.Json;

namespace Restate.Sdk;

/// <summary>A handler of a service.</summary>
/// <param name="Name">The name callers use: a letter (or <c>_</c> and a letter or digit), then letters, digits or <c>_</c>.</param>
/// <param name="Type">Exclusive or shared; ignored for plain services.</param>
/// <param name="Invoke">The code.</param>
/// <remarks>Options left null take the service's.</remarks>
public sealed record HandlerDefinition(string Name, HandlerType Type, RawHandler Invoke)
{
    /// <summary>Documentation shown by Restate's UI and admin API; Markdown by convention.</summary>
    public string? Documentation { get; init; }

    /// <summary>Free-form metadata, returned by the admin API.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMap.Strings;

    /// <summary>True to hide the handler from the ingress: only other handlers can call it.</summary>
    public bool IngressPrivate { get; init; }

    /// <summary>The media types the ingress lets in, wildcards allowed; null to let in only requests without a body, which always pass.</summary>
    public string? InputContentType { get; init; } = "*/*";

    /// <summary>The media type the ingress puts on a response that is not empty; null when none ever has a body.</summary>
    public string? OutputContentType { get; init; } = "application/json";

    /// <summary>JSON schema of the input, for Restate's UI and its OpenAPI documents.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>JSON schema of the output, for Restate's UI and its OpenAPI documents.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <inheritdoc cref="ServiceDefinition.JournalRetention"/>
    public TimeSpan? JournalRetention { get; init; }

    /// <inheritdoc cref="ServiceDefinition.IdempotencyRetention"/>
    public TimeSpan? IdempotencyRetention { get; init; }

    /// <inheritdoc cref="ServiceDefinition.InactivityTimeout"/>
    public TimeSpan? InactivityTimeout { get; init; }

    /// <inheritdoc cref="ServiceDefinition.AbortTimeout"/>
    public TimeSpan? AbortTimeout { get; init; }

    /// <inheritdoc cref="ServiceDefinition.RetryPolicy"/>
    public InvocationRetryPolicy? RetryPolicy { get; init; }

    /// <inheritdoc cref="ServiceDefinition.EnableLazyState"/>
    public bool? EnableLazyState { get; init; }
}
