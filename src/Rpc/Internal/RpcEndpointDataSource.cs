using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;

namespace Rpc.Internal;

/// <summary>
/// An endpoint for each method of the registry, so that logs, metrics and policies see which it is, and one for every other path
/// that could be a call. They all lead to the dispatcher, which looks the method up itself: routing may lag behind the registry.
/// </summary>
internal sealed class RpcEndpointDataSource : EndpointDataSource, IEndpointConventionBuilder, IDisposable
{
    private readonly RpcServiceRegistry _registry;
    private readonly RequestDelegate _handler;
    private readonly List<Action<EndpointBuilder>> _conventions = [];
    private readonly List<Action<EndpointBuilder>> _finalConventions = [];
    private readonly Lock _changing = new();
    private IReadOnlyList<Endpoint>? _endpoints;
    private CancellationTokenSource _change = new();

    public RpcEndpointDataSource(RpcServiceRegistry registry, RequestDelegate handler)
    {
        _registry = registry;
        _handler = handler;
        registry.Changed += OnRegistryChanged;
    }

    public override IReadOnlyList<Endpoint> Endpoints
    {
        get
        {
            lock (_changing)
            {
                return _endpoints ??= [.. Build()];
            }
        }
    }

    public override IChangeToken GetChangeToken()
    {
        lock (_changing)
        {
            return new CancellationChangeToken(_change.Token);
        }
    }

    public void Add(Action<EndpointBuilder> convention) => _conventions.Add(convention);

    public void Finally(Action<EndpointBuilder> finalConvention) => _finalConventions.Add(finalConvention);

    public void Dispose()
    {
        _registry.Changed -= OnRegistryChanged;
        _change.Dispose();
    }

    private void OnRegistryChanged(object? sender, EventArgs e)
    {
        CancellationTokenSource changed;
        lock (_changing)
        {
            _endpoints = null;
            changed = _change;
            _change = new CancellationTokenSource();
        }

        changed.Cancel();
        changed.Dispose();
    }

    private IEnumerable<Endpoint> Build()
    {
        // To routing, names that differ in case only are the same; to the dispatcher they are not.
        var paths = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in _registry.Services)
        {
            foreach (var method in service.Methods.Where(method => paths.Add($"{service.FullName}/{method.Name}")))
            {
                var segments = new[] { service.FullName, method.Name }.Select(name => RoutePatternFactory.Segment(RoutePatternFactory.LiteralPart(name)));
                yield return Build(RoutePatternFactory.Pattern(segments), $"RPC /{service.FullName}/{method.Name}", service, method);
            }
        }

        yield return Build(RoutePatternFactory.Parse("/{service}/{method}"), "RPC, not served", UnservedPath.Mark);
    }

    private Endpoint Build(RoutePattern pattern, string displayName, params object[] metadata)
    {
        var endpoint = new RouteEndpointBuilder(_handler, pattern, order: 0) { DisplayName = displayName };
        foreach (var item in metadata)
            endpoint.Metadata.Add(item);
        foreach (var convention in _conventions)
            convention(endpoint);
        foreach (var convention in _finalConventions)
            convention(endpoint);
        return endpoint.Build();
    }
}
