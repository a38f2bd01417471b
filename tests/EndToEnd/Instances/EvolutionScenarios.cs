using System.Collections.Concurrent;
using System.Text.Json;
using Machines;
using Microsoft.AspNetCore.Builder;
using Notes.V1;
using Restate.Sdk;
using Restate.Sdk.Client;
using Statecharts;

namespace EndToEnd.Instances;

/// <summary>An instance in the hands of deployments that differ.</summary>
public abstract class EvolutionScenarios(InstancesHost host)
{
    private static readonly ConcurrentDictionary<string, int> Stamped = new();

    private static readonly DurableAction<string> Stamp = new("stamp", (key, _) =>
    {
        Stamped.AddOrUpdate(key, 1, (_, before) => before + 1);
        return ValueTask.CompletedTask;
    });

    private readonly string _key = $"evolution-{Guid.NewGuid():N}";

    private enum State
    {
        Idle,
        Timing,
        Ringing,
        Asking,
        Over,
    }

    private sealed record Set;

    private sealed record Hold;

    private sealed record Time;

    private sealed record Ring;

    private sealed record Rung;

    private sealed record Ask;

    private sealed record Tell(string Key);

    private sealed class Data
    {
        public string Key { get; set; } = "";
    }

    internal static IEnumerable<DurableMachine> Machines { get; } =
    [
        new DurableMachine("note", FirstNotes()),
        new DurableMachine("alarm", Alarm()),
        new DurableMachine("flash", Flash("flash-1")),
        new DurableMachine("teller", Teller()),
        new DurableMachine("stubborn", Stubborn("stubborn-1", works: false)),
        new DurableMachine("patient", Patient("patient")) { Actions = [Stamp] },
    ];

    private static StateMachine Flash(string version)
    {
        var machine = new StateMachineBuilder<string, Data>(version).InitialTransition("off");
        machine.Configure("off").Permit<Set>("over");
        machine.Configure("over").Final();
        return machine.Build();
    }

    private static StateMachine Alarm()
    {
        var machine = new StateMachineBuilder<string, Data>("alarm").InitialTransition("off");
        machine.Configure("off").Permit<Set>("set");
        machine.Configure("set").After(TimeSpan.FromSeconds(3), "ringing");
        machine.Configure("ringing").Final();
        return machine.Build();
    }

    private static StateMachine FirstNotes()
    {
        var machine = ProtobufMachine.Define<FirstNote, NoteEvent>("note").InitialTransition("draft");
        machine.Configure("draft").InternalTransition<Write>((note, write) => note.Text += write.Text).Permit<Submit>("review");
        machine.Configure("review").InternalTransition<Write>((note, write) => note.Text += write.Text);
        return machine.Build();
    }

    /// <summary>Counts what is written in a new field, and has no review.</summary>
    private static StateMachine SecondNotes()
    {
        var machine = ProtobufMachine.Define<SecondNote, NoteEvent>("note").InitialTransition("draft");
        machine.Configure("draft").InternalTransition<Write>((note, write) =>
        {
            note.Text += write.Text;
            note.Stars.Add("*");
        });
        return machine.Build();
    }

    private static StateMachine Stubborn(string id, bool works)
    {
        var machine = new StateMachineBuilder<string, Data>(id).InitialTransition("asking");
        machine.Configure("asking")
            .Invoke(new DurablePromise<object?, string>("ask", (_, _) => works ? ValueTask.FromResult("yes") : throw new InvalidOperationException("no"))
            {
                Retry = new InvocationRetryPolicy { InitialInterval = TimeSpan.FromMilliseconds(50), MaxInterval = TimeSpan.FromMilliseconds(50) },
            })
                .OnDone("over");
        machine.Configure("over").Final();
        return machine.Build();
    }

    private static StateMachine Teller()
    {
        var machine = new StateMachineBuilder<string, Data>("teller").InitialTransition("telling");
        machine.Configure("telling").InternalTransition<Tell>(actions: run => run.SendToMachine("patient", (_, tell) => tell.Key, (_, _) => new Time()));
        return machine.Build();
    }

    private static StateMachine Patient(string id, bool isChanged = false)
    {
        var machine = new StateMachineBuilder<State, Data>(id).Context<string>(key => new Data { Key = key }).InitialTransition(State.Idle);
        machine.Root.InternalTransition<Hold>(actions: run => run.Execute(Gate.Wait, (data, _) => data.Key));
        machine.Configure(State.Idle).Permit<Time>(State.Timing).Permit<Ask>(State.Asking)
            .Permit<Ring>(State.Ringing, actions: run => run.Raise(new Rung(), TimeSpan.FromMilliseconds(1)));
        machine.Configure(State.Timing)
            .After(TimeSpan.FromMilliseconds(isChanged ? 2 : 1), State.Over, actions: run => run.Execute(Stamp.Name, (data, _) => data.Key));
        var ringing = machine.Configure(State.Ringing);
        if (!isChanged)
            ringing.Permit<Rung>(State.Over, actions: run => run.Execute(Stamp.Name, (data, _) => data.Key));
        machine.Configure(State.Asking)
            .Invoke(new DurablePromise<object?, string>("ask", (_, _) => ValueTask.FromResult("yes")))
                .OnDone(State.Over, actions: run => run.Execute(Stamp.Name, (data, _) => data.Key));
        machine.Configure(State.Over).Final();
        return machine.Build();
    }

    [Fact]
    public async Task A_field_that_a_deployment_adds_to_the_context_or_takes_back_stops_no_instance()
    {
        await CallAsync("note", "send", Write("a"));
        await host.RedeployAsync(new DurableMachine("note", SecondNotes()));
        var written = await CallAsync("note", "send", Write("b"));
        await host.RedeployAsync(new DurableMachine("note", FirstNotes()));
        var rolledBack = await CallAsync("note", "send", Write("c"));
        Assert.Equal("""{"text":"ab","stars":["*"]}""", written.GetProperty("context").GetRawText());
        Assert.Equal("""{"text":"abc"}""", rolledBack.GetProperty("context").GetRawText());
    }

    [Fact]
    public async Task A_state_that_a_deployment_lost_is_a_plain_error_until_the_next_one_has_it()
    {
        await CallAsync("note", "send", """{"event": {"type": "SUBMIT"}}""");
        var before = await host.StateAsync("note", _key);

        await host.RedeployAsync(new DurableMachine("note", SecondNotes()));
        var error = await Assert.ThrowsAsync<IngressException>(() => CallAsync("note", "send", Write("a")));
        Assert.Equal(500, error.StatusCode);
        Assert.Equal("the stored snapshot does not fit version 'note': value: the state 'note' of machine 'note' has no child 'review'.", error.Message);
        Assert.Equal(before, await host.StateAsync("note", _key));

        await host.RedeployAsync(new DurableMachine("note", FirstNotes()));
        Assert.Equal("""{"text":"a"}""", (await CallAsync("note", "send", Write("a"))).GetProperty("context").GetRawText());
    }

    [Fact]
    public async Task An_instance_that_is_done_says_so_although_its_version_is_gone()
    {
        await CallAsync("flash", "send", """{"event": {"type": "SET"}}""");
        await host.RedeployAsync(new DurableMachine("flash", Flash("flash-2")));

        var done = await CallAsync("flash", "waitFor", """{"condition": "done"}""");
        Assert.Equal(("over", "flash-1"), (done.GetProperty("value").GetString(), done.GetProperty("version").GetString()));
        Assert.Equal(done.GetRawText(), (await CallAsync("flash", "snapshot")).GetRawText());
        var error = await Assert.ThrowsAsync<IngressException>(() => CallAsync("flash", "send", """{"event": {"type": "SET"}}"""));
        Assert.Equal(
            (500, "the instance runs on version 'flash-1', which this deployment does not have; deploy it again among the machine's versions"),
            (error.StatusCode, error.Message));
        await host.RedeployAsync(new DurableMachine("flash", Flash("flash-1")));
    }

    [Theory]
    [InlineData("TIME", "deliver", "version")]
    [InlineData("TIME", "deliver", "action")]
    [InlineData("TIME", "deliver", "delay")]
    [InlineData("RING", "deliver", "event")]
    [InlineData("ASK", "settle", "version")]
    [InlineData("ASK", "settle", "action")]
    public async Task What_a_deployment_cannot_bring_in_comes_again_until_one_can(string type, string handler, string lack)
    {
        // The second Hold is queued before the event's consequence can be, and so keeps it from the first deployment.
        await CallAsync("patient", "create", $"{{\"input\": \"{_key}\"}}");
        var calls = new List<Task>();
        foreach (var sent in new[] { "HOLD", type, "HOLD" })
        {
            calls.Add(CallAsync("patient", "send", $$$"""{"event": {"type": "{{{sent}}}"}}"""));
            await host.InvocationsAsync(_key, "send", count: calls.Count);
        }

        Gate.Open(_key);
        await host.InvocationsAsync(_key, handler);

        StateMachine[] versions = lack == "version" ? [] : [Patient("patient", isChanged: lack is "delay" or "event")];
        await using var lacking = await DeployAsync(new DurableMachine("patient", Patient("other"), versions)
        {
            Actions = lack == "action" ? [] : [Stamp],
            PostponedFor = TimeSpan.FromMilliseconds(100),
        });
        Gate.Open(_key);
        await Task.WhenAll(calls);
        await host.EndedAsync(_key, handler, times: 2);
        Assert.Equal("active", (await CallAsync("patient", "snapshot")).GetProperty("status").GetString());
        Assert.False(Stamped.ContainsKey(_key));

        await host.RedeployAsync(Machines.Last());
        Assert.Equal("over", (await CallAsync("patient", "waitFor", """{"condition": "done"}""")).GetProperty("value").GetString());
        Assert.Equal(1, Stamped[_key]);
    }

    [Fact]
    public async Task What_another_machine_sent_comes_again_until_a_deployment_can_bring_it_in()
    {
        await CallAsync("patient", "create", $"{{\"input\": \"{_key}\"}}");
        await using var lacking = await DeployAsync(new DurableMachine("patient", Patient("other")) { PostponedFor = TimeSpan.FromMilliseconds(100) });
        await CallAsync("teller", "send", $$$"""{"event": {"type": "TELL", "key": "{{{_key}}}"}}""");
        await Eventually.BecomesTrueAsync(
            async () => (await host.QueryAsync(
                "select id from sys_invocation where target_service_name = 'patient' "
                + $"and target_service_key = '{_key}' and target_handler_name = 'send' and status = 'completed'")).Count >= 2,
            () => "the event to have come twice");

        await host.RedeployAsync(Machines.Last());
        Assert.Equal("over", (await CallAsync("patient", "waitFor", """{"condition": "done"}""")).GetProperty("value").GetString());
        Assert.Equal(1, Stamped[_key]);
    }

    [Fact]
    public async Task A_promise_whose_attempts_fail_at_once_goes_on_where_a_deployment_mends_it()
    {
        await CallAsync("stubborn", "create");
        await host.InvocationsAsync(_key, "retryPromise_ask", "retry_count > 1");
        await using var mended = await DeployAsync(new DurableMachine("stubborn", Stubborn("stubborn-2", works: true), Stubborn("stubborn-1", works: true)));
        Assert.Equal("over", (await CallAsync("stubborn", "waitFor", """{"condition": "done", "timeout": 60000}""")).GetProperty("value").GetString());
    }

    [Fact]
    public async Task What_is_scheduled_outlives_a_restate_server_that_is_killed()
    {
        await CallAsync("alarm", "send", """{"event": {"type": "SET"}}""");
        await host.InvocationsAsync(_key, "deliver", "status = 'scheduled'");
        await host.Host.Server.KillAsync();
        await host.Host.Server.RestartAsync();

        // On a busy machine a server that has been killed answers some moments before it knows its services.
        await Eventually.BecomesTrueAsync(async () => await IsKnownAsync("alarm"), () => "the server to know its services");
        Assert.Equal("ringing", (await CallAsync("alarm", "waitFor", """{"condition": "done"}""")).GetProperty("value").GetString());
    }

    private async Task<bool> IsKnownAsync(string machine)
    {
        try
        {
            await CallAsync(machine, "snapshot");
            return true;
        }
        catch (IngressException e) when (e is { StatusCode: 404, IsFromInvocation: false })
        {
            return false;
        }
    }

    /// <summary>Deploys a machine beside the deployment that there is, so that what runs there can end there.</summary>
    private async Task<WebApplication> DeployAsync(DurableMachine machine)
    {
        var application = MachineHost.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"], machine);
        await application.StartAsync();
        await host.Host.Admin.RegisterDeploymentAsync(new Uri(application.Urls.Single()), new DeploymentRegistration { Force = true });
        var probe = Guid.NewGuid().ToString();
        var input = machine.TakesNoInput ? "" : "{\"input\": \"probe\"}";
        await Eventually.BecomesTrueAsync(
            async () => (await host.Host.CallAsync(machine.Name, probe, "create", input)).GetProperty("version").GetString() == machine.Machine.Id,
            () => "the deployment to be used");
        return application;
    }

    private static string Write(string text) => $$$"""{"event": {"type": "WRITE", "text": "{{{text}}}"}}""";

    private Task<JsonElement> CallAsync(string machine, string handler, string json = "") => host.Host.CallAsync(machine, _key, handler, json);
}

[Collection(NormalInstances.Name)]
public sealed class Evolution_scenarios(NormalInstancesHost host) : EvolutionScenarios(host);

[Collection(ReplayInstances.Name)]
public sealed class Evolution_scenarios_under_forced_replay(ReplayInstancesHost host) : EvolutionScenarios(host);
