using System.Text.Json;
using Machines.Runtime;
using Machines.Schema;
using Shipping.V1;
using Statecharts;

namespace Machines.Tests;

public class DurableMachineTests
{
    private static readonly StateMachine Parcels = Build("parcel");

    [Fact]
    public void Versions_must_have_ids_of_their_own()
    {
        var error = Assert.Throws<ArgumentException>(() => new DurableMachine("parcel", Parcels, Build("parcel")));
        Assert.Contains("'parcel'", error.Message, StringComparison.Ordinal);
        Assert.NotNull(new DurableMachine("parcel", Parcels, Build("parcel-1")).FindVersion("parcel-1"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(DurableMachine.MaxHistory + 1)]
    public void The_length_of_the_history_has_bounds(int length)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new DurableMachine("parcel", Parcels) { History = length });
        Assert.StartsWith("History of 'parcel' must be from 0 to 1000 transitions.", error.Message, StringComparison.Ordinal);
        Assert.Equal(DurableMachine.MaxHistory, new DurableMachine("parcel", Parcels) { History = DurableMachine.MaxHistory }.History);
    }

    [Fact]
    public void The_schema_is_published_with_all_its_imports()
    {
        var service = new MachineObject(new DurableMachine("parcel", Parcels)).Define();
        var metadata = Convert.FromBase64String(service.Metadata[PublishedSchema.MetadataKey]);
        using var gzip = new System.IO.Compression.GZipStream(new MemoryStream(metadata), System.IO.Compression.CompressionMode.Decompress);
        var set = Google.Protobuf.Reflection.FileDescriptorSet.Parser.ParseFrom(gzip);
        Assert.Equal(
            ["google/protobuf/descriptor.proto", "google/protobuf/struct.proto", "google/protobuf/timestamp.proto", "machines/v1/annotations.proto", "machines/v1/machine.proto", "shipping.proto"],
            set.File.Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_definition_is_published_too()
    {
        var metadata = new MachineObject(new DurableMachine("parcel", Parcels)).Define().Metadata;
        Assert.Equal("parcel", metadata[PublishedDefinition.IdKey]);
        Assert.Equal("parcel", JsonElement.Parse(metadata[PublishedDefinition.XStateKey]).GetProperty("id").GetString());
        Assert.StartsWith("stateDiagram-v2", metadata[PublishedDefinition.MermaidKey], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_large_to_be_published_is_a_plain_error()
    {
        var machine = new StateMachineBuilder<string, object>("large").InitialTransition("only");
        machine.Configure("only").Description(new string('x', PublishedDefinition.MaxBytes));
        var error = Assert.Throws<InvalidOperationException>(() => new MachineObject(new DurableMachine("large", machine.Build())).Define());
        Assert.Contains(PublishedDefinition.XStateKey, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_documented_handlers_are_public() =>
        Assert.Equal(
            ["create", "dispose", "send", "sendAndWaitFor", "snapshot", "waitFor"],
            new MachineObject(new DurableMachine("parcel", Parcels)).Define().Handlers
                .Where(handler => !handler.IngressPrivate).Select(handler => handler.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Past_transitions_pending_work_and_owner_are_stored_with_the_snapshot_but_not_shown(int capacity)
    {
        var snapshot = Parcels.Start().Snapshot;
        var stored = new StoredSnapshot(Parcels, snapshot, revision: 3);
        var history = new TransitionHistory(capacity);
        var pending = new PendingWork();
        Assert.Equal(stored.Answer.ToArray(), stored.With(history, pending, owner: null).ToArray());

        if (capacity > 0)
        {
            history.Add(2, "\"pending\":{", DateTimeOffset.UnixEpoch, snapshot.Value);
            history.Add(3, "LAST", DateTimeOffset.UnixEpoch, snapshot.Value);
        }

        pending.AddWaiter(new Waiter("hasTag:\"history\":{", "prom_1"));
        var bytes = stored.With(history, pending, owner: "run");
        Assert.Equal(stored.Answer.ToArray(), StoredSnapshot.AnswerOf(bytes).ToArray());

        var json = JsonElement.Parse(bytes.Span);
        Assert.Equal("run", StoredSnapshot.OwnerOf(json));
        Assert.Equal("prom_1", Assert.Single(StoredSnapshot.PendingOf(json).Waiters).Awakeable);
        Assert.Equal(Math.Min(2, capacity), json.TryGetProperty("history", out var entries) ? entries.GetArrayLength() : 0);
        Assert.True(StoredSnapshot.HistoryOf(json, capacity: 0).IsEmpty);
        Assert.Equal(
            capacity == 0 ? "[]" : """[{"revision":3,"event":"LAST","time":"1970-01-01T00:00:00Z","value":"atSender"}]""",
            JsonElement.Parse(stored.AnswerWith(StoredSnapshot.HistoryOf(json, capacity), after: 2).Span).GetProperty("history").GetRawText());
    }

    private static class Own
    {
        public sealed record Scan;
    }

    [Fact]
    public void An_event_of_the_schema_is_no_other_message_of_the_same_name()
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>("parcel").InitialTransition(ParcelState.AtSender);
        machine.Configure(ParcelState.AtSender).Permit<Own.Scan>(ParcelState.InTransit);
        Assert.Equal(
            "the event 'SCAN' is DurableMachineTests.Own.Scan here, but Scan in the schema.",
            Assert.Throws<DefinitionException>(() => machine.Build()).Errors.Single().ToString());
    }

    private static StateMachine Build(string id)
    {
        var machine = ProtobufMachine.Define<ParcelState, Parcel, ParcelEvent>(id).InitialTransition(ParcelState.AtSender);
        machine.Configure(ParcelState.AtSender).Permit<PickUp>(ParcelState.InTransit);
        machine.Configure(ParcelState.InTransit)
            .InternalTransition<Scan>((parcel, scan) => { parcel.Scans++; parcel.Last = scan.Place; })
            .Permit<Lose>(ParcelState.Lost);
        machine.Configure(ParcelState.Lost).Final();
        return machine.Build();
    }
}
