using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Internal;

namespace Rpc;

/// <summary>Mapping of the RPC server.</summary>
public static class RpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves every path <c>/package.Service/Method</c> from the <see cref="RpcServiceRegistry"/>, as it is at the time of each
    /// call. Each method is an endpoint of its own, with its <see cref="RpcService"/> and <see cref="RpcMethod"/> in the metadata.
    /// </summary>
    /// <returns>For conventions that apply to every call: CORS, authorization, rate limits.</returns>
    public static IEndpointConventionBuilder MapRpc(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var dispatcher = services.GetService<RpcDispatcher>()
            ?? throw new InvalidOperationException("MapRpc needs the services of AddRpc: call services.AddRpc() first.");
        var source = new RpcEndpointDataSource(services.GetRequiredService<RpcServiceRegistry>(), dispatcher.HandleAsync);
        endpoints.DataSources.Add(source);
        return source;
    }
}
