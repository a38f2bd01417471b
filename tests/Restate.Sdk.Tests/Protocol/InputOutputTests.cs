using System.Buffers;
using System.Text;
using Restate.Sdk.Protocol;
using static Restate.Sdk.Tests.Protocol.MachineDriver;

namespace Restate.Sdk.Tests.Protocol;

public class InputOutputTests
{
    [Fact]
    public void The_input_comes_out_with_its_headers()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(1), Wire.Input("hello", ("X-One", "1"), ("two", "2")));
        Assert.True(driver.Machine.IsReady);

        var input = driver.Machine.TakeInput();
        Assert.Equal("hello", Encoding.UTF8.GetString(input.Value.Span));
        Assert.Equal("1", input.Headers["x-one"]);
        Assert.Equal("2", input.Headers["TWO"]);
        Assert.Equal(MachineState.Processing, driver.Machine.State);
        Assert.Empty(driver.Output());
    }

    [Fact]
    public void The_start_message_tells_about_the_invocation()
    {
        using var driver = Started();
        var start = driver.Machine.Start;
        Assert.Equal(("inv_1", "the-key", 42UL), (start.DebugId, start.Key, start.RandomSeed));
    }

    [Fact]
    public void Before_V6_the_random_seed_comes_from_the_id()
    {
        using MachineDriver first = Started(ProtocolVersion.V5), second = Started(ProtocolVersion.V5);
        Assert.Equal(first.Machine.Start.RandomSeed, second.Machine.Start.RandomSeed);
        Assert.NotEqual(42UL, first.Machine.Start.RandomSeed);
    }

    [Fact]
    public void A_value_ends_the_invocation()
    {
        using var driver = Started();
        driver.Machine.Complete(Bytes("out"));

        var output = driver.Output();
        Assert.Equal([MessageType.OutputCommand, MessageType.End], output.Select(frame => frame.Type));
        Assert.Equal("out", output[0].Message(14).Text(1));
        Assert.Empty(output[1].Fields);
        Assert.Equal(MachineState.Closed, driver.Machine.State);
    }

    [Fact]
    public void An_empty_value_is_present()
    {
        using var driver = Started();
        driver.Machine.Complete(ReadOnlyMemory<byte>.Empty);
        Assert.True(driver.Output()[0].Has(14));
    }

    [Theory]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(3_000_000)]
    public void Values_of_any_size_come_through(int size)
    {
        string value = new('x', size);
        using var driver = Started(Wire.SetState("k", value));
        driver.Machine.SetState("k", Bytes(value));
        driver.Machine.SetState("again", Bytes(value));
        driver.Machine.Complete(Bytes(value));
        var output = driver.Output();
        Assert.Equal(value, output[0].Message(3).Text(1));
        Assert.Equal(value, output[1].Message(14).Text(1));
    }

    [Fact]
    public void A_terminal_failure_ends_the_invocation()
    {
        using var driver = Started();
        driver.Machine.Complete(new Failure(404, "no such thing", new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }));

        var failure = driver.Output()[0].Message(15);
        Assert.Equal((404UL, "no such thing"), (failure.Number(1), failure.Text(2)));
        Assert.Equal(2, failure.Fields.Count(field => field.Number == 3));
    }

    [Fact]
    public void Before_V6_failures_have_no_metadata()
    {
        using var driver = Started(ProtocolVersion.V5);
        driver.Machine.Complete(new Failure(404, "no such thing", new Dictionary<string, string> { ["a"] = "1" }));
        Assert.False(driver.Output()[0].Message(15).Has(3));
    }

    [Fact]
    public void A_replayed_output_is_not_written_again()
    {
        using var driver = Started(Wire.Output("out"));
        driver.Machine.Complete(Bytes("out"));
        Assert.Equal(MessageType.End, driver.SingleOutput().Type);
    }

    [Fact]
    public void Frames_may_arrive_byte_by_byte()
    {
        byte[] bytes = [.. Wire.Start(2, state: [("k", "v")]), .. Wire.Input("hello"), .. Wire.SetState("k", "w")];
        using var driver = new MachineDriver();
        var used = 0;
        for (var end = 1; end <= bytes.Length; end++)
        {
            var input = new ReadOnlySequence<byte>(bytes, used, end - used);
            used += (int)input.Slice(0, driver.Machine.Feed(input)).Length;
        }

        Assert.Equal(bytes.Length, used);
        Assert.Equal("hello", Encoding.UTF8.GetString(driver.Machine.TakeInput().Value.Span));
    }

    [Fact]
    public void Unknown_fields_are_skipped()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(1), Frame.Encode(
            MessageType.InputCommand, FrameField.Of(99, 7), FrameField.Of(14, FrameField.Of(1, "x"), FrameField.Of(9, "y")), FrameField.Of(98, "z")));
        Assert.Equal("x", Encoding.UTF8.GetString(driver.Machine.TakeInput().Value.Span));
    }
}
