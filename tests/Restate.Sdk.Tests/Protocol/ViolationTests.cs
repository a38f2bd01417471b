using System.Buffers;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Tests.Protocol;

public class ViolationTests
{
    public static TheoryData<string, byte[][]> Violations => new()
    {
        { "no start message", [Wire.Input("x")] },
        { "an empty journal", [Wire.Start(0)] },
        { "a second start message", [Wire.Start(2), Wire.Start(2)] },
        { "a command past the journal", [Wire.Start(1), Wire.Input("x"), Wire.Run("r", 1)] },
        { "a message of ours", [Wire.Start(1), Wire.Input("x"), Frame.Encode(MessageType.End)] },
        { "a notification without id", [Wire.Start(2), Frame.Encode(MessageType.SleepCompletion, FrameField.Of(4))] },
        { "a notification without result", [Wire.Start(2), Frame.Encode(MessageType.SleepCompletion, FrameField.Of(1, 1))] },
        { "an acknowledgement of nothing", [Wire.Start(1), Wire.Input("x"), Wire.RunAck(1)] },
        { "a field longer than its message", [Raw(MessageType.Start, 0x0a, 0x05, 0x01)] },
        { "a number that is cut off", [Raw(MessageType.Start, 0x18, 0xff)] },
        { "a number that does not end", [Raw(MessageType.Start, 0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)] },
        { "field zero", [Raw(MessageType.Start, 0x02, 0x00)] },
        { "a group", [Raw(MessageType.Start, 0xfb, 0x01)] },
        { "a wrong wire type", [Raw(MessageType.Start, 0x1a, 0x00)] },
        { "a string that is not UTF-8", [Raw(MessageType.Start, 0x12, 0x01, 0xff)] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void What_must_not_come_ends_the_attempt_with_571(string what, byte[][] frames)
    {
        using var driver = new MachineDriver();
        driver.Feed(frames[0]);
        for (var i = 1; i < frames.Length; i++)
        {
            if (driver.Machine.State == MachineState.Replaying)
                driver.Machine.TakeInput();
            driver.Feed(frames[i]);
        }

        var error = driver.ErrorOutput();
        Assert.True(error.Number(1) == 571, what);
        Assert.NotEmpty(error.Text(2));
    }

    [Fact]
    public void A_message_larger_than_allowed_is_refused_by_its_header()
    {
        using var driver = new MachineDriver(options: new MachineOptions { MaxMessageSize = 100 });
        driver.Machine.Feed(new ReadOnlySequence<byte>([0, 0, 0, 0, 0, 0, 0, 101]));
        var error = driver.ErrorOutput();
        Assert.Equal(571UL, error.Number(1));
        Assert.Contains("101 bytes", error.Text(2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_ends_in_the_journal_is_refused()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(2), Wire.Input("x"));
        driver.Machine.CloseInput();
        Assert.Equal(571UL, driver.ErrorOutput().Number(1));
    }

    [Fact]
    public void A_stream_that_ends_in_a_frame_is_refused()
    {
        using var driver = MachineDriver.Started();
        driver.Machine.CloseInput(leftover: 3);
        Assert.Equal(571UL, driver.ErrorOutput().Number(1));
    }

    [Fact]
    public void A_journal_without_input_is_a_mismatch()
    {
        using var driver = new MachineDriver();
        driver.Feed(Wire.Start(1), Wire.Run("r", 1));
        Assert.Throws<AttemptEndedException>(() => driver.Machine.TakeInput());
        Assert.Equal(570UL, driver.ErrorOutput().Number(1));
    }

    [Fact]
    public void A_failed_attempt_names_its_command_and_the_next_delay()
    {
        using var driver = MachineDriver.Started();
        driver.Machine.Run("step");
        driver.Machine.Fail(new ProtocolException(500, "boom"), "stack", TimeSpan.FromSeconds(2));
        var error = driver.ErrorOutput();
        Assert.Equal((500UL, "boom", "stack", 2000UL), (error.Number(1), error.Text(2), error.Text(3), error.Number(8)));
        Assert.Equal((1UL, "step", (ulong)MessageType.RunCommand), (error.Number(4), error.Text(5), error.Number(6)));
    }

    private static byte[] Raw(MessageType type, params byte[] message) =>
        [(byte)((int)type >> 8), (byte)type, 0, 0, 0, 0, 0, (byte)message.Length, .. message];
}
