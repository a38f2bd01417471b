using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Counter.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Machines.V1;
using Payment.V1;
using Rpc;
using Status = Machines.V1.Status;
using WaitForRequest = Payment.V1.WaitForRequest;
using WaitForResponse = Payment.V1.WaitForResponse;

namespace EndToEnd;

/// <summary>The counter and the payment through the gateway, as a user sees them.</summary>
public abstract partial class ExampleScenarios(Cluster cluster)
{
    private readonly string _key = $"example-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_counter_counts_from_its_first_event_on()
    {
        await CountAsync(new CounterEvent { Increment = new Increment() });
        await CountAsync(new CounterEvent { Increment = new Increment() });
        var counted = await CountAsync(new CounterEvent { Decrement = new Decrement() });

        Assert.Equal(new CounterContext { Total = 1 }, counted.Context);
        Assert.Equal("counterv2", counted.Info.Version);
        Assert.Equal(4ul, counted.Info.Revision);
    }

    [Fact]
    public async Task The_seeds_commands_work_on_the_counter()
    {
        // curl http://localhost:8080/counter/myMachine/create
        await cluster.Ingress.GetFromJsonAsync<JsonElement>($"counter/{_key}/create");

        // curl http://localhost:8080/counter/myMachine/send --json '{"event": {"type": "increment"}}'
        using var response = await cluster.Ingress.PostAsJsonAsync($"counter/{_key}/send", JsonElement.Parse("""{"event": {"type": "increment"}}"""));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var counted = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("""{"total":1}""", counted.GetProperty("context").GetRawText());
    }

    [Fact]
    public async Task A_counter_stays_on_its_version_when_the_host_process_restarts_with_the_versions_swapped()
    {
        var increment = new CounterEvent { Increment = new Increment() };
        await CountAsync(increment);
        try
        {
            await cluster.RestartMachinesAsync("--counter=v1");
            var old = await CountAsync(increment);
            Assert.Equal(("counterv2", new CounterContext { Total = 2 }), (old.Info.Version, old.Context));

            using var young = await cluster.Ingress.GetAsync($"counter/{_key}-new/create");
            Assert.Equal("counterv1", (await young.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version").GetString());
        }
        finally
        {
            await cluster.RestartMachinesAsync();
        }

        using var counted = await cluster.Ingress.PostAsJsonAsync($"counter/{_key}-new/send", JsonElement.Parse("""{"event": {"type": "increment"}}"""));
        Assert.Equal("""{"count":1}""", (await counted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("context").GetRawText());
    }

    [Fact]
    public async Task A_payment_that_is_approved_is_booked_on_both_accounts()
    {
        var created = await CreateAsync("ann", "bob");
        Assert.Equal([PaymentState.AwaitingApproval], created.States);
        Assert.Equal("ann", created.Context.Request.Sender);

        var approved = await cluster.Payment.CallAsync<PaymentSnapshot>("Approve", new ApproveRequest { Key = _key });
        Assert.Equal([PaymentState.Debiting], approved.States);

        var done = await DoneAsync();
        Assert.Equal([PaymentState.Succeeded], done.States);
        Assert.Equal(2, done.Context.Bookings.Distinct().Count());
    }

    [Fact]
    public async Task A_payment_that_is_rejected_books_nothing()
    {
        await CreateAsync("ann", "bob");
        var rejected = await cluster.Payment.CallAsync<PaymentSnapshot>("Reject", new RejectRequest { Key = _key, Reason = "too much" });
        Assert.Equal([PaymentState.Rejected], rejected.States);
        Assert.Equal(Status.Done, rejected.Info.Status);
        Assert.Equal("too much", rejected.Context.Failure);
        Assert.Empty(rejected.Context.Bookings);
    }

    [Fact]
    public async Task A_payment_that_nobody_approves_in_time_is_approved_by_hand()
    {
        await CreateAsync("ann", "bob", TimeSpan.FromMilliseconds(100));
        await WaitForAsync(new Condition { Matches = "awaitingManualApproval" });
        await cluster.Payment.CallAsync<PaymentSnapshot>("Approve", new ApproveRequest { Key = _key });
        Assert.Equal([PaymentState.Succeeded], (await DoneAsync()).States);
    }

    [Fact]
    public async Task A_payment_whose_recipient_is_unknown_is_refunded()
    {
        await CreateAsync("ann", "nobody");
        await cluster.Payment.CallAsync<PaymentSnapshot>("Approve", new ApproveRequest { Key = _key });
        var done = await DoneAsync();
        Assert.Equal([PaymentState.Cancelled], done.States);
        Assert.Equal(2, done.Context.Bookings.Count);
        Assert.Contains("there is no account 'nobody'", done.Context.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_whose_sender_is_unknown_books_nothing()
    {
        await CreateAsync("nobody", "bob");
        await cluster.Payment.CallAsync<PaymentSnapshot>("Approve", new ApproveRequest { Key = _key });
        var done = await DoneAsync();
        Assert.Equal([PaymentState.Cancelled], done.States);
        Assert.Empty(done.Context.Bookings);
    }

    [Fact]
    public async Task A_payment_needs_its_input()
    {
        var error = await Assert.ThrowsAsync<GrpcException>(
            () => cluster.Payment.CallAsync<PaymentSnapshot>("Create", new Payment.V1.CreateRequest { Key = _key }));
        Assert.Equal((StatusCode.InvalidArgument, "INVALID_INPUT"), (error.Code, error.Reason));

        error = await Assert.ThrowsAsync<GrpcException>(
            () => cluster.Payment.CallAsync<PaymentSnapshot>("Approve", new ApproveRequest { Key = _key }));
        Assert.Equal((StatusCode.NotFound, "MACHINE_NOT_FOUND"), (error.Code, error.Reason));
    }

    [Fact]
    public async Task Waiting_for_an_example_is_never_silent_for_long()
    {
        await cluster.Auth.CallAsync<Auth.V1.AuthSnapshot>("Create", new Auth.V1.CreateRequest { Key = _key });
        await CountAsync(new CounterEvent { Increment = new Increment() });
        await CreateAsync("ann", "bob", TimeSpan.FromMinutes(10));
        await using var gateway = cluster.CreateGateway("--Gateway:Streams:HeartbeatInterval=00:00:00.1");
        await gateway.StartAsync();
        var done = new Condition { Done = true };
        Assert.True(await BeatsAsync<Auth.V1.WaitForResponse>("auth.v1.AuthService", new Auth.V1.WaitForRequest { Key = _key, Condition = done }));
        Assert.True(await BeatsAsync<Counter.V1.WaitForResponse>("counter.v1.CounterService", new Counter.V1.WaitForRequest { Key = _key, Condition = done }));
        Assert.True(await BeatsAsync<WaitForResponse>("payment.v1.PaymentService", new WaitForRequest { Key = _key, Condition = done }));

        // Payments and clients that nobody touches are never done.
        async Task<bool> BeatsAsync<T>(string service, IMessage request)
            where T : IMessage<T>, new()
        {
            using var client = new GrpcClient(gateway.GrpcAddress, service);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            return await client.StreamAsync<T>("WaitFor", request, patience.Token)
                .AnyAsync(message => message.Descriptor.FindFieldByName("heartbeat")?.Accessor.HasValue(message) == true, patience.Token);
        }
    }

    private Task<CounterSnapshot> CountAsync(CounterEvent @event) =>
        cluster.Counter.CallAsync<CounterSnapshot>("Send", new SendRequest { Key = _key, Event = @event });

    private Task<PaymentSnapshot> CreateAsync(string sender, string recipient, TimeSpan? timeout = null) =>
        cluster.Payment.CallAsync<PaymentSnapshot>("Create", new Payment.V1.CreateRequest
        {
            Key = _key,
            Input = new PaymentInput
            {
                Sender = sender,
                Recipient = recipient,
                Amount = 1000,
                ApprovalTimeout = timeout is { } time ? Duration.FromTimeSpan(time) : null,
            },
        });

    private Task<PaymentSnapshot> DoneAsync() => WaitForAsync(new Condition { Done = true });

    private async Task<PaymentSnapshot> WaitForAsync(Condition condition)
    {
        WaitForResponse? last = null;
        await foreach (var response in cluster.Payment.StreamAsync<WaitForResponse>("WaitFor", new WaitForRequest { Key = _key, Condition = condition }))
            last = response;
        return last!.Matched;
    }
}

public sealed class Example_scenarios(NormalCluster cluster) : ExampleScenarios(cluster), IClassFixture<NormalCluster>;

public sealed class Example_scenarios_under_forced_replay(ReplayCluster cluster) : ExampleScenarios(cluster), IClassFixture<ReplayCluster>;
