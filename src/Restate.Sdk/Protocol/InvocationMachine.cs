using System.Buffers;
using System.Buffers.Binary;

namespace Restate.Sdk.Protocol;

/// <summary>
/// One attempt of an invocation as the protocol sees it, without I/O: fed with the server's bytes, asked for ours. It keeps the
/// journal, decides when to suspend, and turns whatever is wrong into an error message. Not thread-safe: callers serialize.
/// </summary>
internal sealed partial class InvocationMachine : IDisposable
{
    /// <summary>The error message's behavior that pauses the invocation.</summary>
    private const ulong PauseBehavior = 1;

    private readonly ProtocolVersion _version;
    private readonly MachineOptions _options;
    private readonly FrameWriter _output = new();
    private readonly Queue<(MessageType Type, ReadOnlyMemory<byte> Message)> _journal = new();
    private FrameWriter? _replayed;
    private StartMessage? _start;
    private uint _receivedEntries;

    public InvocationMachine(ProtocolVersion version, MachineOptions options)
    {
        _version = version;
        _options = options;
    }

    public MachineState State { get; private set; }

    /// <summary>True once the journal is complete, so that the code can run.</summary>
    public bool IsReady => State is MachineState.Replaying or MachineState.Processing;

    /// <summary>The start message; there from <see cref="IsReady"/> on.</summary>
    public StartMessage Start => _start ?? throw new InvalidOperationException("The start message has not come yet.");

    /// <summary>The invocation's id; empty while it is not known.</summary>
    public string DebugId => _start?.DebugId ?? "";

    /// <summary>Why the attempt failed, when it did.</summary>
    public ProtocolException? Error { get; private set; }

    /// <summary>How the attempt ended.</summary>
    public AttemptOutcome Outcome { get; private set; }

    /// <summary>True when the journal has more than the input, so that the attempt repeats an earlier one.</summary>
    public bool IsReplay => _start?.KnownEntries > 1;

    /// <summary>What is to be sent; call <see cref="OutputTaken"/> when it was taken.</summary>
    public ReadOnlyMemory<byte> Output => _output.Written;

    public void OutputTaken() => _output.Clear();

    /// <summary>Takes in all complete frames.</summary>
    /// <param name="input">Bytes of the server, from where the last call stopped.</param>
    /// <returns>How far the bytes were used; the rest is a frame's beginning, to be fed again with more.</returns>
    public SequencePosition Feed(in ReadOnlySequence<byte> input)
    {
        var reader = new SequenceReader<byte>(input);
        try
        {
            while (TryReadFrame(ref reader, out var type, out var message))
                Receive(type, message);
        }
        catch (ProtocolException violation)
        {
            Fail(violation);
        }

        return State == MachineState.Closed ? input.End : reader.Position;
    }

    /// <summary>Says that the server will send nothing more.</summary>
    /// <param name="leftover">How many bytes were left of a frame that is not complete.</param>
    public void CloseInput(long leftover = 0)
    {
        SuspendWhenBlocked();
        if (leftover > 0)
            Fail(ProtocolException.Violation($"The stream ended {leftover} bytes into a frame."));
        else if (State is MachineState.WaitingStart or MachineState.WaitingJournal)
            Fail(ProtocolException.Violation("The stream ended before the journal was complete."));
    }

    /// <summary>Ends the attempt with an error; Restate retries it.</summary>
    /// <param name="error">What went wrong, and in which command.</param>
    /// <param name="stackTrace">For people who look at the invocation.</param>
    /// <param name="nextRetryDelay">The pause before the next attempt; null to leave it to the retry policy.</param>
    /// <param name="pause">True to have the invocation paused and not retried, which versions before V7 cannot express.</param>
    public void Fail(ProtocolException error, string? stackTrace = null, TimeSpan? nextRetryDelay = null, bool pause = false)
    {
        if (State == MachineState.Closed)
            return;

        Error = error;
        var command = error.Command ?? _lastCommand;
        _output.BeginFrame(MessageType.Error);
        _output.UInt64(1, error.Code);
        _output.String(2, error.Message);
        _output.String(3, stackTrace);
        _output.OptionalUInt64(4, command?.Index);
        _output.String(5, command?.Name);
        _output.OptionalUInt64(6, (ulong?)command?.Type);
        if (nextRetryDelay is { } delay)
            _output.OptionalUInt64(8, (ulong)Math.Max(0, delay.TotalMilliseconds));
        if (pause && _version >= ProtocolVersion.V7)
            _output.UInt64(9, PauseBehavior);
        _output.EndFrame();
        Close(AttemptOutcome.Error);
    }

    public void Dispose()
    {
        State = MachineState.Closed;
        _output.Dispose();
        _replayed?.Dispose();
    }

    private void Close(AttemptOutcome outcome)
    {
        State = MachineState.Closed;
        Outcome = outcome;
    }

    private bool TryReadFrame(ref SequenceReader<byte> reader, out MessageType type, out ReadOnlyMemory<byte> message)
    {
        type = default;
        message = default;
        if (State == MachineState.Closed || reader.Remaining < FrameWriter.HeaderSize)
            return false;

        Span<byte> header = stackalloc byte[FrameWriter.HeaderSize];
        reader.TryCopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (length > _options.MaxMessageSize)
        {
            throw ProtocolException.Violation(
                $"A message has {length} bytes; at most {_options.MaxMessageSize} are allowed. Raise MaxMessageSize to allow more.");
        }

        if (reader.Remaining - FrameWriter.HeaderSize < length)
            return false;

        type = (MessageType)BinaryPrimitives.ReadUInt16BigEndian(header);
        reader.Advance(FrameWriter.HeaderSize);
        if (length > 0)
        {
            // One copy per message; everything decoded from it is a slice.
            var bytes = new byte[length];
            reader.TryCopyTo(bytes);
            reader.Advance(length);
            message = bytes;
        }

        return true;
    }

    private void Receive(MessageType type, ReadOnlyMemory<byte> message)
    {
        if (type == MessageType.Start && State == MachineState.WaitingStart)
            ReceiveStart(message);
        else if (State == MachineState.WaitingStart)
            throw ProtocolException.Violation($"The first message has to be the start message, but is a {type.ToOperation()}.");
        else if (type.IsNotification())
            ReceiveNotification(message);
        else if (type.IsCommand() && State == MachineState.WaitingJournal)
            ReceiveEntry(type, message);
        else if (type == MessageType.ProposeRunCompletionAck && State == MachineState.Processing)
            ReceiveRunAck(message);
        else
            throw ProtocolException.Violation($"Unexpected {type.ToOperation()} while {State}.");
    }

    private void ReceiveStart(ReadOnlyMemory<byte> message)
    {
        _start = StartMessage.Decode(message, _version);
        if (_start.KnownEntries == 0)
            throw ProtocolException.Violation("The start message announces an empty journal; the input is always in it.");
        State = MachineState.WaitingJournal;
    }

    private void ReceiveNotification(ReadOnlyMemory<byte> message)
    {
        _notifications.Enqueue(Notification.Decode(message));
        if (State == MachineState.WaitingJournal)
            CountEntry();
    }

    private void ReceiveEntry(MessageType type, ReadOnlyMemory<byte> message)
    {
        _journal.Enqueue((type, message));
        CountEntry();
    }

    private void CountEntry()
    {
        if (++_receivedEntries == Start.KnownEntries)
            State = MachineState.Replaying;
    }

    private void ReceiveRunAck(ReadOnlyMemory<byte> message)
    {
        uint completionId = 0;
        var reader = new ProtoReader(message);
        while (reader.ReadField())
        {
            if (reader.Field == 1)
                completionId = reader.ReadUInt32();
            else
                reader.Skip();
        }

        if (!_proposedRuns.Remove(completionId, out var result))
            throw ProtocolException.Violation($"The server acknowledged run {completionId}, which was not proposed.");
        _notifications.Enqueue((NotificationId.Completion(completionId), result));
    }
}
