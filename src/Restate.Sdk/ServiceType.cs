namespace Restate.Sdk;

/// <summary>The kind of a service.</summary>
public enum ServiceType
{
    /// <summary>Handlers without a key or state; invocations run in parallel.</summary>
    Service,

    /// <summary>Handlers that belong to a key, with durable state per key; exclusive handlers run one at a time per key.</summary>
    VirtualObject,
}
