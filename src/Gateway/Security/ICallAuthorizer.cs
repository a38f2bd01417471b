using Rpc;

namespace Gateway.Security;

/// <summary>Decides whether a call's caller may do what the call asks. To be asked before anything goes to Restate.</summary>
internal interface ICallAuthorizer
{
    /// <summary>Returns when the caller may do all of it.</summary>
    /// <exception cref="RpcException">PERMISSION_DENIED.</exception>
    ValueTask AuthorizeAsync(RpcCall call, string machine, IReadOnlyList<MachineVerb> verbs, string? key);

    /// <summary>Tells whether the caller may, for lists that show only what it may see.</summary>
    ValueTask<bool> IsAllowedAsync(RpcCall call, MachineOperation operation);

    /// <summary>The keys with which the caller may; null when it is all of them, or each has to be asked about.</summary>
    IReadOnlyList<KeyRange>? KeysOf(RpcCall call, string machine, MachineVerb verb);
}
