using System.Buffers;
using System.Text;
using Gateway.Security;
using Gateway.Upstream;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Machines.V1;
using Microsoft.Extensions.Options;
using Orders.V1;
using Rpc;
using Rpc.Json;

namespace Gateway.Tests;

public class RequestReaderTests
{
    private readonly RequestReader _reader = new(new JsonTranscoder(), new RequestLimits(Options.Create(new GatewayOptions())));

    [Fact]
    public void Create_refuses_an_existing_instance_unless_the_request_says_otherwise()
    {
        Assert.Equal("""{"ifExists":"fail"}""", Body("Open", new OpenRequest { Key = "k" }));
        Assert.Equal("""{"ifExists":"return"}""", Body("Open", new OpenRequest { Key = "k", IfExists = IfExists.Return }));
        Assert.Equal(
            """{"ifExists":"reset","input":{"customer":"Ann"}}""",
            Body("Open", new OpenRequest { Key = "k", IfExists = IfExists.Reset, Input = new OrderInput { Customer = "Ann" } }));
    }

    [Fact]
    public void An_event_is_its_type_and_the_fields_of_the_member()
    {
        Assert.Equal("""{"event":{"type":"SUBMIT"}}""", Body("Send", Send(new OrderEvent { Submit = new Submit() })));
        Assert.Equal(
            """{"event":{"type":"ADD_ITEM","sku":"a","quantity":"2","notes":["x"]}}""",
            Body("Send", Send(new OrderEvent { AddItem = new AddItem { Sku = "a", Quantity = 2, Notes = { "x" } } })));
        Assert.Equal(
            """{"event":{"type":"order.cancelled","reason":"late"}}""",
            Body("Send", Send(new OrderEvent { Cancel = new Cancel { Reason = "late" } })));
    }

    [Fact]
    public void An_rpc_that_is_an_event_sends_its_own_fields() =>
        Assert.Equal(
            """{"event":{"type":"ADD_ITEM","sku":"a","quantity":"2"}}""",
            Body("AddItem", new AddItemRequest { Key = "k", IdempotencyKey = "i", Sku = "a", Quantity = 2 }));

    [Fact]
    public void A_wait_has_its_condition_timeout_and_event()
    {
        Assert.Equal("""{"condition":"done"}""", Body("WaitFor", WaitFor(new Condition { Done = true })));
        Assert.Equal("""{"condition":"hasTag:ready"}""", Body("WaitFor", WaitFor(new Condition { HasTag = "ready" })));
        Assert.Equal("""{"condition":"matches:a.b"}""", Body("WaitFor", WaitFor(new Condition { Matches = "a.b" })));
        Assert.Equal("""{"condition":"revision:0"}""", Body("WaitFor", WaitFor(new Condition { AfterRevision = 0 })));

        var request = WaitFor(new Condition { Done = true });
        request.Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1.5));
        request.Event = new OrderEvent { Submit = new Submit() };
        Assert.Equal("""{"condition":"done","timeout":1500,"event":{"type":"SUBMIT"}}""", Body("WaitFor", request));
    }

    [Fact]
    public void Messages_that_come_twice_are_merged_as_a_parser_would()
    {
        var first = Send(new OrderEvent { AddItem = new AddItem { Sku = "a" } });
        var second = new SendRequest { Event = new OrderEvent { AddItem = new AddItem { Quantity = 3 } } };
        byte[] both = [.. first.ToByteArray(), .. second.ToByteArray()];
        Assert.Equal("""{"event":{"type":"ADD_ITEM","sku":"a","quantity":"3"}}""", Body("Send", both));

        var other = new SendRequest { Event = new OrderEvent { Submit = new Submit() } };
        Assert.Equal("""{"event":{"type":"SUBMIT"}}""", Body("Send", [.. both, .. other.ToByteArray()]));
    }

    [Fact]
    public void Fields_that_nobody_knows_are_passed_over() =>
        Assert.Equal("""{"event":{"type":"SUBMIT"}}""", Body("Send", [.. Send(new OrderEvent { Submit = new Submit() }).ToByteArray(), 0x50, 0x01]));

    [Theory]
    [InlineData("key", "INVALID_KEY")]
    [InlineData("event", "INVALID_EVENT")]
    [InlineData("timeout", "INVALID_CONDITION")]
    [InlineData("condition", "INVALID_CONDITION")]
    [InlineData("if_exists", "INVALID_INPUT")]
    public void What_is_wrong_is_named(string field, string reason)
    {
        var exception = Assert.Throws<RpcException>(() => field switch
        {
            "key" => Body("Send", new SendRequest { Event = new OrderEvent { Submit = new Submit() } }),
            "event" => Body("Send", Send(new OrderEvent())),
            "timeout" => Body("WaitFor", new WaitForRequest { Key = "k", Condition = new Condition { Done = true }, Timeout = new Duration { Seconds = -1 } }),
            "condition" => Body("WaitFor", new WaitForRequest { Key = "k" }),
            _ => Body("Open", new OpenRequest { Key = "k", IfExists = (IfExists)9 }),
        });

        Assert.Equal(StatusCode.InvalidArgument, exception.Status.Code);
        Assert.Equal(reason, exception.Status.Details![0].Unpack<ErrorInfo>().Type);
        Assert.Equal(field, Assert.Single(exception.Status.Details[1].Unpack<BadRequest>().FieldViolations).Field);
    }

    [Fact]
    public void A_value_that_an_enum_does_not_have_is_told_those_of_the_proto()
    {
        var exception = Assert.Throws<RpcException>(() => Body("Open", new OpenRequest { Key = "k", IfExists = (IfExists)9 }));
        Assert.Equal(
            "if_exists: unknown value 9; use one of IF_EXISTS_UNSPECIFIED, IF_EXISTS_FAIL, IF_EXISTS_RETURN, IF_EXISTS_RESET", exception.Status.Message);
    }

    [Fact]
    public void Bytes_that_are_no_message_are_refused()
    {
        var exception = Assert.Throws<RpcException>(() => Body("Send", [0x0A, 0x7F, 0x01]));
        Assert.Equal(StatusCode.InvalidArgument, exception.Status.Code);
        Assert.Contains("orders.v1.SendRequest", exception.Message, StringComparison.Ordinal);
        var info = exception.Status.Details![0].Unpack<ErrorInfo>();
        Assert.Equal(("INVALID_REQUEST", "order"), (info.Type, info.Metadata["object"]));
    }

    [Fact]
    public void A_watch_begins_where_it_is_told_and_nowhere_else()
    {
        Assert.Null(Read("Watch", new WatchRequest { Key = "k" }).AfterRevision);
        Assert.Equal(0ul, Read("Watch", new WatchRequest { Key = "k", AfterRevision = 0 }).AfterRevision);
        Assert.Equal(7ul, Read("Watch", new WatchRequest { Key = "k", AfterRevision = 7 }).AfterRevision);
    }

    private static SendRequest Send(OrderEvent @event) => new() { Key = "k", Event = @event };

    private static WaitForRequest WaitFor(Condition condition) => new() { Key = "k", Condition = condition };

    private string Body(string method, IMessage request) => Body(method, request.ToByteArray());

    private string Body(string method, byte[] request) => Encoding.UTF8.GetString(Read(method, request).Body.Span);

    private MachineRequest Read(string method, IMessage request) => Read(method, request.ToByteArray());

    private MachineRequest Read(string name, byte[] request)
    {
        var method = Orders.Method(name);
        return _reader.Read(method, RequestReader.ReadFields(method, new ReadOnlySequence<byte>(request)));
    }
}
