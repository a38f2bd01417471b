using System.Text.Json;
using Machines.Runtime;
using Statecharts;

namespace Machines.Tests;

public class PromiseAddressTests
{
    [Fact]
    public void A_promise_is_found_by_the_names_that_machines_have_for_their_actors()
    {
        var work = new DurablePromise<int, int>("work", (_, number) => ValueTask.FromResult(number));
        var child = new StateMachineBuilder<string, object>("child-v1").InitialTransition("working");
        child.Configure("working").Invoke(work, id: "job");
        var machine = StateMachine.Load(
            JsonElement.Parse("""{"id": "parent", "initial": "busy", "states": {"busy": {"invoke": {"src": "helper", "id": "help"}}}}"""),
            new Implementations().Actor("helper", child.Build()));
        var step = machine.Start();
        var start = step.Effects.OfType<StartPromise>().Single();

        var request = JsonElement.Parse(RequestJson.Write(json =>
        {
            json.WriteString("version", "parent");
            PromiseAddress.Write(json, step.Snapshot, start.Actor);
        }).Span);
        var found = PromiseAddress.Find(new DurableMachine("parent", machine), request);

        Assert.Same(work, found.Promise);
        Assert.Equal("child-v1", found.Owner.Id);
    }
}
