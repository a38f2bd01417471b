using Gateway.Binding;
using Gateway.Upstream;
using Restate.Sdk.Client;
using Rpc;

namespace Gateway.Descriptors;

/// <summary>The machines that were registered when Restate was last asked: its virtual objects that have a machine's handlers.</summary>
internal sealed class MachineDirectory
{
    private static readonly string[] Handlers = ["create", "send", "snapshot", "waitFor"];

    private volatile SortedDictionary<string, ServiceInfo>? _machines;
    private volatile HashSet<(string Machine, string Handler)> _handlers = [];
    private volatile ILookup<string, string> _services = Array.Empty<string>().ToLookup(name => name);

    /// <summary>Ordered by name.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: Restate has not been asked yet.</exception>
    public IReadOnlyCollection<ServiceInfo> Machines => Loaded("").Values;

    /// <summary>The machine of this name. Who may do what with it is not asked here.</summary>
    /// <exception cref="RpcException">UNIMPLEMENTED: there is none. UNAVAILABLE: Restate has not been asked yet.</exception>
    public ServiceInfo Get(string name, string? key) => Loaded(name).TryGetValue(name, out var machine)
        ? machine
        : throw RestateErrors.Refused(StatusCode.Unimplemented, "OBJECT_NOT_REGISTERED", $"No machine '{name}' is registered in Restate.", name, key);

    /// <summary>Whether a machine had a handler for everybody, when Restate was last asked, if ever.</summary>
    public bool Has(string machine, string handler) => _handlers.Contains((machine, handler));

    /// <summary>The full names of the typed services that are served for a machine.</summary>
    public IEnumerable<string> ServicesOf(string machine) => _services[machine].Order(StringComparer.Ordinal);

    public void Replace(IEnumerable<ServiceInfo> services)
    {
        var machines = new SortedDictionary<string, ServiceInfo>(services.Where(IsMachine).ToDictionary(service => service.Name), StringComparer.Ordinal);
        _handlers = [.. machines.Values.SelectMany(machine => PublicHandlers(machine).Select(handler => (machine.Name, handler)))];
        _machines = machines;
    }

    public void ReplaceServices(IEnumerable<MachineService> services) =>
        _services = services.ToLookup(service => service.Object, service => service.Descriptor.FullName);

    private static bool IsMachine(ServiceInfo service) =>
        service is { Type: "VirtualObject", IsPublic: true } && !Handlers.Except(PublicHandlers(service)).Any();

    private static IEnumerable<string> PublicHandlers(ServiceInfo service) => service.Handlers.Where(handler => handler.IsPublic).Select(handler => handler.Name);

    private SortedDictionary<string, ServiceInfo> Loaded(string name) => _machines ?? throw RestateErrors.Refused(
        StatusCode.Unavailable, "RESTATE_UNAVAILABLE", "Restate's admin API could not yet be asked for machines.", name, null);
}
