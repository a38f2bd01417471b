using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Rpc.Health;
using Rpc.Internal;
using Rpc.Internal.Codecs;
using Rpc.Internal.Protocols;
using Rpc.Json;
using Rpc.Reflection;

namespace Rpc;

/// <summary>Registration of the RPC server.</summary>
public static class RpcServiceCollectionExtensions
{
    /// <summary>What every timer takes.</summary>
    private static readonly TimeSpan LongestGracePeriod = TimeSpan.FromDays(24);

    /// <summary>Kestrel's own limit.</summary>
    private static readonly TimeSpan ShortestPing = TimeSpan.FromSeconds(1);

    /// <summary>Adds the server: an <see cref="RpcServiceRegistry"/> to fill, and what <c>MapRpc</c> needs.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options, over those from the configuration section <see cref="RpcOptions.Section"/>.</param>
    public static IServiceCollection AddRpc(this IServiceCollection services, Action<RpcOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<RpcOptions>().BindConfiguration(RpcOptions.Section)
            .Validate(rpc => rpc.MaxReceiveMessageSize > 0, $"{RpcOptions.Section}:{nameof(RpcOptions.MaxReceiveMessageSize)} must be positive.")
            .Validate(rpc => rpc.MaxSendMessageSize > 0, $"{RpcOptions.Section}:{nameof(RpcOptions.MaxSendMessageSize)} must be positive.")
            .Validate(
                rpc => rpc.ShutdownGracePeriod >= TimeSpan.Zero && rpc.ShutdownGracePeriod <= LongestGracePeriod,
                $"{RpcOptions.Section}:{nameof(RpcOptions.ShutdownGracePeriod)} must be from zero to {LongestGracePeriod.TotalDays} days.")
            .Validate(rpc => rpc.KeepAlivePingDelay >= ShortestPing, $"{RpcOptions.Section}:{nameof(RpcOptions.KeepAlivePingDelay)} must be at least a second.")
            .Validate(rpc => rpc.KeepAlivePingTimeout >= ShortestPing, $"{RpcOptions.Section}:{nameof(RpcOptions.KeepAlivePingTimeout)} must be at least a second.")
            .ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<KestrelServerOptions>, KestrelKeepAlive>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new RpcServiceRegistry(provider.GetServices<IPermanentService>()));
        services.TryAddSingleton<ShutdownGrace>();
        services.TryAddSingleton<CallEnvironment>();
        services.TryAddSingleton<RpcDispatcher>();
        services.TryAddSingleton<MessageCodecs>();
        services.TryAddSingleton<MessageTypes>();
        services.TryAddSingleton<DetailJson>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ServedMethodPolicy>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRpcProtocol, GrpcProtocol>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRpcProtocol, GrpcWebProtocol>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRpcProtocol, ConnectProtocol>());
        return services;
    }

    /// <summary>
    /// Adds the JSON content types of all protocols, for services that have a descriptor: with them, <c>curl</c> and a JSON body are a
    /// client.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">How to read and write JSON; unless given, as proto3's mapping has it.</param>
    public static IServiceCollection AddRpcJson(this IServiceCollection services, JsonTranscoderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(
            provider => new JsonCodec(provider.GetRequiredService<MessageTypes>(), options ?? new JsonTranscoderOptions()));
        return services;
    }

    /// <summary>Adds server reflection, <c>grpc.reflection.v1</c> and <c>v1alpha</c>, over every service that has a descriptor.</summary>
    public static IServiceCollection AddRpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPermanentService, ReflectionService>());
        return services;
    }

    /// <summary>Adds the health service, <c>grpc.health.v1</c>. Its statuses are set on <see cref="RpcHealth"/>.</summary>
    public static IServiceCollection AddRpcHealth(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<RpcHealth>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPermanentService, HealthService>());
        return services;
    }
}
