using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Machines.Cli;
using Statecharts.Tests.Differential;

namespace Statecharts.Tests.Semantics;

/// <summary>What holds for every machine and every run. FsCheck picks a machine and what happens to it.</summary>
public class Properties
{
    private static readonly string[] s_events = ["A", "B", "C", "D", "a.b", "a.b.c", "a.x", "K", "R", "S"];
    private static readonly string[] s_messages = ["one", "two"];

    [Fact]
    public void A_configuration_is_always_legal() => Check((machine, happenings) =>
        Run(machine, happenings, simulation => Assert.All(Machines(simulation.Snapshot), snapshot => Assert.True(
            IsLegal(snapshot), $"active: {string.Join(' ', snapshot.ActivePaths)}"))));

    [Fact]
    public void The_same_events_give_the_same_bytes() => Check((machine, happenings) =>
    {
        var first = new List<string>();
        var second = new List<string>();
        Run(machine, happenings, simulation => first.Add(simulation.Snapshot + simulation.TakeAnswer().ToJsonString()));
        Run(machine, happenings, simulation => second.Add(simulation.Snapshot + simulation.TakeAnswer().ToJsonString()));

        Assert.Equal(first, second);
    });

    [Fact]
    public void An_instance_goes_on_from_its_JSON_as_if_nothing_had_happened() => Check((machine, happenings) =>
    {
        var without = new List<string>();
        var with = new List<string>();
        Run(machine, happenings, simulation => without.Add(simulation.Snapshot.ToString()));
        Run(machine, happenings, simulation =>
        {
            with.Add(simulation.Snapshot.ToString());
            simulation.Restore();
        });

        Assert.Equal(without, with);
    });

    private static void Check(Action<int, byte[]> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(60), Prop.ForAll(property));

    private static void Run(int machine, byte[] happenings, Action<Simulation> afterStep)
    {
        var line = Golden.Cases[(int)((uint)machine % Golden.Cases.Length)];
        using var json = JsonDocument.Parse(line);
        var simulation = SimulationCase.Load(json.RootElement);
        simulation.Start(null);
        afterStep(simulation);
        foreach (var happening in happenings)
        {
            Happen(simulation, happening);
            afterStep(simulation);
        }
    }

    private static void Happen(Simulation simulation, byte happening)
    {
        var promises = simulation.Promises;
        switch (happening % 4)
        {
            case 0:
                simulation.Advance(TimeSpan.FromMilliseconds(happening / 4));
                break;
            case 1 when promises.Count > 0:
                simulation.Resolve(promises[happening / 4 % promises.Count].Id, happening);
                break;
            case 2 when promises.Count > 0:
                simulation.Reject(promises[happening / 4 % promises.Count].Id, new ActorError("Error", s_messages[happening / 4 % 2]));
                break;
            default:
                using (var @event = JsonDocument.Parse($$"""{"type":"{{s_events[happening / 4 % s_events.Length]}}","v":{{happening % 3}}}"""))
                    simulation.Send(@event.RootElement, "");
                break;
        }
    }

    private static IEnumerable<Snapshot> Machines(Snapshot snapshot) =>
        snapshot.Children.Select(child => child.Snapshot).OfType<Snapshot>().SelectMany(Machines).Prepend(snapshot);

    private static bool IsLegal(Snapshot snapshot)
    {
        var active = snapshot.ActiveStates.Prepend(snapshot.Machine.Root).ToHashSet();
        // A machine whose start failed never entered a state.
        return (snapshot.Status == ActorStatus.Error && active.Count == 1) || active.All(node =>
            (node.Parent is null || active.Contains(node.Parent))
            && node.Kind != StateNodeKind.History
            && node.Children.Count(active.Contains) == node.Kind switch
            {
                StateNodeKind.Compound => 1,
                StateNodeKind.Parallel => node.Children.Count(child => child.Kind != StateNodeKind.History),
                _ => 0,
            });
    }
}
