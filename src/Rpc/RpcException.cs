namespace Rpc;

/// <summary>Ends a call with a status other than OK when a handler throws it.</summary>
public sealed class RpcException : Exception
{
    /// <summary>Ends the call with this status.</summary>
    public RpcException(RpcStatus status)
        : base((status ?? throw new ArgumentNullException(nameof(status))).Message)
        => Status = status;

    /// <summary>Ends the call with this code and message.</summary>
    public RpcException(StatusCode code, string message)
        : this(new RpcStatus(code, message))
    {
    }

    /// <summary>The status the client sees.</summary>
    public RpcStatus Status { get; }
}
