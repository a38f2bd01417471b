namespace Rpc.Internal;

/// <summary>Services of the library's own, which stay when the registry's services are replaced.</summary>
internal interface IPermanentService
{
    /// <summary>Makes the services. The registry is still empty; only keep it.</summary>
    IEnumerable<RpcService> Create(RpcServiceRegistry registry);
}
