using Rpc.Internal;

namespace Rpc;

/// <summary>
/// The services that are served, read anew by every call. <see cref="Replace"/> changes them while the server runs.
/// </summary>
public sealed class RpcServiceRegistry
{
    private readonly IReadOnlyList<RpcService> _permanent;
    private readonly Lock _replacing = new();
    private volatile RouteTable _routes;

    /// <summary>Creates a registry that holds no services.</summary>
    public RpcServiceRegistry()
        : this([])
    {
    }

    internal RpcServiceRegistry(IEnumerable<IPermanentService> permanent)
    {
        _permanent = [.. permanent.SelectMany(service => service.Create(this))];
        _routes = RouteTable.Build(_permanent);
    }

    /// <summary>Raised after <see cref="Replace"/> has taken effect, on the thread that called it.</summary>
    public event EventHandler? Changed;

    /// <summary>The services served now, the library's own (reflection, health) included.</summary>
    public IReadOnlyList<RpcService> Services => _routes.Services;

    /// <summary>What stands around the calls of paths that nobody serves, whose names are the client's; null for nothing.</summary>
    public RpcInterceptor? UnservedInterceptor { get; set; }

    internal RouteTable Routes => _routes;

    /// <summary>
    /// Serves these services from now on, in place of those of the last <see cref="Replace"/>. The library's own services stay.
    /// The change is atomic, and calls that are running finish on the handlers they started on.
    /// </summary>
    /// <exception cref="ArgumentException">Two services, or two methods of a service, have the same name; nothing is changed.</exception>
    public void Replace(IEnumerable<RpcService> services)
    {
        ArgumentNullException.ThrowIfNull(services);
        lock (_replacing)
        {
            _routes = RouteTable.Build([.. services, .. _permanent]);
        }

        Changed?.Invoke(this, EventArgs.Empty);
    }
}
