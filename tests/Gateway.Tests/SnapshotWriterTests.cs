using System.Text;
using Gateway.Upstream;
using Google.Rpc;
using Machines.V1;
using Orders.V1;
using Rpc;
using Rpc.Json;
using Status = Machines.V1.Status;

namespace Gateway.Tests;

public class SnapshotWriterTests
{
    private readonly SnapshotWriter _writer = new(new JsonTranscoder(new JsonTranscoderOptions { IgnoreUnknownFields = true }));

    [Fact]
    public void A_snapshot_is_its_info_and_what_its_author_typed()
    {
        var snapshot = Write("""
            {"status":"done","value":{"inProgress":{"a":"packing","b":{}}},"context":{"customer":"Ann","total":7,"added":"later"},
             "output":{"receipt":"r"},"tags":["busy","late"],"version":"order-2","revision":12,"children":{},"historyValue":{}}
            """);

        Assert.Equal("k", snapshot.Info.Key);
        Assert.Equal(Status.Done, snapshot.Info.Status);
        Assert.Equal("order-2", snapshot.Info.Version);
        Assert.Equal(12ul, snapshot.Info.Revision);
        Assert.Equal(["busy", "late"], snapshot.Info.Tags);
        Assert.Equal(["inProgress", "inProgress.a", "inProgress.a.packing", "inProgress.b"], snapshot.Info.States);
        Assert.Equal("packing", snapshot.Info.Value.StructValue.Fields["inProgress"].StructValue.Fields["a"].StringValue);
        Assert.Null(snapshot.Info.Error);
        Assert.Equal(new OrderContext { Customer = "Ann", Total = 7 }, snapshot.Context);
        Assert.Equal("r", snapshot.Output.Receipt);
        Assert.Equal([OrderState.InProgress, OrderState.Packing], snapshot.States);
    }

    [Theory]
    [InlineData("""{"name":"E","message":"it broke","code":404,"source":"server/process"}""", "E", 404, "server/process")]
    [InlineData("""{"message":"it broke"}""", "", 0, "")]
    [InlineData("\"it broke\"", "", 0, "")]
    public void An_error_says_what_happened_and_where(string error, string name, int code, string source)
    {
        var snapshot = Write($$"""{"status":"error","value":"open","context":{},"error":{{error}}}""");
        Assert.Equal(Status.Error, snapshot.Info.Status);
        Assert.Equal(new MachineError { Message = "it broke", Name = name, Code = code, Source = source }, snapshot.Info.Error);
    }

    [Fact]
    public void A_snapshot_says_it_in_any_order_and_null_is_nothing()
    {
        var snapshot = Write("""{"error":"it broke","context":null,"output":null,"tags":[],"status":"error"}""");
        Assert.Equal("it broke", snapshot.Info.Error.Message);
        Assert.Null(snapshot.Context);
        Assert.Null(snapshot.Output);
        Assert.Null(snapshot.Info.Value);
        Assert.Empty(snapshot.Info.States);
    }

    [Theory]
    [InlineData("""{"status":"active","value":"open","context":{"total":"many"}}""", "context.total")]
    [InlineData("""{"status":"asleep","value":"open","context":{}}""", "status")]
    [InlineData("""{"value":"open"}""", "status")]
    [InlineData("""{"status":7,"value":"open"}""", "")]
    [InlineData("""{"status":"active","value":["open"]}""", "value")]
    [InlineData("""{"status":"active","value":{"open":null}}""", "value")]
    [InlineData("""{"status":"active","tags":"busy"}""", "tags")]
    [InlineData("""{"status":"active","revision":-1}""", "")]
    [InlineData("""{"status":"active","value":"open"}}""", "")]
    [InlineData("""{"status":"active","value":"open" """, "")]
    [InlineData("""["active"]""", "")]
    [InlineData("not JSON", "")]
    [InlineData("", "")]
    [InlineData("""{"status":"active","value":"open","context":{},"version":null}""", "")]
    [InlineData("""{"status":"active","value":"open","context":{},"tags":[null]}""", "")]
    public void A_snapshot_that_does_not_fit_is_an_error_that_says_where(string json, string path)
    {
        var exception = Assert.Throws<RpcException>(() => Write(json));
        Assert.Equal(StatusCode.Internal, exception.Status.Code);
        Assert.Contains("orders.v1.OrderSnapshot", exception.Message, StringComparison.Ordinal);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        var info = exception.Status.Details![0].Unpack<ErrorInfo>();
        Assert.Equal(("machines.v1", "SNAPSHOT_MISFIT", "order", "k"), (info.Domain, info.Type, info.Metadata["object"], info.Metadata["key"]));
    }

    private OrderSnapshot Write(string json) =>
        OrderSnapshot.Parser.ParseFrom(_writer.Write(Orders.Method("Open").Snapshot!, "order", "k", Encoding.UTF8.GetBytes(json)).Span);
}
