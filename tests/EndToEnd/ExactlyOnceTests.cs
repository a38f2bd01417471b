using System.Collections.Concurrent;
using Counter.V1;
using Machines.V1;
using Rpc;

namespace EndToEnd;

/// <summary>
/// Clients count through two gateways while every process below them is killed in turn, in the middle of their calls. What was
/// acknowledged has counted, what was not is sent again with its key, and in the end everything has counted once.
/// </summary>
public sealed class ExactlyOnceTests(NormalCluster cluster) : IClassFixture<NormalCluster>, IAsyncLifetime
{
    private const int Clients = 20;
    private const int Counters = 25;
    private const int Events = 5_000;
    private const int Watched = 5;
    private const int Rounds = 12;
    private const int WaitRounds = 8;
    private const int WaitsAtOnce = 8;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly string _run = $"exactly-once-{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, byte> _acknowledged = new();
    private GatewayProcess _second = null!;
    private GrpcClient[] _gateways = [];

    public async Task InitializeAsync()
    {
        _second = cluster.CreateGateway();
        await _second.StartAsync();
        _gateways = [cluster.Counter, new GrpcClient(_second.GrpcAddress, "counter.v1.CounterService")];
        await cluster.RestartMachinesAsync("--counter=audited");
        for (var counter = 0; counter < Counters; counter++)
            await _gateways[0].CallAsync<CounterSnapshot>("Create", new CreateRequest { Key = KeyOf(counter) });
    }

    public async Task DisposeAsync()
    {
        _gateways[1].Dispose();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Every_increment_counts_once_whoever_is_killed_and_watchers_see_each()
    {
        using var watching = new CancellationTokenSource();
        var watchers = Enumerable.Range(0, Watched).Select(counter => WatchAsync(counter, watching.Token)).ToArray();

        var random = new Random(20);
        for (var round = 0; round < Rounds; round++)
            await RunRoundAsync(round, random.Next(Events / Rounds / 2));

        var lost = Enumerable.Range(0, Events).Where(number => !_acknowledged.ContainsKey(NameOf(number))).ToList();
        for (var counter = 0; counter < Counters; counter++)
        {
            var acknowledged = Enumerable.Range(0, Events).Count(number => number % Counters == counter && _acknowledged.ContainsKey(NameOf(number)));
            Assert.InRange(await CountAsync(counter), acknowledged, Events / Counters);
        }

        Assert.NotEmpty(lost);
        foreach (var number in lost)
            await _gateways[0].CallAsync<CounterSnapshot>("Send", IncrementOf(number));
        for (var counter = 0; counter < Counters; counter++)
            Assert.Equal(Events / Counters, await CountAsync(counter));

        // The creation is the first revision.
        var last = (ulong)(Events / Counters) + 1;
        await Eventually.BecomesTrueAsync(
            () => watchers.All(watcher => watcher.IsCompleted), () => $"watchers that saw all {last} revisions");
        await watching.CancelAsync();
        Assert.All(await Task.WhenAll(watchers), seen => Assert.Equal(Enumerable.Range(1, (int)last).Select(revision => (ulong)revision), seen));
    }

    [Fact]
    public async Task Every_event_of_a_wait_counts_once_whoever_is_killed_and_every_wait_ends()
    {
        var matched = new int[Counters];
        var unknown = new int[Counters];
        var nudges = new int[Counters];
        for (var round = 0; round < WaitRounds; round++)
        {
            // Half of them are decided by their own events, the others by what comes after all of those.
            var counts = await Task.WhenAll(Enumerable.Range(0, Counters).Select(CountAsync));
            var waits = Enumerable.Range(0, Counters * WaitsAtOnce)
                .Select(number => WaitAsync(number, number / Counters % 2 == 0 ? 0 : (ulong)(counts[number % Counters] + WaitsAtOnce + 2)))
                .ToArray();
            await Eventually.BecomesTrueAsync(() => waits.Count(wait => wait.IsCompleted) > Counters, () => $"the first waits of round {round} to end");
            await KillAsync(round);
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    await Task.WhenAll(Enumerable.Range(0, Counters).Select(NudgeAsync));
                    return waits.All(wait => wait.IsCompleted);
                },
                () => $"the waits of round {round} to end");
            await Task.WhenAll(waits);
        }

        for (var counter = 0; counter < Counters; counter++)
            Assert.InRange(await CountAsync(counter), matched[counter] + nudges[counter], matched[counter] + unknown[counter] + nudges[counter]);
        Assert.InRange(unknown.Sum(), 0, matched.Sum() / 4);

        // Who breaks off before the stream has begun cannot know whether there was an event.
        async Task WaitAsync(int number, ulong revision)
        {
            var counter = number % Counters;
            var request = new WaitForRequest
            {
                Key = KeyOf(counter),
                Condition = new Condition { AfterRevision = revision },
                Event = new CounterEvent { Increment = new Increment() },
            };
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await foreach (var message in _gateways[(number + attempt) % 2].StreamAsync<WaitForResponse>("WaitFor", request))
                    {
                        if (message.Started is { } started)
                            request.IdempotencyKey = started.IdempotencyKey;
                    }

                    Interlocked.Increment(ref matched[counter]);
                    return;
                }
                catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or GrpcException { Code: StatusCode.Unavailable or StatusCode.Unknown })
                {
                    if (request.IdempotencyKey.Length == 0)
                    {
                        Interlocked.Increment(ref unknown[counter]);
                        return;
                    }

                    await Task.Delay(TimeSpan.FromMilliseconds(50));
                }
            }
        }

        async Task NudgeAsync(int counter)
        {
            var request = IncrementOf(counter);
            request.IdempotencyKey = $"{KeyOf(counter)}-nudge-{nudges[counter]}";
            await _gateways[0].CallAsync<CounterSnapshot>("Send", request);
            nudges[counter]++;
        }
    }

    /// <summary>All clients send their share; once so many are acknowledged somebody dies, and comes back.</summary>
    private async Task RunRoundAsync(int round, int acknowledgedBefore)
    {
        var start = _acknowledged.Count;
        var share = Enumerable.Range(0, Events).Where(number => number * Rounds / Events == round).ToArray();
        var clients = Enumerable.Range(0, Clients)
            .Select(client => SendAllAsync(share.Where(number => number % Clients == client), client))
            .ToArray();
        await Eventually.BecomesTrueAsync(
            () => _acknowledged.Count - start > acknowledgedBefore || clients.All(client => client.IsCompleted),
            () => $"{acknowledgedBefore} acknowledged sends in round {round}");
        await KillAsync(round);
        await Task.WhenAll(clients);
    }

    /// <summary>Kills one of the processes, each in its turn, and starts it again.</summary>
    private Task KillAsync(int round) => (round % 4) switch
    {
        0 => cluster.RestartMachinesAsync("--counter=audited"),
        1 => cluster.RestartGatewayAsync(),
        2 => cluster.RestartRestateAsync(),
        _ => RestartSecondAsync(),
    };

    private async Task RestartSecondAsync()
    {
        await _second.KillAsync();
        await _second.StartAsync();
    }

    private async Task SendAllAsync(IEnumerable<int> numbers, int client)
    {
        foreach (var number in numbers)
        {
            using var timeout = new CancellationTokenSource(Timeout);
            try
            {
                await _gateways[(number + client) % 2].CallAsync<CounterSnapshot>("Send", IncrementOf(number), timeout.Token);
                _acknowledged[NameOf(number)] = 0;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or OperationCanceledException or GrpcException)
            {
                // It may have counted or not: its key tells when it is sent again.
            }
        }
    }

    /// <summary>Watches to the last revision, and goes on after the last that it saw whenever its gateway is gone.</summary>
    private async Task<List<ulong>> WatchAsync(int counter, CancellationToken cancellationToken)
    {
        var seen = new List<ulong>();
        for (var attempt = 0; seen.Count <= Events / Counters; attempt++)
        {
            try
            {
                var request = new WatchRequest { Key = KeyOf(counter), AfterRevision = seen.LastOrDefault() };
                await foreach (var message in _gateways[attempt % 2].StreamAsync<WatchResponse>("Watch", request, cancellationToken))
                {
                    if (!message.Info.Progress)
                        seen.Add(message.Info.Revision);
                    if (seen.Count > Events / Counters)
                        break;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or GrpcException && !cancellationToken.IsCancellationRequested)
            {
                // The next attempt is on the other gateway.
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }

        return seen;
    }

    private async Task<int> CountAsync(int counter) =>
        (await _gateways[0].CallAsync<CounterSnapshot>("GetSnapshot", new GetSnapshotRequest { Key = KeyOf(counter) })).Context.Total;

    private SendRequest IncrementOf(int number) => new()
    {
        Key = KeyOf(number % Counters),
        IdempotencyKey = NameOf(number),
        Event = new CounterEvent { Increment = new Increment() },
    };

    private string KeyOf(int counter) => $"{_run}/{counter}";

    private string NameOf(int number) => $"{_run}#{number}";
}
