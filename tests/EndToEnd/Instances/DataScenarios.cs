using System.Text.Json;
using System.Text.Json.Nodes;
using Auctions.V1;
using Machines;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd.Instances;

/// <summary>Data that a machine's own code makes, of which some cannot be stored, and some is not of the instance's own data model.</summary>
public abstract class DataScenarios(InstancesHost host)
{
    private static readonly DurablePromise<int, JsonNode> Nest = new("nest", (_, levels) => ValueTask.FromResult<JsonNode>(Nested(levels)));

    private readonly string _key = $"data-{Guid.NewGuid():N}";

    private sealed record Divide(double By);

    private sealed record Deepen(int Levels);

    private sealed record Remind(string Key, double By);

    private sealed record Reminder(double Share);

    private sealed record Fetch(int Levels);

    private sealed record Count(int Levels);

    private sealed record Bid(string Key, int Amount);

    private sealed class Data
    {
        public double Share { get; set; }

        public int Levels { get; set; }

        public JsonNode? Tree { get; set; }

        public string? Error { get; set; }

        public Bid? Bid { get; set; }
    }

    internal static IEnumerable<DurableMachine> Machines { get; } = [new DurableMachine("data", Define()), new DurableMachine("lot", Lot())];

    private static StateMachine Define()
    {
        var machine = new StateMachineBuilder<string, Data>("data").InitialTransition("idle");
        machine.Configure("idle")
            .InternalTransition<Divide>((data, divide) => data.Share = 1 / divide.By)
            .InternalTransition<Count>(actions: run => run.Assign((data, count) =>
            {
                data.Levels = count.Levels;
                return data;
            }))
            .InternalTransition<Deepen>((data, deepen) => data.Tree = Nested(deepen.Levels))
            .InternalTransition<Remind>(actions: run => run
                .SendToMachine("data", (_, remind) => remind.Key, (_, _) => new Divide(1))
                .Raise((_, remind) => new Reminder(1 / remind.By), TimeSpan.FromHours(1)))
            .InternalTransition<Reminder>((data, reminder) => data.Share = reminder.Share)
            .Permit<Fetch>("fetching", (data, fetch) => data.Levels = fetch.Levels)
            .Permit<Bid>("bidding", (data, bid) => data.Bid = bid);
        machine.Configure("fetching")
            .Invoke(Nest, data => data.Levels)
                .OnDone("idle", (data, tree) => data.Tree = tree)
                .OnError("idle", (data, error) => data.Error = error.Message);
        machine.Configure("bidding").Invoke(Agent(), data => data.Bid).OnDone("idle");
        return machine.Build();
    }

    /// <summary>A child whose data is protobuf's, unlike its parent's, and that is gone when its macrostep ends.</summary>
    private static StateMachine Agent()
    {
        var machine = ProtobufMachine.Define<Auction, AuctionEvent>("agent")
            .Context<Bid>(bid => new Auction { Bids = { new Auctions.V1.Bid { CarId = bid.Key, Amount = bid.Amount } } })
            .InitialTransition("bidding");
        machine.Configure("bidding").Always("over", actions: run => run
            .SendToMachine("lot", (auction, _) => auction.Bids[0].CarId, (auction, _) => new CarBid { Bid = auction.Bids[0] }));
        machine.Configure("over").Final();
        return machine.Build();
    }

    private static StateMachine Lot()
    {
        var machine = ProtobufMachine.Define<Auction, AuctionEvent>("lot").InitialTransition("open");
        machine.Configure("open").InternalTransition<CarBid>((auction, bid) => auction.Bids.Add(bid.Bid));
        return machine.Build();
    }

    private static JsonObject Nested(int levels)
    {
        var node = new JsonObject();
        for (var i = 1; i < levels; i++)
            node = new JsonObject { ["in"] = node };
        return node;
    }

    [Theory]
    [InlineData("""{"type": "DIVIDE", "by": 0}""")]
    [InlineData("""{"type": "DEEPEN", "levels": 63}""")]
    [InlineData("""{"type": "REMIND", "key": "KEY", "by": 0}""")]
    public async Task What_cannot_be_stored_fails_the_event_and_nothing_of_it_happens(string @event)
    {
        var before = (await CallAsync("data", "create")).GetRawText();
        var error = await Assert.ThrowsAsync<IngressException>(
            () => CallAsync("data", "send", $$"""{"event": {{@event.Replace("KEY", $"{_key}-other", StringComparison.Ordinal)}}}"""));
        Assert.Equal(500, error.StatusCode);
        Assert.StartsWith("what machine 'data' made of it cannot be stored as JSON: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, (await CallAsync("data", "snapshot")).GetRawText());
        Assert.Empty(await host.QueryAsync($"select id from sys_invocation where target_service_key = '{_key}-other'"));

        Assert.Equal(0.5, (await CallAsync("data", "send", """{"event": {"type": "DIVIDE", "by": 2}}""")).GetProperty("context").GetProperty("share").GetDouble());
    }

    [Fact]
    public async Task Data_may_nest_as_deep_as_can_be_read_again()
    {
        await CallAsync("data", "send", """{"event": {"type": "DEEPEN", "levels": 62}}""");
        Assert.Equal(3, (await CallAsync("data", "send", """{"event": {"type": "DIVIDE", "by": 2}}""")).GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task A_context_that_was_changed_in_place_and_returned_is_stored()
    {
        await CallAsync("data", "create");
        var answer = await CallAsync("data", "send", """{"event": {"type": "COUNT", "levels": 7}}""");
        Assert.Equal(7, answer.GetProperty("context").GetProperty("levels").GetInt32());
        Assert.Equal(answer.GetRawText(), (await CallAsync("data", "snapshot")).GetRawText());
    }

    [Fact]
    public async Task A_promise_whose_output_nests_too_deep_is_rejected()
    {
        await CallAsync("data", "send", """{"event": {"type": "FETCH", "levels": 31}}""");
        var fetched = await CallAsync("data", "waitFor", """{"condition": "matches:idle"}""");
        Assert.Equal(JsonValueKind.Object, fetched.GetProperty("context").GetProperty("tree").ValueKind);

        await CallAsync("data", "send", """{"event": {"type": "FETCH", "levels": 32}}""");
        var rejected = await CallAsync("data", "waitFor", """{"condition": "matches:idle"}""");
        Assert.Contains("depth of 31", rejected.GetProperty("context").GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_sends_to_other_machines_in_its_own_data_model()
    {
        await CallAsync("lot", "create");
        await CallAsync("data", "send", $$$"""{"event": {"type": "BID", "key": "{{{_key}}}", "amount": 3000}}""");
        var bid = await CallAsync("lot", "waitFor", """{"condition": "revision:1"}""");
        Assert.Equal(3000, bid.GetProperty("context").GetProperty("bids")[0].GetProperty("amount").GetInt32());
    }

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => host.Host.CallAsync(machine, _key, handler, json);
}

[Collection(NormalInstances.Name)]
public sealed class Data_scenarios(NormalInstancesHost host) : DataScenarios(host);

[Collection(ReplayInstances.Name)]
public sealed class Data_scenarios_under_forced_replay(ReplayInstancesHost host) : DataScenarios(host);
