namespace Rpc;

/// <summary>Ends a call with a status other than OK when a handler throws it.</summary>
public sealed class RpcException : Exception
{
    /// <summary>Ends the call with this status.</summary>
    /// <exception cref="ArgumentException">The status is OK.</exception>
    public RpcException(RpcStatus status)
        : base((status ?? throw new ArgumentNullException(nameof(status))).Message)
    {
        if (status.Code == StatusCode.OK)
            throw new ArgumentException("An exception cannot end a call with OK: return from the handler instead.", nameof(status));

        Status = status;
    }

    /// <summary>Ends the call with this code and message.</summary>
    /// <exception cref="ArgumentException">The code is OK.</exception>
    public RpcException(StatusCode code, string message)
        : this(new RpcStatus(code, message))
    {
    }

    /// <summary>The status the client sees.</summary>
    public RpcStatus Status { get; }
}
