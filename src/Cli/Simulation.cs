using System.Text.Json;
using System.Text.Json.Nodes;
using Statecharts;

namespace Machines.Cli;

/// <summary>An instance on virtual time, whose promises end when a step says so.</summary>
/// <param name="machine">The machine to run.</param>
internal sealed class Simulation(StateMachine machine)
{
    private readonly VirtualClock _clock = new();
    private readonly List<ActorPath> _promises = [];
    private JsonArray _log = [];
    private JsonArray _emitted = [];

    internal Snapshot Snapshot { get; private set; } = null!;

    /// <summary>The promises under way, in the order they began.</summary>
    internal IReadOnlyList<ActorPath> Promises => _promises;

    internal void Start(JsonNode? input) => Apply(machine.Start(input));

    /// <summary>Writes the instance to JSON and goes on from what is read back.</summary>
    internal void Restore()
    {
        using var json = JsonDocument.Parse(Snapshot.ToString());
        Snapshot = machine.ReadSnapshot(json.RootElement);
    }

    internal void Send(JsonElement @event, string path)
    {
        try
        {
            Apply(machine.Send(Snapshot, machine.ReadEvent(@event)));
        }
        catch (JsonFormatException exception)
        {
            throw new JsonFormatException(exception.Path.Length == 0 ? path : $"{path}.{exception.Path}", exception.Problem, exception);
        }
    }

    internal void Advance(TimeSpan time) =>
        _clock.Advance(time, due => Apply(machine.Send(Snapshot, due.Event, due.Target)));

    internal void Resolve(string id, JsonNode? output)
    {
        if (TakePromise(id) is { } promise)
            Apply(machine.Resolve(Snapshot, promise, output));
    }

    internal void Reject(string id, ActorError error)
    {
        if (TakePromise(id) is { } promise)
            Apply(machine.Reject(Snapshot, promise, error));
    }

    /// <summary>Where the instance is now, with what it logged and emitted since the last answer.</summary>
    internal JsonObject TakeAnswer()
    {
        var answer = new JsonObject
        {
            ["value"] = JsonNode.Parse(Snapshot.Value.ToString()),
            ["context"] = (Snapshot.Context as JsonNode)?.DeepClone(),
            ["status"] = JsonNamingPolicy.CamelCase.ConvertName(Snapshot.Status.ToString()),
            ["tags"] = new JsonArray([.. Snapshot.Tags.Select(tag => JsonValue.Create(tag))]),
        };
        if (Snapshot.Output is JsonNode output)
            answer["output"] = output.DeepClone();
        if (Snapshot.Error is { } error)
            answer["error"] = error.Message;
        answer["log"] = _log;
        answer["emitted"] = _emitted;
        _log = [];
        _emitted = [];
        return answer;
    }

    private void Apply(Macrostep step)
    {
        Snapshot = step.Snapshot;
        foreach (var effect in step.Effects)
            CarryOut(effect);
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case StartPromise start:
                _promises.Add(start.Actor);
                break;
            case StopPromise stop:
                _promises.Remove(stop.Actor);
                break;
            case ScheduleEvent schedule:
                _clock.Schedule(schedule);
                break;
            case CancelScheduled cancel:
                _clock.Cancel(cancel.Actor, cancel.Id);
                break;
            case CancelAllScheduled cancelAll:
                _clock.CancelAll(cancelAll.Actor);
                break;
            case Log log:
                _log.Add((log.Message as JsonNode)?.DeepClone());
                break;
            case Emit { Actor.IsRoot: true } emit:
                _emitted.Add(ToJson(emit.Event));
                break;
        }
    }

    private ActorPath? TakePromise(string id)
    {
        var index = _promises.FindIndex(path => path.Id == id);
        if (index < 0)
            return null;
        var promise = _promises[index];
        _promises.RemoveAt(index);
        return promise;
    }

    private JsonNode? ToJson(Event @event)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            machine.WriteEvent(writer, @event);
        return JsonNode.Parse(stream.ToArray());
    }
}
