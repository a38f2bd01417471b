using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Hosting;

/// <summary>Traces and metrics of attempts, under the name <c>Restate.Sdk</c>. They cost next to nothing while nobody listens.</summary>
internal static class Telemetry
{
    public const string Name = "Restate.Sdk";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Invocations =
        Meter.CreateCounter<long>("restate.invocations", "{invocation}", "Invocations that ended, with a value or a terminal failure.");

    private static readonly Counter<long> Replays =
        Meter.CreateCounter<long>("restate.replays", "{attempt}", "Attempts that began with a replay.");

    private static readonly Counter<long> Suspensions =
        Meter.CreateCounter<long>("restate.suspensions", "{attempt}", "Attempts that ended by suspending.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("restate.attempt.duration", "s", "How long attempts take.");

    /// <summary>Starts an attempt's span, as a child of the caller's.</summary>
    /// <param name="request">The request, whose <c>traceparent</c> is the caller's unless the server's own span continues it already.</param>
    /// <param name="service">The service.</param>
    /// <param name="handler">The handler.</param>
    public static Activity? StartAttempt(HttpRequest request, ServiceDefinition service, HandlerDefinition handler)
    {
        if (!Source.HasListeners())
            return null;

        ActivityContext parent = default;
        if (Activity.Current is null)
        {
            _ = ActivityContext.TryParse(
                request.Headers.TraceParent.ToString(), request.Headers.TraceState.ToString(), isRemote: true, out parent);
        }

        return Source.StartActivity($"{service.Name}/{handler.Name}", ActivityKind.Server, parent);
    }

    /// <summary>Says how the attempt ended.</summary>
    /// <param name="activity">Its span.</param>
    /// <param name="machine">Its state.</param>
    /// <param name="service">The service.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="started">When it started, by <see cref="Stopwatch.GetTimestamp"/>.</param>
    public static void EndAttempt(
        Activity? activity,
        InvocationMachine machine,
        ServiceDefinition service,
        HandlerDefinition handler,
        long started)
    {
        var outcome = machine.Outcome switch
        {
            AttemptOutcome.Succeeded => "succeeded",
            AttemptOutcome.Failed => "failed",
            AttemptOutcome.Suspended => "suspended",
            AttemptOutcome.Error => "error",
            _ => "aborted",
        };
        activity?.SetTag("restate.invocation.id", machine.DebugId);
        activity?.SetTag("restate.outcome", outcome);
        if (machine.Error is { } error)
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);

        if (!Duration.Enabled && !Invocations.Enabled)
            return;

        var tags = new TagList { { "restate.service", service.Name }, { "restate.handler", handler.Name } };
        if (machine.IsReplay)
            Replays.Add(1, tags);
        if (machine.Outcome == AttemptOutcome.Suspended)
            Suspensions.Add(1, tags);
        tags.Add("restate.outcome", outcome);
        if (machine.Outcome is AttemptOutcome.Succeeded or AttemptOutcome.Failed)
            Invocations.Add(1, tags);
        Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }
}
