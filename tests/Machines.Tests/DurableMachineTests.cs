using System.Text;
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

    [Fact]
    public void The_schema_is_published_with_all_its_imports()
    {
        var service = new MachineObject(new DurableMachine("parcel", Parcels)).Define();
        var metadata = Convert.FromBase64String(service.Metadata[PublishedSchema.MetadataKey]);
        using var gzip = new System.IO.Compression.GZipStream(new MemoryStream(metadata), System.IO.Compression.CompressionMode.Decompress);
        var set = Google.Protobuf.Reflection.FileDescriptorSet.Parser.ParseFrom(gzip);
        Assert.Equal(
            ["google/protobuf/descriptor.proto", "google/protobuf/timestamp.proto", "machines/v1/annotations.proto", "shipping.proto"],
            set.File.Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_the_documented_handlers_are_public() =>
        Assert.Equal(
            ["create", "dispose", "send", "snapshot", "waitFor"],
            new MachineObject(new DurableMachine("parcel", Parcels)).Define().Handlers
                .Where(handler => !handler.IngressPrivate).Select(handler => handler.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Pending_work_is_stored_with_the_snapshot_but_not_shown()
    {
        var stored = new StoredSnapshot(Parcels, Parcels.Start().Snapshot, revision: 3);
        var pending = new PendingWork();
        Assert.Equal(stored.Answer.ToArray(), stored.With(pending).ToArray());

        pending.AddWaiter(new Waiter("hasTag:\"pending\":{", "prom_1"));
        var bytes = stored.With(pending);
        Assert.Contains("prom_1", Encoding.UTF8.GetString(bytes.Span), StringComparison.Ordinal);
        Assert.Equal(stored.Answer.ToArray(), StoredSnapshot.AnswerOf(bytes).ToArray());
        Assert.Equal("prom_1", Assert.Single(StoredSnapshot.PendingOf(JsonElement.Parse(bytes.Span)).Waiters).Awakeable);
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
