namespace Restate.Sdk.Protocol;

/// <summary>Where commands meet the journal.</summary>
internal sealed partial class InvocationMachine
{
    private const string MismatchHint =
        "A handler has to issue the same commands in the same order every time it runs: deploy changed code as a new deployment, " +
        "and put anything that varies between runs into Context.Run.";

    /// <summary>Starts a command's frame: in the output when it is new, aside when it is to be compared with the journal.</summary>
    private FrameWriter BeginCommand(MessageType type, string? name)
    {
        EnsureOpen();
        WriteUnwrittenRead();
        _lastCommand = new RelatedCommand((uint)++_commandIndex, type, string.IsNullOrEmpty(name) ? null : name);
        FrameWriter writer;
        if (State == MachineState.Replaying)
        {
            writer = _replayed ??= new FrameWriter();
            writer.Clear();
        }
        else
        {
            writer = _output;
            _isFirstNewCommand = false;
        }

        writer.BeginFrame(type);
        return writer;
    }

    private void EndCommand(MessageType type)
    {
        if (State != MachineState.Replaying)
        {
            _output.EndFrame();
            return;
        }

        (var journalType, var journal) = _journal.Dequeue();
        if (journalType != type)
            throw Mismatch(journalType, type);
        if (Difference(type, journal) is { } difference)
            throw Mismatch(type, difference);
        FinishReplayWithLastCommand();
    }

    /// <summary>Takes a command whose result is in the journal; the caller compares it.</summary>
    private (MessageType Type, ReadOnlyMemory<byte> Message) TakeFromJournal(MessageType type, string? name)
    {
        EnsureOpen();
        _lastCommand = new RelatedCommand((uint)++_commandIndex, type, name);
        if (!_journal.TryDequeue(out (MessageType, ReadOnlyMemory<byte>) command))
            throw Failed(ProtocolException.Violation($"The journal has no {type.ToOperation()}."));
        FinishReplayWithLastCommand();
        return command;
    }

    private string? Difference(MessageType type, ReadOnlyMemory<byte> journal)
    {
        try
        {
            return JournalCheck.Compare(type, journal, _replayed!.LastMessage, _options.CheckPayloads);
        }
        catch (ProtocolException violation)
        {
            throw Failed(violation);
        }
    }

    /// <summary>Decodes a journal's message; a malformed one ends the attempt.</summary>
    private T Decoded<T>(ReadOnlyMemory<byte> message, Func<ReadOnlyMemory<byte>, T> decode)
    {
        try
        {
            return decode(message);
        }
        catch (ProtocolException violation)
        {
            throw Failed(violation);
        }
    }

    private void FinishReplayWithLastCommand()
    {
        if (_journal.Count == 0)
            State = MachineState.Processing;
    }

    private void EnsureOpen()
    {
        if (State == MachineState.Closed)
            throw Error is null ? new AttemptEndedException() : new AttemptEndedException(Error.Message, Error);
        if (!IsReady)
            throw new InvalidOperationException($"No command is possible while {State}.");
    }

    private AttemptEndedException Mismatch(MessageType journal, MessageType code) => Failed(new ProtocolException(
        ProtocolErrorCode.JournalMismatch,
        $"Command {_commandIndex} of the journal is a {journal.ToOperation()}, but the code asks for a {code.ToOperation()}. {MismatchHint}"));

    private AttemptEndedException Mismatch(MessageType type, string difference) => Failed(new ProtocolException(
        ProtocolErrorCode.JournalMismatch,
        $"Command {_commandIndex} ({type.ToOperation()}) differs between journal and code: {difference}. {MismatchHint}"));

    /// <summary>Ends the attempt and gives the exception that stops the code.</summary>
    private AttemptEndedException Failed(ProtocolException error)
    {
        Fail(error);
        return new AttemptEndedException(error.Message, error);
    }
}
