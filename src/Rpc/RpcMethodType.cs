namespace Rpc;

/// <summary>Which side of a call streams.</summary>
public enum RpcMethodType
{
    /// <summary>One request message, one response message.</summary>
    Unary,

    /// <summary>Any number of request messages, one response message.</summary>
    ClientStreaming,

    /// <summary>One request message, any number of response messages.</summary>
    ServerStreaming,

    /// <summary>Any number of messages each way, in any order.</summary>
    DuplexStreaming,
}
