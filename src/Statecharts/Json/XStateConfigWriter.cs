using System.Text.Json;

namespace Statecharts;

/// <summary>Writes a machine that was built in C# as XState's JSON config.</summary>
internal sealed class XStateConfigWriter(Utf8JsonWriter writer)
{
    internal static void Write(Utf8JsonWriter writer, StateMachine machine)
    {
        writer.WriteStartObject();
        writer.WriteString("id", machine.Id);
        new XStateConfigWriter(writer).WriteState(machine.Root);
        writer.WriteEndObject();
    }

    private void WriteState(StateNode node)
    {
        if (node.Kind is not (StateNodeKind.Atomic or StateNodeKind.Compound))
            writer.WriteString("type", JsonNamingPolicy.CamelCase.ConvertName(node.Kind.ToString()));
        if (node.Initial is { } initial)
            WriteInitial(node, initial);
        if (node.Kind == StateNodeKind.History)
            writer.WriteString("history", node.History == HistoryKind.Deep ? "deep" : "shallow");
        if (node.HistoryTargets is { } targets)
            WriteTargets([.. targets]);
        if (node.Description is { } description)
            writer.WriteString("description", description);
        if (node.Tags.Count > 0)
            WriteList("tags", node.Tags, writer.WriteStringValue);
        if (node.Meta is { } meta)
        {
            writer.WritePropertyName("meta");
            meta.WriteTo(writer);
        }
        WriteActions("entry", node.EntryActions);
        WriteActions("exit", node.ExitActions);
        WriteInvocations(node);
        WriteTransitions(node);
        if (node.Children.Count > 0)
        {
            writer.WriteStartObject("states");
            foreach (var child in node.Children)
            {
                writer.WriteStartObject(child.Key);
                WriteState(child);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
    }

    private void WriteInitial(StateNode node, StateNode initial)
    {
        if (node.InitialActions.Length == 0)
        {
            writer.WriteString("initial", initial.Key);
            return;
        }
        writer.WriteStartObject("initial");
        writer.WriteString("target", initial.Key);
        WriteActions("actions", node.InitialActions.Select(action => action.Name));
        writer.WriteEndObject();
    }

    private void WriteInvocations(StateNode node)
    {
        if (node.Invocations.Count == 0)
            return;
        writer.WriteStartArray("invoke");
        foreach (var invocation in node.Invocations)
        {
            writer.WriteStartObject();
            writer.WriteString("src", invocation.Source);
            writer.WriteString("id", invocation.Id);
            WriteGroup("onDone", node, Event.DoneActorPrefix + invocation.Id);
            WriteGroup("onError", node, Event.ErrorActorPrefix + invocation.Id);
            WriteGroup("onSnapshot", node, Event.SnapshotPrefix + invocation.Id);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private void WriteTransitions(StateNode node)
    {
        var own = node.Transitions.Where(transition => !transition.EventType.StartsWith(Event.InternalPrefix, StringComparison.Ordinal)).ToList();
        if (own.Count > 0)
        {
            writer.WriteStartObject("on");
            foreach (var group in own.GroupBy(transition => transition.EventType))
                WriteList(group.Key, group, WriteTransition);
            writer.WriteEndObject();
        }
        WriteGroup("onDone", node, node.DoneEventType);
        if (node.Always.Count > 0)
            WriteList("always", node.Always, WriteTransition);

        var delays = node.Transitions.Where(transition => transition.EventType.StartsWith(Event.AfterPrefix, StringComparison.Ordinal)).ToList();
        if (delays.Count == 0)
            return;
        writer.WriteStartObject("after");
        foreach (var group in delays.GroupBy(transition => transition.EventType))
            WriteList(group.Key[Event.AfterPrefix.Length..^(node.Id.Length + 1)], group, WriteTransition);
        writer.WriteEndObject();
    }

    private void WriteGroup(string property, StateNode node, string eventType)
    {
        var group = node.Transitions.Where(transition => transition.EventType == eventType).ToList();
        if (group.Count > 0)
            WriteList(property, group, WriteTransition);
    }

    private void WriteTransition(Transition transition)
    {
        writer.WriteStartObject();
        if (transition.HasTargets)
            WriteTargets(transition.Targets);
        if (transition.Reenter)
            writer.WriteBoolean("reenter", true);
        if (transition.GuardNode is { } guard)
        {
            writer.WriteStartObject("guard");
            writer.WriteString("type", guard.Name ?? "guard");
            writer.WriteEndObject();
        }
        WriteActions("actions", transition.Actions);
        if (transition.Description is { } description)
            writer.WriteString("description", description);
        writer.WriteEndObject();
    }

    private void WriteTargets(IReadOnlyList<StateNode> targets)
    {
        if (targets.Count == 1)
            writer.WriteString("target", Reference(targets[0]));
        else
            WriteList("target", targets.Select(Reference), writer.WriteStringValue);
    }

    private void WriteActions(string property, IEnumerable<string> names)
    {
        if (!names.Any())
            return;
        WriteList(property, names, name =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", name);
            writer.WriteEndObject();
        });
    }

    private void WriteList<T>(string property, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartArray(property);
        foreach (var item in items)
            write(item);
        writer.WriteEndArray();
    }

    private static string Reference(StateNode node)
    {
        var path = new List<string>();
        for (var state = node; state.Parent is not null; state = state.Parent)
            path.Insert(0, StatePath.Escape(state.Key));
        return string.Join('.', path.Prepend($"#{StatePath.Escape(node.Machine.Id)}"));
    }
}
