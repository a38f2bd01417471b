using System.Buffers;
using System.Text;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Tests.Protocol;

/// <summary>A machine that is fed frames and whose output is read as frames.</summary>
internal sealed class MachineDriver : IDisposable
{
    public MachineDriver(ProtocolVersion version = ProtocolVersion.V6, MachineOptions? options = null) =>
        Machine = new InvocationMachine(version, options ?? MachineOptions.Default);

    public InvocationMachine Machine { get; }

    /// <summary>A machine that has got its journal and given out its input.</summary>
    public static MachineDriver Started(params byte[][] journal) => Started(ProtocolVersion.V6, journal);

    public static MachineDriver Started(ProtocolVersion version, params byte[][] journal)
    {
        var driver = new MachineDriver(version);
        driver.Feed([Wire.Start((uint)journal.Length + 1), Wire.Input("in"), .. journal]);
        driver.Machine.TakeInput();
        return driver;
    }

    public void Feed(params byte[][] frames)
    {
        byte[] bytes = [.. frames.SelectMany(frame => frame)];
        var input = new ReadOnlySequence<byte>(bytes);
        var consumed = Machine.Feed(input);
        Assert.True(input.Slice(consumed).IsEmpty, "The machine left frames that were complete.");
    }

    public IReadOnlyList<Frame> Output()
    {
        var frames = Frame.DecodeAll(Machine.Output.Span);
        Machine.OutputTaken();
        return frames;
    }

    public Frame SingleOutput() => Assert.Single(Output());

    public Progress Await(params AwaitNode[] nodes) => Machine.Await(nodes);

    /// <summary>The value of a node that has to be resolvable now.</summary>
    public string Value(AwaitNode node)
    {
        Assert.Equal(ProgressKind.Resolved, Await(node).Kind);
        return Encoding.UTF8.GetString(node.Result!.Value!.Value.Span);
    }

    public Frame ErrorOutput()
    {
        var error = Output()[^1];
        Assert.Equal(MessageType.Error, error.Type);
        Assert.Equal(MachineState.Closed, Machine.State);
        return error;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public void Dispose() => Machine.Dispose();
}
