using System.Buffers;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Tests.Protocol;

/// <summary>
/// Feeds a machine a mutated stream in odd pieces, while code that fits the original runs on it. benchmarks/Endpoint uses it too, so it
/// knows nothing of the test framework.
/// </summary>
internal static class StreamFuzzer
{
    private static readonly byte[][] Entries =
    [
        Wire.Input("hello", ("a", "b")),
        Wire.GetEagerState("k", "v"),
        Wire.GetLazyState("l", 2),
        Wire.Completed(MessageType.GetLazyStateCompletion, 2, "w"),
        Wire.SetState("k", "x"),
        Wire.Run("step", 3),
        Wire.RunDone(3, "r"),
        Wire.Call("S", "h", "in", 4, 5),
        Wire.CallId(4, "inv_2"),
        Wire.Completed(MessageType.CallCompletion, 5, "out"),
        Wire.Cancel(),
        Wire.Signal(17, "s"),
        Wire.SleepDone(6),
    ];

    public static AttemptOutcome RunOne(Random random)
    {
        var stream = Mutate(random, Original(random));
        using var machine = new InvocationMachine(
            (ProtocolVersion)random.Next((int)ProtocolVersions.Minimum, (int)ProtocolVersions.Maximum + 1),
            new MachineOptions { MaxMessageSize = 1 << 16 });
        IEnumerator<bool>? code = null;
        int used = 0, fed = 0;
        while (fed < stream.Length && machine.State != MachineState.Closed)
        {
            fed = Math.Min(stream.Length, fed + random.Next(1, 80));
            var input = new ReadOnlySequence<byte>(stream, used, fed - used);
            used += (int)input.Slice(0, machine.Feed(input)).Length;
            if (machine.IsReady)
                Step(code ??= Code(machine).GetEnumerator());
        }

        machine.CloseInput(stream.Length - used);
        if (machine.IsReady)
            Step(code ?? Code(machine).GetEnumerator());
        Check(machine);
        return machine.Outcome;
    }

    /// <summary>An attempt that got this far; its last entries may have come in while it ran.</summary>
    private static byte[] Original(Random random)
    {
        var length = random.Next(1, Entries.Length + 1);
        var known = random.Next(Math.Max(1, length - 3), length + 1);
        return [.. Wire.Start((uint)known, partialState: true, state: [("k", "v")]), .. Entries.Take(length).SelectMany(entry => entry)];
    }

    private static byte[] Mutate(Random random, byte[] stream)
    {
        for (var count = random.Next(0, 8); count > 0; count--)
        {
            var at = random.Next(stream.Length);
            var length = random.Next(1, Math.Min(40, stream.Length - at + 1));
            switch (random.Next(5))
            {
                case 0:
                    stream[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    stream[at] = (byte)random.Next(256);
                    break;
                case 2:
                    stream = [.. stream[..at], .. stream[(at + length)..], 0];
                    break;
                case 3:
                    stream = [.. stream[..at], .. stream[at..(at + length)], .. stream[at..]];
                    break;
                default:
                    stream = stream[..(at + 1)];
                    break;
            }
        }

        return stream;
    }

    private static void Step(IEnumerator<bool> code)
    {
        try
        {
            while (code.MoveNext() && code.Current)
            {
            }
        }
        catch (AttemptEndedException)
        {
            // The machine has said why.
        }
    }

    /// <summary>The handler: yields true to go on, false when it has to wait.</summary>
    private static IEnumerable<bool> Code(InvocationMachine machine)
    {
        machine.TakeInput();
        machine.GetState("k");
        var lazy = machine.GetState("l");
        foreach (var resolved in Wait(machine, lazy))
            yield return resolved;
        machine.SetState("k", "x"u8.ToArray());
        var run = machine.Run("step").Node;
        foreach (var resolved in Wait(machine, run))
            yield return resolved;
        (var _, var call) = machine.Call(new CallRequest(Target.ForService("S", "h"), "in"u8.ToArray(), null, EmptyMap.Strings, null));
        var awakeable = machine.Awakeable().Node;
        var sleep = machine.Sleep(DateTimeOffset.UnixEpoch, null);
        foreach (var resolved in Wait(machine, new AwaitNode(Combinator.AllCompleted, call, awakeable, sleep)))
            yield return resolved;
        machine.Complete("done"u8.ToArray());
    }

    private static IEnumerable<bool> Wait(InvocationMachine machine, AwaitNode node)
    {
        while (true)
        {
            var progress = machine.Await([node]);
            switch (progress.Kind)
            {
                case ProgressKind.ExecuteRun:
                    machine.ProposeRun(progress.Run!, "r"u8.ToArray());
                    break;
                case ProgressKind.Wait:
                    yield return false;
                    break;
                case ProgressKind.Closed:
                    throw new AttemptEndedException();
                default:
                    yield break;
            }
        }
    }

    /// <summary>An attempt whose input has ended is over, and its last frame, and none before, says how.</summary>
    private static void Check(InvocationMachine machine)
    {
        var output = Frame.DecodeAll(machine.Output.Span);
        MessageType[] endings = [MessageType.End, MessageType.Error, MessageType.Suspension];
        var isValid = machine.State == MachineState.Closed &&
            output.ToList().FindIndex(frame => endings.Contains(frame.Type)) == output.Count - 1 &&
            (output[^1].Type != MessageType.Error || output[^1].Number(1) is ProtocolErrorCode.JournalMismatch or ProtocolErrorCode.ProtocolViolation);
        if (!isValid)
            throw new InvalidOperationException($"The machine is {machine.State} and said {string.Join(", ", output)}.");
    }
}
