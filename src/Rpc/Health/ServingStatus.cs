namespace Rpc;

/// <summary>Whether a service can be used, as <c>grpc.health.v1</c> reports it.</summary>
public enum ServingStatus
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>The service takes calls.</summary>
    Serving = 1,

    /// <summary>The service does not take calls at the moment.</summary>
    NotServing = 2,
}
