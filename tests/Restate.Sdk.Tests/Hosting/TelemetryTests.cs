using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;
using Restate.Sdk.Tests.Protocol;

namespace Restate.Sdk.Tests.Hosting;

public sealed class TelemetryTests
{
    [Fact]
    public async Task An_attempt_is_traced_under_its_caller_and_counted()
    {
        var service = $"Traced{Guid.NewGuid():n}";
        var activities = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Restate.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.OperationName.StartsWith(service, StringComparison.Ordinal))
                    activities.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var measured = new ConcurrentQueue<string>();
        using var meters = ListenTo(service, measured);

        await using var app = await StartAsync(service);
        using var client = app.GetTestClient();
        await InvokeAsync(client, service, Wire.Start(1), Wire.Input(""));
        await InvokeAsync(client, service, Wire.Start(2), Wire.Input(""), Wire.Sleep(1, 1));
        await InvokeAsync(client, service, Wire.Start(3), Wire.Input(""), Wire.Sleep(1, 1), Wire.SleepDone(1));

        Assert.Equal(["suspended", "suspended", "succeeded"], activities.Select(activity => activity.GetTagItem("restate.outcome")));
        var first = activities.First();
        Assert.Equal($"{service}/nap", first.OperationName);
        Assert.Equal("inv_1", first.GetTagItem("restate.invocation.id"));
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", first.TraceId.ToHexString());
        Assert.Equal(
            [
                "restate.suspensions", "restate.attempt.duration suspended",
                "restate.replays", "restate.suspensions", "restate.attempt.duration suspended",
                "restate.replays", "restate.invocations succeeded", "restate.attempt.duration succeeded",
            ],
            measured);
    }

    private static MeterListener ListenTo(string service, ConcurrentQueue<string> measured)
    {
        var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Restate.Sdk")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Record(instrument, tags));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Record(instrument, tags));
        meters.Start();
        return meters;

        void Record(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (Equals(all["restate.service"], service))
                measured.Enqueue($"{instrument.Name} {all.GetValueOrDefault("restate.outcome")}".TrimEnd());
        }
    }

    private static async Task<WebApplication> StartAsync(string service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapRestateEndpoint(ServiceDefinition.Service(service)
            .Handler<string, bool>("nap", async (context, _) =>
            {
                await context.Sleep(TimeSpan.FromMilliseconds(1));
                return true;
            })
            .Build());
        await app.StartAsync();
        return app;
    }

    private static async Task InvokeAsync(HttpClient client, string service, params byte[][] frames)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/invoke/{service}/nap")
        {
            Content = new ByteArrayContent([.. frames.SelectMany(frame => frame)]),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ProtocolVersion.V6.ToMediaType());
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
    }
}
