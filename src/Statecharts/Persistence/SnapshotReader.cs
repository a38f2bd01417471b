using System.Text.Json;

namespace Statecharts;

/// <summary>Reads snapshots in XState's persisted form, and refuses what does not fit the machine.</summary>
internal sealed class SnapshotReader
{
    private int _sessions;

    private SnapshotReader(int sessions) => _sessions = sessions;

    internal static Snapshot Read(StateMachine machine, JsonElement json)
    {
        RequireObject(json, "a snapshot");
        var sessions = json.TryGetProperty("sessions", out var counted) ? ReadInt32(counted, "sessions") : 0;
        var reader = new SnapshotReader(Math.Max(sessions, LargestSession(json)));
        var root = reader.ReadMachine(machine, json);
        return new Snapshot(
            machine, root.Status, root.Nodes, root.Context, root.History, root.Children, root.Output, root.Error, reader._sessions);
    }

    private Snapshot ReadMachine(StateMachine machine, JsonElement json)
    {
        var (status, output, error) = ReadOutcome(json, machine.DataModel, machine.OutputType);
        var nodes = ReadNodes(machine, json);
        var hasContext = json.TryGetProperty("context", out var data) && data.ValueKind != JsonValueKind.Null;
        // Only a machine whose start failed may have none.
        if (!hasContext && status != ActorStatus.Error)
            throw new JsonFormatException("context", "is missing.");
        var context = hasContext ? At("context", () => machine.DataModel.Read(data, machine.ContextType)) : null;
        return new Snapshot(
            machine, status, nodes, context, ReadHistory(machine, json), ReadChildren(machine, json), output, error, sessions: 0);
    }

    private static (ActorStatus Status, object? Output, ActorError? Error) ReadOutcome(JsonElement json, DataModel dataModel, Type? outputType)
    {
        if (!json.TryGetProperty("status", out var name) || name.ValueKind != JsonValueKind.String)
            throw new JsonFormatException("status", "is missing.");
        var status = Statuses.Parse(name.GetString())
            ?? throw new JsonFormatException("status", $"'{name.GetString()}' is none of active, done, error, stopped.");
        var output = json.TryGetProperty("output", out var value) && value.ValueKind != JsonValueKind.Null
            ? At("output", () => dataModel.Read(value, outputType))
            : null;
        var error = json.TryGetProperty("error", out var problem) ? ActorError.Read(problem) : null;
        if (status == ActorStatus.Error)
            error ??= new ActorError("Error", "");
        return (status, output, error);
    }

    private static StateNode[] ReadNodes(StateMachine machine, JsonElement json)
    {
        if (!json.TryGetProperty("value", out var value))
            throw new JsonFormatException("value", "is missing.");
        var nodes = new List<StateNode>();
        var isOrdered = json.TryGetProperty("order", out var order) && order.ValueKind == JsonValueKind.Array;
        // A machine that failed to start never entered any state but its root; the value tells which ones it would have.
        if (isOrdered && order.GetArrayLength() == 1 && order[0].ValueEquals(machine.Root.Id))
            return [machine.Root];
        At("value", () => Collect(machine.Root, value, nodes));
        return isOrdered ? At("order", () => InOrder(machine, nodes, order)) : [.. nodes];
    }

    private static object? Collect(StateNode node, JsonElement value, List<StateNode> nodes)
    {
        nodes.Add(node);
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                var key = value.GetString()!;
                var child = node.Child(key) ?? throw Unknown(node, key);
                if (node.Kind != StateNodeKind.Compound || !child.IsAtomic)
                    throw new JsonFormatException("", $"'{key}' says too little about the state '{node.Id}': name the active states below it.");
                nodes.Add(child);
                break;
            case JsonValueKind.Object:
                var count = 0;
                foreach (var property in value.EnumerateObject())
                {
                    count++;
                    var region = node.Child(property.Name);
                    if (region is null || region.Kind == StateNodeKind.History)
                        throw Unknown(node, property.Name).Under(property.Name);
                    At(property.Name, () => Collect(region, property.Value, nodes));
                }
                CheckCount(node, value, count);
                break;
            default:
                throw new JsonFormatException("", "a state value is a state's name, or an object of states.");
        }
        return null;
    }

    private static void CheckCount(StateNode node, JsonElement value, int count)
    {
        if (node.Kind == StateNodeKind.Compound && count != 1)
            throw new JsonFormatException("", $"exactly one child of the state '{node.Id}' is active, not {count}.");
        if (node.Kind != StateNodeKind.Parallel || count == node.RealChildren.Length)
            return;
        var missing = Array.Find(node.RealChildren, region => !value.TryGetProperty(region.Key, out _));
        throw new JsonFormatException(missing?.Key ?? "", $"is missing: it is a region of the parallel state '{node.Id}'.");
    }

    private static StateNode[] InOrder(StateMachine machine, List<StateNode> nodes, JsonElement order)
    {
        var ordered = new List<StateNode>();
        foreach (var id in order.EnumerateArray())
        {
            var node = machine.FindStateById(id.GetString()!);
            if (node is null || !nodes.Remove(node))
                throw new JsonFormatException("", $"'{id.GetString()}' is none of the active states.");
            ordered.Add(node);
        }
        if (nodes.Count > 0)
            throw new JsonFormatException("", $"the active state '{nodes[0].Id}' is missing.");
        return [.. ordered];
    }

    private static HistoryValue ReadHistory(StateMachine machine, JsonElement json)
    {
        var history = HistoryValue.Empty;
        if (!json.TryGetProperty("historyValue", out var entries) || entries.ValueKind != JsonValueKind.Object)
            return history;
        foreach (var entry in entries.EnumerateObject())
        {
            var node = machine.FindStateById(entry.Name);
            if (node is not { Kind: StateNodeKind.History })
                throw new JsonFormatException($"historyValue.{entry.Name}", $"machine '{machine.Id}' has no history state with this id.");
            var recalled = entry.Value.EnumerateArray().Select((item, i) =>
            {
                var id = item.ValueKind == JsonValueKind.Object ? Text(item, "id") : null;
                return (id is null ? null : machine.FindStateById(id))
                    ?? throw new JsonFormatException($"historyValue.{entry.Name}[{i}]", $"machine '{machine.Id}' has no state with the id '{id}'.");
            });
            history = history.With(node, [.. recalled]);
        }
        return history;
    }

    private ChildActor[] ReadChildren(StateMachine machine, JsonElement json)
    {
        if (!json.TryGetProperty("children", out var children) || children.ValueKind != JsonValueKind.Object)
            return [];
        var actors = new List<ChildActor>();
        foreach (var child in children.EnumerateObject())
            actors.Add(At($"children.{child.Name}", () => ReadChild(machine, child.Name, child.Value)));
        return [.. actors];
    }

    private ChildActor ReadChild(StateMachine parent, string id, JsonElement json)
    {
        RequireObject(json, "a child");
        var src = Text(json, "src") ?? throw new JsonFormatException("src", "is missing.");
        if (!parent.Actors.TryGetValue(src, out var logic))
            throw new JsonFormatException("src", $"machine '{parent.Id}' has no actor named '{src}'.");
        if (!json.TryGetProperty("snapshot", out var inner))
            throw new JsonFormatException("snapshot", "is missing.");
        var session = json.TryGetProperty("session", out var number) ? ReadInt32(number, "session") : ++_sessions;
        ActorSnapshot snapshot = logic is StateMachine machine
            ? At("snapshot", () => ReadMachine(machine, inner))
            : At("snapshot", () => ReadPromise(parent.DataModel, logic, inner));
        var isSynced = json.TryGetProperty("syncSnapshot", out var sync) && sync.ValueKind == JsonValueKind.True;
        return new ChildActor(id, session, src, logic, snapshot, Text(json, "systemId"), isSynced);
    }

    private static PromiseSnapshot ReadPromise(DataModel dataModel, ActorLogic logic, JsonElement json)
    {
        RequireObject(json, "a promise");
        if (json.TryGetProperty("value", out _))
            throw new JsonFormatException("value", $"is a machine's, but '{logic.Name}' is a promise.");
        var (status, output, error) = ReadOutcome(json, dataModel, logic.OutputType);
        var input = json.TryGetProperty("input", out var value) && value.ValueKind != JsonValueKind.Null
            ? At("input", () => dataModel.Read(value, logic.InputType))
            : null;
        return new PromiseSnapshot(status, input, output, error);
    }

    private static int LargestSession(JsonElement snapshot)
    {
        var largest = 0;
        if (snapshot.TryGetProperty("children", out var children) && children.ValueKind == JsonValueKind.Object)
        {
            foreach (var child in children.EnumerateObject().Where(child => child.Value.ValueKind == JsonValueKind.Object))
            {
                if (child.Value.TryGetProperty("session", out var session))
                    largest = Math.Max(largest, ReadInt32(session, "session"));
                if (child.Value.TryGetProperty("snapshot", out var inner) && inner.ValueKind == JsonValueKind.Object)
                    largest = Math.Max(largest, LargestSession(inner));
            }
        }
        return largest;
    }

    private static JsonFormatException Unknown(StateNode node, string key) =>
        new("", $"the state '{node.Id}' of machine '{node.Machine.Id}' has no child '{key}'.");

    private static void RequireObject(JsonElement json, string what)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new JsonFormatException("", $"{what} must be an object.");
    }

    private static int ReadInt32(JsonElement json, string path) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) && number >= 0
            ? number
            : throw new JsonFormatException(path, "must be a whole number, 0 or more.");

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static T At<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JsonFormatException exception)
        {
            throw exception.Under(path);
        }
    }
}
