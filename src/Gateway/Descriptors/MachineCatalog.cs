using Gateway.Binding;
using Gateway.Configuration;
using Gateway.Generic;
using Gateway.Telemetry;
using Gateway.Upstream;
using Google.Protobuf.Reflection;
using Machines.V1;
using Microsoft.Extensions.Options;
using Restate.Sdk.Client;
using Rpc;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Gateway.Descriptors;

/// <summary>
/// Keeps the served services in step with the descriptors that there are: those of the configured files, and those that the
/// machines registered in Restate publish. It looks for new ones every <see cref="GatewayOptions.PollInterval"/>.
/// </summary>
internal sealed partial class MachineCatalog(
    AdminClient admin,
    RpcServiceRegistry registry,
    RpcHealth health,
    MachineDirectory machines,
    MachineCallHandler handler,
    MachineServiceHandler generic,
    CallObserver observer,
    IOptions<GatewayOptions> options,
    TimeProvider time,
    ILogger<MachineCatalog> logger) : BackgroundService
{
    /// <summary>How long Restate may take to say which machines there are: the gateway does not listen before it was asked once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private List<ReloadingFiles<IReadOnlyList<FileDescriptor>>> _files = [];
    private HashSet<string> _reserved = [];

    // What the served services are made of: the descriptors of the files, and of the machines, by name.
    private IReadOnlyList<IReadOnlyList<FileDescriptor>> _configured = [];
    private Dictionary<string, string> _metadata = [];
    private IReadOnlyCollection<string>? _served;

    // What was last served under a name, also of services that are gone: they come back to the same clients.
    private readonly Dictionary<string, ServiceDescriptor> _latest = [];

    /// <summary>Whether Restate has been asked at least once, so that what is served is what there is.</summary>
    public bool IsLoaded { get; private set; }

    /// <exception cref="InvalidDataException">A configured file is no descriptor set.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _files = [.. options.Value.Descriptors.Select(Open)];
        _reserved = [.. registry.Services.Select(service => service.FullName), MachineServiceReflection.Descriptor.Services.Single().FullName];
        registry.UnservedInterceptor = (call, next) => observer.ObserveUnservedAsync(call, IsLoaded ? next : unknown => RefuseUnknownAsync(unknown, next));
        await PollAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await PollAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops, or did not start after all, which the host would take for a fault of this.
        }
    }

    /// <summary>What may be served soon is not to be given up for good, as UNIMPLEMENTED would be.</summary>
    private static async ValueTask RefuseUnknownAsync(RpcCall call, RpcHandler next)
    {
        try
        {
            await next(call);
        }
        catch (RpcException e) when (e.Status.Code == StatusCode.Unimplemented)
        {
            throw new RpcException(RestateErrors.Refused(
                StatusCode.Unavailable, "RESTATE_UNAVAILABLE", "Restate's admin API has not said yet which machines there are."));
        }
    }

    private ReloadingFiles<IReadOnlyList<FileDescriptor>> Open(string path)
    {
        try
        {
            return new ReloadingFiles<IReadOnlyList<FileDescriptor>>([path], contents => DescriptorSets.Read(contents[0]), time, logger);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        var published = await AskAsync(cancellationToken);
        var metadata = published ?? _metadata;
        IReadOnlyList<IReadOnlyList<FileDescriptor>> configured = [.. _files.Select(file => file.Reload())];
        if (_served is null || metadata.Count != _metadata.Count || metadata.Except(_metadata).Any() || !configured.SequenceEqual(_configured))
        {
            try
            {
                Serve(metadata, configured);
                (_metadata, _configured) = (metadata, configured);
            }
            catch (Exception e)
            {
                // What is served stays served, and the next poll tries again.
                LogNotServed(e);
                return;
            }
        }

        IsLoaded |= published is not null;
    }

    /// <summary>What the machines publish, by their names; null when Restate does not say, and what is served stays served.</summary>
    private async Task<Dictionary<string, string>?> AskAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var services = await admin.ListServicesAsync(either.Token);
            machines.Replace(services);
            return services
                .Where(service => service.Metadata.ContainsKey(DescriptorSets.MetadataKey))
                .ToDictionary(service => service.Name, service => service.Metadata[DescriptorSets.MetadataKey]);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(options.Value.Admin, timeout.IsCancellationRequested ? $"it has not answered within {Patience.TotalSeconds} s" : e.Message);
            return null;
        }
    }

    private IReadOnlyList<FileDescriptor> Read(string service, string metadata)
    {
        try
        {
            return DescriptorSets.ReadMetadata(metadata);
        }
        catch (InvalidDataException e)
        {
            LogBadMetadata(service, e.Message);
            return [];
        }
    }

    private void Serve(Dictionary<string, string> metadata, IReadOnlyList<IReadOnlyList<FileDescriptor>> configured)
    {
        var problems = new List<BindingProblem>();
        var sources = metadata.Select(entry => new DescriptorSource($"the machine '{entry.Key}'", entry.Key, Read(entry.Key, entry.Value)))
            .Concat(configured.Select((files, i) => new DescriptorSource(options.Value.Descriptors[i], null, files)));
        var bound = ServiceChoice.Of(sources, _reserved, problems);
        var descriptors = bound.ToDictionary(service => service.Descriptor.FullName, service => service.Descriptor);
        List<RpcService> services = [generic.CreateService(), .. bound.Select(handler.CreateService)];

        foreach (var problem in problems.Distinct())
            LogProblem(problem);

        foreach (var (name, descriptor) in descriptors)
        {
            foreach (var change in _latest.GetValueOrDefault(name) is { } before ? BreakingChanges.Find(before, descriptor) : [])
                LogBreakingChange(name, change);
            _latest[name] = descriptor;
        }

        registry.Replace(services.Select(observer.Observe));
        machines.ReplaceServices(bound);
        foreach (var gone in (_served ?? []).Except(descriptors.Keys))
            health.ClearStatus(gone);
        foreach (var service in services)
            health.SetStatus(service.FullName, ServingStatus.Serving);
        _served = descriptors.Keys;
        LogServing(bound.Count, string.Join(", ", descriptors.Keys.Order(StringComparer.Ordinal)));
    }

    [LoggerMessage(LogLevel.Warning, "The new revision of {Service} breaks clients of the one before: {Change}")]
    private partial void LogBreakingChange(string service, string change);

    [LoggerMessage(LogLevel.Information, "Serving {Count} machine services: {Services}")]
    private partial void LogServing(int count, string services);

    [LoggerMessage(LogLevel.Warning, "Restate's admin API at {Admin} cannot be asked for machines: {Error}")]
    private partial void LogUnreachable(Uri admin, string error);

    [LoggerMessage(LogLevel.Warning, "The descriptors that {Service} publishes cannot be read: {Error}")]
    private partial void LogBadMetadata(string service, string error);

    [LoggerMessage(LogLevel.Error, "The services that machines and files describe now cannot be served; what was served before stays served")]
    private partial void LogNotServed(Exception exception);

    [LoggerMessage(LogLevel.Warning, "Not served: {Problem}")]
    private partial void LogProblem(BindingProblem problem);
}
