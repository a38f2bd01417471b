using System.Text.Json;

namespace Statecharts;

/// <summary>Writes snapshots in XState's persisted form.</summary>
internal static class SnapshotWriter
{
    internal static void WriteProperties(Utf8JsonWriter writer, Snapshot snapshot)
    {
        var machine = snapshot.Machine;
        WriteOutcome(writer, snapshot, machine.DataModel);
        writer.WritePropertyName("value");
        snapshot.Value.WriteTo(writer);
        writer.WritePropertyName("context");
        machine.DataModel.Write(writer, snapshot.Context);

        writer.WriteStartObject("historyValue");
        foreach (var (history, recalled) in snapshot.History.Entries)
        {
            writer.WriteStartArray(history.Id);
            foreach (var node in recalled)
            {
                writer.WriteStartObject();
                writer.WriteString("id", node.Id);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();

        writer.WriteStartObject("children");
        foreach (var child in snapshot.Children)
        {
            writer.WritePropertyName(child.Id);
            WriteChild(writer, child, machine.DataModel);
        }
        writer.WriteEndObject();

        WriteOrder(writer, snapshot);
        if (snapshot.Sessions > 0)
            writer.WriteNumber("sessions", snapshot.Sessions);
    }

    private static void WriteOutcome(Utf8JsonWriter writer, ActorSnapshot snapshot, DataModel dataModel)
    {
        writer.WriteString("status", Statuses.Name(snapshot.Status));
        if (snapshot.Output is { } output)
        {
            writer.WritePropertyName("output");
            dataModel.Write(writer, output);
        }
        if (snapshot.Error is { } error)
        {
            writer.WritePropertyName("error");
            error.WriteTo(writer);
        }
    }

    private static void WriteChild(Utf8JsonWriter writer, ChildActor child, DataModel parentModel)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("snapshot");
        if (child.Snapshot is Snapshot machine)
        {
            WriteProperties(writer, machine);
        }
        else
        {
            WriteOutcome(writer, child.Snapshot, parentModel);
            if (child.Snapshot is PromiseSnapshot { Input: { } input })
            {
                writer.WritePropertyName("input");
                parentModel.Write(writer, input);
            }
        }
        writer.WriteEndObject();
        writer.WriteString("src", child.Source);
        if (child.SystemId is { } systemId)
            writer.WriteString("systemId", systemId);
        writer.WriteBoolean("syncSnapshot", child.SyncSnapshot);
        writer.WriteNumber("session", child.Session);
        writer.WriteEndObject();
    }

    /// <summary>
    /// XState forgets in which order its states were entered when it persists them, though regions that answer the same
    /// event do so in that order. It is written where the state value does not tell.
    /// </summary>
    private static void WriteOrder(Utf8JsonWriter writer, Snapshot snapshot)
    {
        if (!snapshot.Machine.HasParallel && !snapshot.NeverEntered)
            return;
        if (!snapshot.NeverEntered && Configuration.InValueOrder(snapshot.Machine.Root, snapshot.Nodes).AsSpan().SequenceEqual(snapshot.Nodes))
            return;
        writer.WriteStartArray("order");
        foreach (var node in snapshot.Nodes)
            writer.WriteStringValue(node.Id);
        writer.WriteEndArray();
    }
}
