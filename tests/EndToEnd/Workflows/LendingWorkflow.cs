using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Lendings.V1;
using Machines;
using Machines.Testing;
using Machines.V1;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>Lends a book; one that somebody else has is held for the lender, and looked for again two weeks later.</summary>
public abstract class LendingWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly TimeSpan TwoWeeks = TimeSpan.FromDays(14);

    private static readonly DurablePromise<string, BookStatus> GetStatus = new("getStatus", (context, book) =>
        context.Run("look up", _ => ValueTask.FromResult(Library.StatusOf(book))));

    private static readonly DurablePromise<Notice, string> Tell = new("tell", (context, notice) =>
        context.Run("write", _ => ValueTask.FromResult($"{notice.Lender}: {notice.Text}")));

    private static readonly DurablePromise<string, Timestamp> CheckOut = new("checkOut", async (context, book) =>
    {
        await context.Run("register", _ => Library.LendAsync(book));
        return Timestamp.FromDateTimeOffset(await context.Now() + TwoWeeks);
    });

    private readonly GrpcClient _lendings = host.Service("lendings.v1.LendingService");

    internal static DurableMachine Machine { get; } = new("lending", Define());

    private sealed record Notice(string Lender, string Text);

    private static StateMachine Define()
    {
        var machine = ProtobufMachine.Define<LendingState, Lending, LendingEvent>("lending").InitialTransition(LendingState.Idle);
        machine.Configure(LendingState.Idle)
            .Permit<BookLendingRequest>(
                LendingState.GettingStatus,
                (lending, request) => (lending.Book, lending.Lender, lending.Hold) = (request.Book, request.Lender, request.Hold));
        machine.Configure(LendingState.GettingStatus)
            .Invoke(GetStatus, lending => lending.Book.Id)
                .OnDone(LendingState.Deciding, (lending, status) => lending.Book.Status = status);
        machine.Configure(LendingState.Deciding)
            .AlwaysIf(LendingState.ReportingLoan, (lending, _) => lending.Book.Status == BookStatus.OnLoan)
            .AlwaysIf(LendingState.CheckingOut, (lending, _) => lending.Book.Status == BookStatus.Available)
            .Always(LendingState.Ended);
        machine.Configure(LendingState.ReportingLoan)
            .Invoke(Tell, lending => To(lending, $"{lending.Book.Title} is on loan"))
                .OnDone(LendingState.AwaitingLender, Note);
        machine.Configure(LendingState.AwaitingLender).Tag("asks")
            .Permit<HoldBook>(LendingState.RequestingHold)
            .Permit<DeclineHold>(LendingState.CancellingRequest);
        machine.Configure(LendingState.RequestingHold)
            .Invoke(Tell, lending => To(lending, $"{lending.Book.Title} is held for you"))
                .OnDone(LendingState.Holding, Note);
        machine.Configure(LendingState.CancellingRequest)
            .Invoke(Tell, lending => To(lending, $"{lending.Book.Title} is not held for you"))
                .OnDone(LendingState.Ended, Note);
        machine.Configure(LendingState.Holding)
            .After("hold", lending => lending.Hold?.ToTimeSpan() ?? TwoWeeks, LendingState.GettingStatus);
        machine.Configure(LendingState.CheckingOut).InitialTransition(LendingState.Registering)
            .OnDone(LendingState.Ended);
        machine.Configure(LendingState.Registering).SubstateOf(LendingState.CheckingOut)
            .Invoke(CheckOut, lending => lending.Book.Id)
                .OnDone(LendingState.NotifyingLender, (lending, due) => lending.Due = due);
        machine.Configure(LendingState.NotifyingLender).SubstateOf(LendingState.CheckingOut)
            .Invoke(Tell, lending => To(lending, $"{lending.Book.Title} is yours"))
                .OnDone(LendingState.CheckedOut, Note);
        machine.Configure(LendingState.CheckedOut).SubstateOf(LendingState.CheckingOut).Final();
        machine.Configure(LendingState.Ended).Final();
        return machine.Build();
    }

    private static Notice To(Lending lending, string text) => new(lending.Lender.Name, text);

    private static void Note(Lending lending, string notice) => lending.Notices.Add(notice);

    /// <summary>Stands for the library's books, by their ids.</summary>
    private static class Library
    {
        private static readonly ConcurrentDictionary<string, BookStatus> Books = new();

        public static BookStatus StatusOf(string book) => Books.GetValueOrDefault(book);

        public static void Put(string book, BookStatus status) => Books[book] = status;

        public static ValueTask LendAsync(string book)
        {
            Put(book, BookStatus.OnLoan);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task A_book_that_is_there_is_lent()
    {
        Library.Put(Key, BookStatus.Available);
        var requested = await RequestAsync();
        Assert.Equal([LendingState.GettingStatus], requested.States);
        Assert.Equal(BookStatus.Unspecified, requested.Context.Book.Status);

        var ended = await EndedAsync();
        Assert.Equal(new Book { Id = Key, Title = "The Guide", Status = BookStatus.Available }, ended.Context.Book);
        Assert.Equal(new Lender { Name = "John Doe", Address = "1 Road", Phone = "555" }, ended.Context.Lender);
        Assert.Equal(["John Doe: The Guide is yours"], ended.Context.Notices);
        Assert.True(ended.Context.Due.ToDateTimeOffset() > DateTimeOffset.UtcNow.AddDays(13));
        Assert.Equal(BookStatus.OnLoan, Library.StatusOf(Key));
    }

    [Fact]
    public async Task A_book_that_is_held_is_looked_for_until_it_is_back()
    {
        Library.Put(Key, BookStatus.OnLoan);
        await RequestAsync(hold: TimeSpan.FromMilliseconds(100));
        var asks = await WaitForAsync<WaitForResponse>(_lendings, new Condition { HasTag = "asks" });
        Assert.Equal([LendingState.AwaitingLender], asks.Matched.States);
        Assert.Equal(["asks"], asks.Matched.Info.Tags);

        // When the time is over the book is not back yet, and the lender is asked again.
        Assert.Equal([LendingState.RequestingHold], (await SendAsync(new LendingEvent { HoldBook = new HoldBook() })).States);
        var asksAgain = await WaitForAsync<WaitForResponse>(_lendings, new Condition { HasTag = "asks" });
        Assert.Equal(BookStatus.OnLoan, asksAgain.Matched.Context.Book.Status);
        Library.Put(Key, BookStatus.Available);
        await SendAsync(new LendingEvent { HoldBook = new HoldBook() });

        Assert.Equal(
            [
                "John Doe: The Guide is on loan",
                "John Doe: The Guide is held for you",
                "John Doe: The Guide is on loan",
                "John Doe: The Guide is held for you",
                "John Doe: The Guide is yours",
            ],
            (await EndedAsync()).Context.Notices);
    }

    [Fact]
    public async Task Those_that_are_asked_are_listed_by_their_tag()
    {
        using var machines = new JsonClient(Host.HttpAddress, "machines.v1.MachineService");
        Library.Put(Key, BookStatus.OnLoan);
        await RequestAsync();
        await WaitForAsync<WaitForResponse>(_lendings, new Condition { HasTag = "asks" });
        Assert.Contains(Key, await TaggedAsync("asks"));
        Assert.DoesNotContain(Key, await TaggedAsync("ask"));

        await SendAsync(new LendingEvent { DeclineHold = new DeclineHold() });
        await EndedAsync();
        Assert.DoesNotContain(Key, await TaggedAsync("asks"));

        async Task<IEnumerable<string?>> TaggedAsync(string tag)
        {
            var listed = await machines.CallAsync("ListInstances", $$"""{"machine": "lending", "tag": "{{tag}}", "pageSize": 1000}""");
            return listed.TryGetProperty("instances", out var instances)
                ? instances.EnumerateArray().Select(instance => instance.GetProperty("key").GetString())
                : [];
        }
    }

    [Fact]
    public async Task A_lender_who_declines_is_not_kept_waiting()
    {
        Library.Put(Key, BookStatus.OnLoan);
        await RequestAsync();
        await WaitForAsync<WaitForResponse>(_lendings, new Condition { HasTag = "asks" });
        Assert.Equal([LendingState.CancellingRequest], (await SendAsync(new LendingEvent { DeclineHold = new DeclineHold() })).States);

        var ended = await EndedAsync();
        Assert.Equal(["John Doe: The Guide is on loan", "John Doe: The Guide is not held for you"], ended.Context.Notices);
        Assert.Null(ended.Context.Due);
    }

    [Fact]
    public async Task A_book_that_the_library_does_not_know_ends_it()
    {
        await RequestAsync();
        var ended = await EndedAsync();
        Assert.Equal(BookStatus.Unspecified, ended.Context.Book.Status);
        Assert.Empty(ended.Context.Notices);
    }

    [Fact]
    public void A_book_is_held_for_two_weeks()
    {
        var lending = MachineTest.Start(Machine);
        lending.Answer<Notice, string>("tell", notice => notice.Text);
        lending.Send(new BookLendingRequest { Book = new Book { Id = Key }, Lender = new Lender() });
        lending.Resolve("getStatus", BookStatus.OnLoan);
        lending.Send(new HoldBook());

        lending.Advance(TwoWeeks - TimeSpan.FromSeconds(1));
        Assert.True(lending.IsIn(LendingState.Holding));
        lending.Advance(TimeSpan.FromSeconds(1));
        Assert.True(lending.IsIn(LendingState.GettingStatus));
    }

    private Task<LendingSnapshot> RequestAsync(TimeSpan? hold = null) => SendAsync(new LendingEvent
    {
        BookLendingRequest = new BookLendingRequest
        {
            Book = new Book { Id = Key, Title = "The Guide" },
            Lender = new Lender { Name = "John Doe", Address = "1 Road", Phone = "555" },
            Hold = hold is { } time ? Duration.FromTimeSpan(time) : null,
        },
    });

    private Task<LendingSnapshot> SendAsync(LendingEvent @event) =>
        _lendings.CallAsync<LendingSnapshot>("Send", new SendRequest { Key = Key, Event = @event });

    private async Task<LendingSnapshot> EndedAsync()
    {
        var ended = (await WaitForAsync<WaitForResponse>(_lendings, Done)).Matched;
        Assert.Equal([LendingState.Ended], ended.States);
        return ended;
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class Lending_workflow(NormalWorkflowHost host) : LendingWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Lending_workflow_under_forced_replay(ReplayWorkflowHost host) : LendingWorkflow(host);
