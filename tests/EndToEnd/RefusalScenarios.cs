using System.Text.Json;
using Machines;
using Restate.Sdk;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd;

/// <summary>Requests that a machine cannot take: each is refused with what is wrong, and the instance takes the next.</summary>
public abstract class RefusalScenarios(RefusalScenarios.Fixture fixture)
{
    private readonly string _key = $"refusal-{Guid.NewGuid():N}";

    private sealed record Amount
    {
        public Amount(int cents)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(cents);
            Cents = cents;
        }

        public int Cents { get; }
    }

    private sealed record Pay(Amount Amount);

    private sealed record Close;

    private sealed record Audit;

    private sealed class Account
    {
        public int Cents { get; set; }
    }

    private static DurableMachine Accounts()
    {
        var machine = new StateMachineBuilder<string, Account>("account")
            .Context<Amount>(amount => new Account { Cents = amount.Cents }).InitialTransition("open");
        machine.Configure("open").InternalTransition<Pay>((account, pay) => account.Cents += pay.Amount.Cents);
        return new DurableMachine("account", machine.Build());
    }

    /// <summary>What it handles depends on a guard that fails.</summary>
    private static DurableMachine Vault(string name, UnhandledEvents unhandled)
    {
        var machine = new StateMachineBuilder<string, Account>("vault").InitialTransition("open");
        machine.Configure("open")
            .PermitIf<Audit>("audited", (account, _) => account.Cents > 0 ? true : throw new InvalidOperationException("nothing to audit"))
            .Permit<Close>("closed");
        machine.Configure("audited").Final();
        machine.Configure("closed").Ignore<Audit>();
        return new DurableMachine(name, machine.Build()) { UnhandledEvents = unhandled };
    }

    [Theory]
    [InlineData("send", """{"event": {"type": "\ud800"}}""")]
    [InlineData("send", """{"event": {"type": "PAY", "\ud800": 1}}""")]
    [InlineData("send", """{"\ud800": 1}""")]
    [InlineData("create", """{"input": {"cents": 1, "\udc00": "\udc00"}}""")]
    [InlineData("waitFor", """{"condition": "done", "event": {"type": "\ud800"}}""")]
    [InlineData("waitFor", """{"condition": "hasTag:\ud800"}""")]
    public async Task Text_that_is_no_Unicode(string handler, string body)
    {
        await CreateAsync();
        Assert.Equal("body: is not valid Unicode", await RefusedAsync(handler, body));
        await AssertTakesTheNextAsync();
    }

    [Fact]
    public async Task Bytes_that_are_no_text()
    {
        await CreateAsync();
        byte[] body = [.. "{\"event\": {\"type\": \""u8, 0xFF, .. "\"}}"u8];
        var error = await Assert.ThrowsAsync<IngressException>(() => fixture.Host.Ingress.CallAsync(Target.Object("account", _key, "send"), body));
        Assert.Equal((400, "body: is not valid Unicode"), (error.StatusCode, error.Message));
        await AssertTakesTheNextAsync();
    }

    [Fact]
    public async Task Data_that_its_own_type_refuses()
    {
        Assert.StartsWith("input: does not fit Amount: ", await RefusedAsync("create", """{"input": {"cents": -1}}"""), StringComparison.Ordinal);
        await CreateAsync();
        Assert.StartsWith("event: does not fit Pay: ", await RefusedAsync("send", """{"event": {"type": "PAY", "amount": {"cents": -1}}}"""), StringComparison.Ordinal);
        await AssertTakesTheNextAsync();
    }

    [Fact]
    public async Task Input_for_a_machine_that_takes_none()
    {
        var error = await Assert.ThrowsAsync<IngressException>(() => CallAsync("strict", "create", """{"input": {"cents": 1}}"""));
        Assert.Equal((400, "input: machine 'vault' takes none"), (error.StatusCode, error.Message));
        Assert.Equal("open", (await CallAsync("strict", "create", """{"input": null}""")).GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_guard_that_fails_is_the_machines_error_whatever_becomes_of_events_that_are_not_handled()
    {
        const string Audit = """{"event": {"type": "AUDIT"}}""";
        var lenient = await CallAsync("lenient", "send", Audit);
        Assert.Equal("error", lenient.GetProperty("status").GetString());
        Assert.Contains("nothing to audit", lenient.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(lenient.GetRawText(), (await CallAsync("strict", "send", Audit)).GetRawText());
    }

    [Fact]
    public async Task An_event_in_a_state_that_handles_none()
    {
        await CallAsync("strict", "send", """{"event": {"type": "CLOSE"}}""");
        var error = await Assert.ThrowsAsync<IngressException>(() => CallAsync("strict", "send", """{"event": {"type": "CLOSE"}}"""));
        Assert.Equal((400, "event.type: state \"closed\" does not handle 'CLOSE'. It handles none."), (error.StatusCode, error.Message));
    }

    [Fact]
    public async Task An_event_that_the_state_ignores_in_so_many_words_is_not_refused()
    {
        var closed = await CallAsync("strict", "send", """{"event": {"type": "CLOSE"}}""");
        Assert.Equal(closed.GetRawText(), (await CallAsync("strict", "send", """{"event": {"type": "AUDIT"}}""")).GetRawText());
    }

    private Task<JsonElement> CreateAsync() => CallAsync("account", "create", """{"input": {"cents": 1}}""");

    private async Task AssertTakesTheNextAsync()
    {
        var paid = await CallAsync("account", "send", """{"event": {"type": "PAY", "amount": {"cents": 2}}}""");
        Assert.Equal("""{"cents":3}""", paid.GetProperty("context").GetRawText());
    }

    private async Task<string> RefusedAsync(string handler, string body)
    {
        var error = await Assert.ThrowsAsync<IngressException>(() => CallAsync("account", handler, body));
        Assert.Equal(400, error.StatusCode);
        return error.Message;
    }

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => fixture.Host.CallAsync(machine, _key, handler, json);

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : InstanceHost(environment)
    {
        protected override IEnumerable<DurableMachine> Machines { get; } =
        [
            Accounts(),
            Vault("strict", UnhandledEvents.Reject),
            Vault("lenient", UnhandledEvents.Ignore),
        ];
    }

    public sealed class NormalFixture() : Fixture(Normal);

    public sealed class ReplayFixture() : Fixture(ForcedReplay);
}

public sealed class Refusal_scenarios(RefusalScenarios.NormalFixture fixture)
    : RefusalScenarios(fixture), IClassFixture<RefusalScenarios.NormalFixture>;

public sealed class Refusal_scenarios_under_forced_replay(RefusalScenarios.ReplayFixture fixture)
    : RefusalScenarios(fixture), IClassFixture<RefusalScenarios.ReplayFixture>;
