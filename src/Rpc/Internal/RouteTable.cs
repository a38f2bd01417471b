using System.Collections.Frozen;

namespace Rpc.Internal;

/// <summary>The services of one moment, and the route of each of their paths.</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, Route> _routes;

    private RouteTable(IReadOnlyList<RpcService> services, Dictionary<string, Route> routes)
    {
        Services = services;
        _routes = routes.ToFrozenDictionary(StringComparer.Ordinal);
        ServiceNames = services.Select(service => service.FullName).ToFrozenSet(StringComparer.Ordinal);
    }

    public IReadOnlyList<RpcService> Services { get; }

    public FrozenSet<string> ServiceNames { get; }

    public static RouteTable Build(IReadOnlyList<RpcService> services)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var routes = new Dictionary<string, Route>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            if (!names.Add(service.FullName))
                throw new ArgumentException($"Service '{service.FullName}' is registered twice.", nameof(services));

            var descriptor = service.Descriptor?.Services.FirstOrDefault(declared => declared.FullName == service.FullName);
            foreach (var method in service.Methods)
            {
                var route = new Route(service, method, descriptor?.FindMethodByName(method.Name));
                if (!routes.TryAdd($"/{service.FullName}/{method.Name}", route))
                    throw new ArgumentException($"Method '{service.FullName}/{method.Name}' is registered twice.", nameof(services));
            }
        }

        return new RouteTable(services, routes);
    }

    public Route? Find(string path) => _routes.GetValueOrDefault(path);
}
