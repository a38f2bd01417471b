using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Streaming;

/// <summary>Stands for Restate and a machine behind it, as far as the streams ask: what a test cannot make a real one do in time.</summary>
internal sealed class FakeMachines : IAsyncDisposable
{
    /// <summary>
    /// A few of these fill a client that does not read. One alone fits an HTTP/2 stream's first window: with more, Kestrel loses a later
    /// answer once in some ten thousand times (https://github.com/dotnet/aspnetcore/issues/53736).
    /// </summary>
    public const int LargeSnapshot = 32 * 1024;

    private readonly ConcurrentDictionary<string, FakeInstance> _instances = new();
    private readonly WebApplication _app;
    private int _sendsUnderWay;

    private FakeMachines(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>How many transitions the machine keeps.</summary>
    public int History { get; init; }

    /// <summary>Whether snapshots have a revision.</summary>
    public bool CountsRevisions { get; init; } = true;

    /// <summary>How large each snapshot is.</summary>
    public int SnapshotBytes { get; init; }

    /// <summary>Until it is kept, no send is answered.</summary>
    public TaskCompletionSource Answers { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int SendsUnderWay => _sendsUnderWay;

    public int MostSendsUnderWay { get; private set; }

    public FakeInstance this[string key] => _instances.GetOrAdd(key, _ => new FakeInstance(this));

    public static async Task<FakeMachines> StartAsync(int history = 0, bool countsRevisions = true, int snapshotBytes = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var machines = new FakeMachines(app) { History = history, CountsRevisions = countsRevisions, SnapshotBytes = snapshotBytes };
        app.MapPost("/order/{key}/snapshot", (string key) => machines[key].Read());
        app.MapPost("/order/{key}/waitFor", machines.WaitForAsync);
        app.MapPost("/order/{key}/send", machines.SendAsync);
        await app.StartAsync();
        return machines;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> WaitForAsync(string key, JsonObject request, CancellationToken cancellationToken)
    {
        var instance = this[key];
        var condition = request["condition"]!.GetValue<string>();
        var revision = condition.StartsWith("revision:", StringComparison.Ordinal) ? ulong.Parse(condition[9..], CultureInfo.InvariantCulture) : (ulong?)null;
        if (instance.Revision > revision && instance.IsTooBusy())
            return NotMetInTime();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (request["timeout"] is { } milliseconds)
            timeout.CancelAfter(TimeSpan.FromMilliseconds(milliseconds.GetValue<double>()));
        try
        {
            return await instance.BecomesAsync(() => revision is null ? instance.IsDone : instance.Revision > revision, revision, timeout.Token)
                ? Results.Text(instance.Snapshot(revision))
                : Results.Json(new { message = "cannot be met any more", source = "invocation" }, statusCode: 412);
        }
        catch (OperationCanceledException)
        {
            return NotMetInTime();
        }

        static IResult NotMetInTime() => Results.Json(new { message = "not met in time", source = "invocation" }, statusCode: 408);
    }

    private async Task<string> SendAsync(string key, JsonObject request)
    {
        var instance = this[key];
        lock (_instances)
        {
            MostSendsUnderWay = Math.Max(MostSendsUnderWay, Interlocked.Increment(ref _sendsUnderWay));
            instance.BeginSend();
        }

        await Answers.Task;
        lock (_instances)
        {
            _sendsUnderWay--;
            instance.EndSend();
        }

        instance.Advance(request["event"]!["sku"]?.GetValue<string>() ?? request["event"]!["type"]!.GetValue<string>());
        return instance.Snapshot(after: null);
    }
}

/// <summary>One instance of a <see cref="FakeMachines"/>.</summary>
internal sealed class FakeInstance(FakeMachines machines)
{
    private readonly Lock _gate = new();
    private readonly List<string> _events = ["xstate.init"];
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _waited = NewSignal();
    private ulong? _lastWait;
    private int _sends;
    private int _life;
    private int _lateWaits;

    /// <summary>How many more waits are answered 408 although they are met, as those are that a long send kept from beginning in time.</summary>
    public int LateWaits
    {
        get => _lateWaits;
        set => _lateWaits = value;
    }

    public ulong Revision
    {
        get
        {
            lock (_gate)
                return (ulong)_events.Count;
        }
    }

    public bool IsDone { get; private set; }

    public int Reads { get; private set; }

    public int Waits { get; private set; }

    public int WaitsUnderWay { get; private set; }

    public int MostSendsUnderWay { get; private set; }

    public IReadOnlyList<string> Events
    {
        get
        {
            lock (_gate)
                return [.. _events.Skip(1)];
        }
    }

    public void Advance(string @event = "STEP", bool isDone = false)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _events.Add(@event);
            IsDone = isDone;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    public bool IsTooBusy() => _lateWaits > 0 && Interlocked.Decrement(ref _lateWaits) >= 0;

    /// <summary>Creates the instance afresh. Those who wait hear of it with the next change.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _life++;
            _events.RemoveRange(1, _events.Count - 1);
        }
    }

    /// <summary>Waits until so many wait, one of them for what comes after the revision that there is.</summary>
    public async Task IsWaitedForAsync(int waits = 1)
    {
        while (true)
        {
            Task waited;
            lock (_gate)
            {
                if (WaitsUnderWay == waits && _lastWait == (ulong)_events.Count)
                    return;
                waited = _waited.Task;
            }

            await waited.WaitAsync(TimeSpan.FromSeconds(90));
        }
    }

    /// <returns>Whether the condition was met; false when the instance was created afresh meanwhile.</returns>
    public async Task<bool> BecomesAsync(Func<bool> condition, ulong? revision, CancellationToken cancellationToken)
    {
        TaskCompletionSource waited;
        Task changed;
        int life;
        lock (_gate)
        {
            life = _life;
            changed = _changed.Task;
            Waits++;
            WaitsUnderWay++;
            _lastWait = revision ?? _lastWait;
            waited = _waited;
            _waited = NewSignal();
        }

        waited.SetResult();
        try
        {
            // Who waits hears of a reset with the next change, also when it comes just after the wait is known to others.
            while (!condition())
            {
                await changed.WaitAsync(cancellationToken);
                lock (_gate)
                {
                    changed = _changed.Task;
                    if (life != _life)
                        return false;
                }
            }

            return true;
        }
        finally
        {
            lock (_gate)
                WaitsUnderWay--;
        }
    }

    public string Read()
    {
        Reads++;
        return Snapshot(after: null);
    }

    public string Snapshot(ulong? after)
    {
        lock (_gate)
        {
            var snapshot = new JsonObject
            {
                ["status"] = IsDone ? "done" : "active",
                ["value"] = "open",
                ["context"] = new JsonObject { ["customer"] = new string('x', machines.SnapshotBytes) },
                ["version"] = "order",
            };
            if (machines.CountsRevisions)
                snapshot["revision"] = _events.Count;
            if (after is { } revision && machines.History > 0)
            {
                snapshot["history"] = new JsonArray([.. _events
                    .Select((@event, index) => (Event: @event, Revision: index + 1))
                    .TakeLast(machines.History)
                    .Where(entry => (ulong)entry.Revision > revision)
                    .Select(entry => new JsonObject
                    {
                        ["revision"] = entry.Revision, ["event"] = entry.Event, ["time"] = "2026-11-21T21:04:05.123Z", ["value"] = "open",
                    })]);
            }

            return snapshot.ToJsonString();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void BeginSend() => MostSendsUnderWay = Math.Max(MostSendsUnderWay, ++_sends);

    public void EndSend() => _sends--;
}
