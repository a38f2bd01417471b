namespace Restate.Sdk;

/// <summary>A service as it is published to Restate: its name, type, handlers and options.</summary>
/// <param name="Name">The name callers use: a letter (or <c>_</c> and a letter or digit), then letters, digits, <c>.</c>, <c>_</c> or <c>-</c>.</param>
/// <param name="Type">A plain service or a virtual object.</param>
/// <remarks>Options left null take the server's defaults. Options of a handler win over those of its service.</remarks>
public sealed record ServiceDefinition(string Name, ServiceType Type)
{
    /// <summary>The handlers, with distinct names.</summary>
    public required IReadOnlyList<HandlerDefinition> Handlers { get; init; }

    /// <summary>Documentation shown by Restate's UI and admin API; Markdown by convention.</summary>
    public string? Documentation { get; init; }

    /// <summary>Free-form metadata, returned by the admin API.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMap.Strings;

    /// <summary>True to hide the whole service from the ingress: only other handlers can call it.</summary>
    public bool IngressPrivate { get; init; }

    /// <summary>How long the server keeps the journal of a completed invocation.</summary>
    public TimeSpan? JournalRetention { get; init; }

    /// <summary>How long the server keeps the result of an invocation that had an idempotency key.</summary>
    public TimeSpan? IdempotencyRetention { get; init; }

    /// <summary>How long an attempt may be silent before the server asks it to suspend.</summary>
    public TimeSpan? InactivityTimeout { get; init; }

    /// <summary>How long after <see cref="InactivityTimeout"/> the server aborts an attempt that did not suspend.</summary>
    public TimeSpan? AbortTimeout { get; init; }

    /// <summary>How the server retries attempts that fail.</summary>
    public InvocationRetryPolicy? RetryPolicy { get; init; }

    /// <summary>True to have state fetched key by key when it is read; false to have it sent along with each attempt.</summary>
    public bool? EnableLazyState { get; init; }

    /// <summary>Starts the definition of a plain service with typed handlers.</summary>
    /// <param name="name">The service's name.</param>
    public static ServiceBuilder Service(string name) => new(name);

    /// <summary>Starts the definition of a virtual object with typed handlers.</summary>
    /// <param name="name">The object's name.</param>
    public static VirtualObjectBuilder Object(string name) => new(name);
}
