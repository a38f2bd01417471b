using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Hosting.Identity;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Hosting;

/// <summary>Answers Restate's requests: negotiates versions, finds the handler and runs one attempt per request.</summary>
internal sealed partial class RestateEndpoint
{
    private static readonly string ServerHeader =
        $"restate-sdk-dotnet/{typeof(RestateEndpoint).Assembly.GetName().Version?.ToString(3)}";

    private readonly ServiceRegistry _services;
    private readonly RestateEndpointOptions _options;
    private readonly MachineOptions _machineOptions;
    private readonly RequestIdentity _identity;
    private readonly CancellationToken _stopping;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<(string Service, string Handler), ILogger> _handlerLoggers = new();
    private readonly ILoggerFactory _loggerFactory;

    public RestateEndpoint(ServiceRegistry services, RestateEndpointOptions options, ILoggerFactory loggerFactory, CancellationToken stopping)
    {
        _stopping = stopping;
        _services = services;
        _options = options;
        _machineOptions = new MachineOptions
        {
            MaxMessageSize = options.MaxMessageSize,
            CheckPayloads = options.CheckPayloadsInReplay,
        };
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger("Restate.Sdk.Endpoint");
        _identity = new RequestIdentity(options.IdentityKeys, TimeProvider.System);
        if (!_identity.IsConfigured)
            LogNoIdentity(_logger);
    }

    public async Task DiscoverAsync(HttpContext http)
    {
        if (!IsTrusted(http, "/discover"))
            return;
        if (EndpointManifest.Negotiate(http.Request.Headers.Accept.ToString()) is not { } version)
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        http.Response.Headers["x-restate-server"] = ServerHeader;
        http.Response.ContentType = EndpointManifest.MediaType(version);
        await http.Response.Body.WriteAsync(
            EndpointManifest.Write(_services.Services, _options.BidirectionalStreaming, version),
            http.RequestAborted);
    }

    public async Task InvokeAsync(HttpContext http)
    {
        var route = http.Request.RouteValues;
        string serviceName = (string)route["service"]!, handlerName = (string)route["handler"]!;
        if (_identity.IsConfigured && !IsTrusted(http, $"/invoke/{serviceName}/{handlerName}"))
            return;
        if (!ProtocolVersions.TryParse(http.Request.ContentType, out var version))
        {
            LogUnsupportedVersion(_logger, http.Request.ContentType);
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        if (!_services.TryFind(serviceName, handlerName, out var service, out var handler))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        LiftRequestLimits(http);
        http.Response.ContentType = version.ToMediaType();
        http.Response.Headers["x-restate-server"] = ServerHeader;
        var machine = new InvocationMachine(version, _machineOptions);
        using var invocation = new Invocation(
            machine, http.Request.BodyReader, http.Response.BodyWriter, http.RequestAborted, _stopping);
        try
        {
            await MeasureAttemptAsync(http.Request, invocation, service, handler);

            // Completing sends it along with the end of the stream, in one write.
            invocation.TryWriteOutput();
            await http.Response.CompleteAsync();
            await invocation.DrainAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            LogAborted(_logger, service.Name, handler.Name);
            http.Abort();
        }
    }

    private async Task MeasureAttemptAsync(
        HttpRequest request,
        Invocation invocation,
        ServiceDefinition service,
        HandlerDefinition handler)
    {
        using var activity = Telemetry.StartAttempt(request, service, handler);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await RunAttemptAsync(invocation, service, handler);
        }
        finally
        {
            Telemetry.EndAttempt(activity, invocation.Machine, service, handler, started);
        }
    }

    private async Task RunAttemptAsync(Invocation invocation, ServiceDefinition service, HandlerDefinition handler)
    {
        var machine = invocation.Machine;
        if (await invocation.ReadJournalAsync() && invocation.TryTakeInput(out var input))
        {
            var logger = _handlerLoggers.GetOrAdd(
                (service.Name, handler.Name),
                static (key, factory) => factory.CreateLogger($"Restate.{key.Service}.{key.Handler}"),
                _loggerFactory);
            using (logger.BeginScope(new InvocationScope(machine.Start.DebugId, service.Name, machine.Start.Key, handler.Name)))
            {
                var context = new InvocationContext(invocation, service, handler, input, logger);
                await invocation.RunAsync(handler.Invoke, context, input.Value);
            }
        }

        if (machine.Error is { } error)
            LogFailed(_logger, service.Name, handler.Name, machine.DebugId, error.Code, error.Message);
    }

    private bool IsTrusted(HttpContext http, string audience)
    {
        if (_identity.Refuse(http.Request.Headers, audience) is not { } reason)
            return true;

        LogUntrusted(_logger, http.Request.Path, reason);
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return false;
    }

    /// <summary>An attempt may be silent for as long as it waits, and has limits of its own.</summary>
    private static void LiftRequestLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
    }

    [LoggerMessage(1, LogLevel.Warning, "Refused a request of content type '{ContentType}': its protocol version is not supported.")]
    private static partial void LogUnsupportedVersion(ILogger logger, string? contentType);

    [LoggerMessage(2, LogLevel.Debug, "The request for {Service}/{Handler} was aborted.")]
    private static partial void LogAborted(ILogger logger, string service, string handler);

    [LoggerMessage(3, LogLevel.Warning, "An attempt of {Service}/{Handler}, invocation {InvocationId}, failed with {Code}: {Error}")]
    private static partial void LogFailed(ILogger logger, string service, string handler, string invocationId, int code, string error);

    [LoggerMessage(4, LogLevel.Warning, "Refused a request for {Path}: {Reason}.")]
    private static partial void LogUntrusted(ILogger logger, PathString path, string reason);

    [LoggerMessage(5, LogLevel.Warning, "No identity keys are configured: whoever reaches this endpoint can call it. " +
        "Set RestateEndpointOptions.IdentityKeys, or let only Restate reach it.")]
    private static partial void LogNoIdentity(ILogger logger);
}
