using Auctions.V1;
using Machines;
using Machines.V1;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>Takes bids for a car until it is closed, or the time after the last call is over; the highest wins.</summary>
public abstract class AuctionWorkflow(WorkflowHost host) : Workflow(host)
{
    private readonly GrpcClient _auctions = host.Service("auctions.v1.AuctionService");

    internal static DurableMachine Machine { get; } = new("auction", Define());

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<AuctionState, Auction, AuctionEvent>("auction")
            .Output(auction => new AuctionResult { WinningBid = auction.Bids.MaxBy(bid => bid.Amount) })
            .InitialTransition(AuctionState.Open);
        machine.Configure(AuctionState.Open)
            .InternalTransition<CarBid>((auction, bid) => auction.Bids.Add(bid.Bid))
            .Permit<LastCall>(AuctionState.LastCall)
            .Permit<Close>(AuctionState.BiddingEnded);
        machine.Configure(AuctionState.LastCall)
            .OnEntry(run => run.Raise(new Close { Automatic = true }, delay: TimeSpan.FromMilliseconds(200), id: "close"))
            .OnExit(run => run.Cancel("close"))
            .InternalTransition<CarBid>((auction, bid) => auction.Bids.Add(bid.Bid))
            .Permit<Close>(AuctionState.BiddingEnded, (auction, close) => auction.ClosedAutomatically = close.Automatic);
        machine.Configure(AuctionState.BiddingEnded).Final();
        return machine.Build();
    }

    [Fact]
    public async Task The_highest_bid_wins()
    {
        await BidAsync(3000, "xyz");
        await BidAsync(4000, "abc");
        var lower = await BidAsync(3500, "xyz");
        Assert.Equal([3000, 4000, 3500], lower.Context.Bids.Select(bid => bid.Amount));
        Assert.Null(lower.Output);

        Assert.Equal([AuctionState.LastCall], (await SendAsync(new AuctionEvent { LastCall = new LastCall() })).States);
        var ended = await EndedAsync();
        Assert.Equal(Status.Done, ended.Info.Status);
        Assert.Equal(3, ended.Context.Bids.Count);
        Assert.True(ended.Context.ClosedAutomatically);
        Assert.Equal(Bid(4000, "abc"), ended.Output.WinningBid);
    }

    [Fact]
    public async Task A_bid_that_comes_too_late_counts_for_nothing()
    {
        await BidAsync(3000, "xyz");
        await SendAsync(new AuctionEvent { LastCall = new LastCall() });
        var ended = await EndedAsync();

        Assert.Equal(ended, await BidAsync(5000, "abc"));
        Assert.Equal(ended, await _auctions.CallAsync<AuctionSnapshot>("GetSnapshot", Instance));
    }

    [Fact]
    public async Task An_auction_without_bids_has_no_winner()
    {
        await _auctions.CallAsync<AuctionSnapshot>("Create", Instance);
        var closed = await SendAsync(new AuctionEvent { Close = new Close() });
        Assert.Equal([AuctionState.BiddingEnded], closed.States);
        Assert.Equal(new AuctionResult(), closed.Output);
        Assert.False(closed.Context.ClosedAutomatically);
    }

    [Fact]
    public async Task A_bid_has_its_name_in_the_machines_own_JSON_too()
    {
        var snapshot = await CallAsync("auction", "send", """{"event": {"type": "CarBidEvent", "bid": {"carId": "car123", "amount": 3000, "bidder": {"firstName": "John"}}}}""");
        Assert.Equal("""{"bids":[{"carId":"car123","amount":3000,"bidder":{"firstName":"John"}}]}""", snapshot.GetProperty("context").GetRawText());
    }

    private Task<AuctionSnapshot> BidAsync(int amount, string bidder) =>
        SendAsync(new AuctionEvent { CarBid = new CarBid { Bid = Bid(amount, bidder) } });

    private static Bid Bid(int amount, string bidder) =>
        new() { CarId = "car123", Amount = amount, Bidder = new Bidder { Id = bidder, FirstName = "Jane", LastName = "Doe" } };

    private Task<AuctionSnapshot> SendAsync(AuctionEvent @event) =>
        _auctions.CallAsync<AuctionSnapshot>("Send", new SendRequest { Key = Key, Event = @event });

    private async Task<AuctionSnapshot> EndedAsync()
    {
        var ended = (await WaitForAsync<WaitForResponse>(_auctions, Done)).Matched;
        Assert.Equal([AuctionState.BiddingEnded], ended.States);
        return ended;
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class Auction_workflow(NormalWorkflowHost host) : AuctionWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Auction_workflow_under_forced_replay(ReplayWorkflowHost host) : AuctionWorkflow(host);
