using System.Text.Json;
using Machines;
using Statecharts;

namespace EndToEnd.Instances;

/// <summary>Children of an instance, and what they tell each other.</summary>
public abstract class MessageScenarios(InstancesHost host)
{
    private readonly string _key = $"message-{Guid.NewGuid():N}";

    private sealed record Hire(string Name);

    private sealed record Fire(string Name);

    private sealed record Give(string Name, int Amount);

    private sealed record Serve;

    private sealed record Ping;

    private sealed record Pong;

    private sealed record Report(string Text);

    private sealed class Data
    {
        public string Name { get; set; } = "";

        public int Sum { get; set; }

        public List<string> Reports { get; set; } = [];
    }

    internal static IEnumerable<DurableMachine> Machines { get; } = [new DurableMachine("team", Team()), new DurableMachine("match", Match())];

    private static StateMachineBuilder<string, Data> Define(string id) => new(id);

    /// <summary>Spawns a worker for each name.</summary>
    private static StateMachine Team()
    {
        var worker = Define("worker").Context<string>(name => new Data { Name = name }).InitialTransition("working");
        worker.Configure("working").InternalTransition<Give>(
            (data, give) => data.Sum += give.Amount, run => run.SendParent((data, _) => new Report($"{data.Name} {data.Sum}")));
        var logic = worker.Build();

        var machine = Define("team").InitialTransition("open");
        machine.Configure("open")
            .InternalTransition<Hire>(actions: run => run.Spawn(logic, (_, hire) => hire.Name, (_, hire) => hire.Name))
            .InternalTransition<Give>(actions: run => run.SendTo((_, give) => give.Name, (_, give) => give))
            .InternalTransition<Fire>(actions: run => run.Stop((_, fire) => fire.Name))
            .InternalTransition<Report>((data, report) => data.Reports.Add(report.Text));
        return machine.Build();
    }

    /// <summary>Two children: one serves to the other, which returns after a while, past their parent.</summary>
    private static StateMachine Match()
    {
        var left = Define("left").InitialTransition("playing");
        left.Configure("playing")
            .InternalTransition<Serve>(actions: run => run.SendToSystem("right", (_, _) => new Ping()))
            .InternalTransition<Pong>(actions: run => run.SendParent(new Report("pong")));
        var right = Define("right").InitialTransition("playing");
        right.Configure("playing")
            .InternalTransition<Ping>(actions: run => run.SendParent(new Report("ping")).SendToSystem("left", (_, _) => new Pong(), TimeSpan.FromMilliseconds(20)));

        var machine = Define("match").InitialTransition("playing");
        machine.Configure("playing")
            .Invoke(left.Build(), id: "left", systemId: "left")
            .Invoke(right.Build(), id: "right", systemId: "right")
            .InternalTransition<Serve>(actions: run => run.SendTo("left", new Serve()))
            .InternalTransition<Report>((data, report) => data.Reports.Add(report.Text));
        return machine.Build();
    }

    [Fact]
    public async Task Children_are_spawned_as_they_are_needed_each_with_its_own_state_until_they_are_stopped()
    {
        await SendAsync("team", """{"type": "HIRE", "name": "ann"}""");
        await SendAsync("team", """{"type": "HIRE", "name": "bob"}""");
        await SendAsync("team", """{"type": "GIVE", "name": "ann", "amount": 1}""");
        await SendAsync("team", """{"type": "GIVE", "name": "bob", "amount": 10}""");
        await SendAsync("team", """{"type": "GIVE", "name": "ann", "amount": 2}""");
        await SendAsync("team", """{"type": "FIRE", "name": "ann"}""");
        var team = await SendAsync("team", """{"type": "GIVE", "name": "ann", "amount": 4}""");
        Assert.Equal(["ann 1", "bob 10", "ann 3"], Reports(team));
        Assert.Equal(["bob"], team.GetProperty("children").EnumerateObject().Select(child => child.Name));
    }

    [Fact]
    public async Task Siblings_tell_each_other_now_and_later()
    {
        await host.Host.CallAsync("match", _key, "create");
        Assert.Equal(["ping"], Reports(await SendAsync("match", """{"type": "SERVE"}""")));
        Assert.Equal(["ping", "pong"], Reports(await host.Host.CallAsync("match", _key, "waitFor", """{"condition": "revision:2"}""")));
    }

    private static IEnumerable<string?> Reports(JsonElement snapshot) =>
        snapshot.GetProperty("context").GetProperty("reports").EnumerateArray().Select(report => report.GetString());

    private Task<JsonElement> SendAsync(string machine, string @event) => host.Host.CallAsync(machine, _key, "send", $$"""{"event": {{@event}}}""");
}

[Collection(NormalInstances.Name)]
public sealed class Message_scenarios(NormalInstancesHost host) : MessageScenarios(host);

[Collection(ReplayInstances.Name)]
public sealed class Message_scenarios_under_forced_replay(ReplayInstancesHost host) : MessageScenarios(host);
