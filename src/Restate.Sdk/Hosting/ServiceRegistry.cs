using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Restate.Sdk.Hosting;

/// <summary>The services of an endpoint, checked and indexed.</summary>
internal sealed partial class ServiceRegistry
{
    private readonly Dictionary<(string Service, string Handler), (ServiceDefinition Service, HandlerDefinition Handler)> _handlers = [];

    public ServiceRegistry(IEnumerable<ServiceDefinition> services)
    {
        Services = [.. services];
        var names = new HashSet<string>();
        foreach (var service in Services)
        {
            if (!ServiceName().IsMatch(service.Name))
                throw new ArgumentException($"Service name '{service.Name}' has to match {ServiceName()}.", nameof(services));
            if (!names.Add(service.Name))
                throw new ArgumentException($"Service '{service.Name}' is there twice.", nameof(services));
            foreach (var handler in service.Handlers)
                Add(service, handler);
        }
    }

    public IReadOnlyList<ServiceDefinition> Services { get; }

    public bool TryFind(
        string service,
        string handler,
        [NotNullWhen(true)] out ServiceDefinition? serviceDefinition,
        [NotNullWhen(true)] out HandlerDefinition? handlerDefinition)
    {
        var found = _handlers.TryGetValue((service, handler), out var pair);
        (serviceDefinition, handlerDefinition) = pair;
        return found;
    }

    [GeneratedRegex("^([a-zA-Z]|_[a-zA-Z0-9])[a-zA-Z0-9._-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceName();

    [GeneratedRegex("^([a-zA-Z]|_[a-zA-Z0-9])[a-zA-Z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex HandlerName();

    private void Add(ServiceDefinition service, HandlerDefinition handler)
    {
        if (!HandlerName().IsMatch(handler.Name))
        {
            throw new ArgumentException(
                $"Handler name '{handler.Name}' of '{service.Name}' has to match {HandlerName()}.",
                nameof(handler));
        }

        if (!_handlers.TryAdd((service.Name, handler.Name), (service, handler)))
            throw new ArgumentException($"Service '{service.Name}' has two handlers '{handler.Name}'.", nameof(handler));
    }
}
