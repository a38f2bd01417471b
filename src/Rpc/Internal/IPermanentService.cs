namespace Rpc.Internal;

/// <summary>A service of the library's own, which stays when the registry's services are replaced.</summary>
internal interface IPermanentService
{
    /// <summary>Makes the service. The registry is still empty; only keep it.</summary>
    RpcService Create(RpcServiceRegistry registry);
}
