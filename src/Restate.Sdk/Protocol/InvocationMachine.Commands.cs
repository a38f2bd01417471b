using System.Buffers.Binary;
using System.Buffers.Text;

namespace Restate.Sdk.Protocol;

/// <summary>The commands: each is checked against the journal in a replay, and written when it is new.</summary>
internal sealed partial class InvocationMachine
{
    private const string AwakeablePrefix = "sign_1";

    // The server numbers none of these: it hands back what we put into the commands. Low signals are built in.
    private uint _nextCompletionId = 1;
    private uint _nextSignal = 17;
    private int _commandIndex = -1;
    private RelatedCommand? _lastCommand;
    private bool _isFirstNewCommand = true;
    private (string Key, ReadOnlyMemory<byte>? Value)? _unwrittenRead;

    /// <summary>The request; the first thing the code asks for.</summary>
    public InputCommand TakeInput()
    {
        (var type, var message) = TakeFromJournal(MessageType.InputCommand, null);
        if (type != MessageType.InputCommand)
            throw Mismatch(type, MessageType.InputCommand);
        return Decoded(message, InputCommand.Decode);
    }

    /// <summary>Reads a state key: from what the attempt knows, else by asking the server.</summary>
    public AwaitNode GetState(string key)
    {
        var completionId = _nextCompletionId++;
        if (State != MachineState.Replaying)
            return GetNewState(key, completionId);

        if (_journal.Peek().Type == MessageType.GetEagerStateCommand)
            return new AwaitNode(Read(ReplayState(MessageType.GetEagerStateCommand, key, valueField: 14)));

        WriteGetLazyState(BeginCommand(MessageType.GetLazyStateCommand, null), key, completionId);
        EndCommand(MessageType.GetLazyStateCommand);
        return new AwaitNode(NotificationId.Completion(completionId));
    }

    /// <summary>
    /// Reads a state key that the code may write next. The read is put into the journal only when the code does something else first.
    /// </summary>
    /// <returns>
    /// What the key has; or, when an earlier attempt wrote it next, what that wrote: what the key had before is known to nobody then.
    /// </returns>
    public (AwaitNode Node, bool IsUpdated) GetStateForUpdate(string key)
    {
        if (State == MachineState.Replaying)
        {
            if (_journal.Peek().Type != MessageType.SetStateCommand)
                return (GetState(key), false);

            _nextCompletionId++;
            var written = ReplayState(MessageType.SetStateCommand, key, valueField: 3).GetValueOrDefault();
            Start.State.Set(key, written);
            return (new AwaitNode(Read(written)), true);
        }

        EnsureOpen();
        if (!Start.State.TryGet(key, out var value))
            return (GetState(key), false);

        _nextCompletionId++;
        WriteUnwrittenRead();
        _unwrittenRead = (key, value);
        return (new AwaitNode(Read(value)), false);
    }

    /// <summary>Reads the names of all state keys.</summary>
    public AwaitNode GetStateKeys()
    {
        var completionId = _nextCompletionId++;
        IReadOnlyList<string>? known = null;
        var eager = State == MachineState.Replaying
            ? _journal.Peek().Type == MessageType.GetEagerStateKeysCommand
            : (known = Start.State.Keys) is not null;
        if (!eager)
        {
            BeginCommand(MessageType.GetLazyStateKeysCommand, null).UInt64(11, completionId);
            EndCommand(MessageType.GetLazyStateKeysCommand);
            return new AwaitNode(NotificationId.Completion(completionId));
        }

        if (known is null)
            return new AwaitNode(new Notification { StateKeys = ReplayEagerStateKeys() });

        var writer = BeginCommand(MessageType.GetEagerStateKeysCommand, null);
        var start = writer.BeginMessage(14);
        foreach (var key in known)
            writer.OptionalString(1, key);
        writer.EndMessage(start);
        EndCommand(MessageType.GetEagerStateKeysCommand);
        return new AwaitNode(new Notification { StateKeys = known });
    }

    public void SetState(string key, ReadOnlyMemory<byte> value)
    {
        if (_unwrittenRead?.Key == key)
            _unwrittenRead = null;
        var writer = BeginCommand(MessageType.SetStateCommand, null);
        writer.String(1, key);
        writer.Value(3, value.Span);
        EndCommand(MessageType.SetStateCommand);
        Start.State.Set(key, value);
    }

    public void ClearState(string key)
    {
        BeginCommand(MessageType.ClearStateCommand, null).String(1, key);
        EndCommand(MessageType.ClearStateCommand);
        Start.State.Clear(key);
    }

    public void ClearAllState()
    {
        BeginCommand(MessageType.ClearAllStateCommand, null);
        EndCommand(MessageType.ClearAllStateCommand);
        Start.State.ClearAll();
    }

    public AwaitNode Sleep(DateTimeOffset wakeUp, string? name)
    {
        var completionId = _nextCompletionId++;
        var writer = BeginCommand(MessageType.SleepCommand, name);
        writer.UInt64(1, (ulong)Math.Max(0, wakeUp.ToUnixTimeMilliseconds()));
        writer.UInt64(11, completionId);
        writer.String(12, name);
        EndCommand(MessageType.SleepCommand);
        return new AwaitNode(NotificationId.Completion(completionId));
    }

    /// <summary>Calls another handler.</summary>
    /// <returns>The node of the callee's invocation id and the node of its answer.</returns>
    public (AwaitNode InvocationId, AwaitNode Result) Call(in CallRequest request)
    {
        var invocationId = _nextCompletionId++;
        var result = _nextCompletionId++;
        var writer = BeginCommand(MessageType.CallCommand, request.Name);
        writer.String(1, request.Target.Service);
        writer.String(2, request.Target.Handler);
        writer.Bytes(3, request.Input.Span);
        Header.EncodeAll(writer, 4, request.Headers);
        writer.String(5, request.Target.Key);
        writer.OptionalString(6, request.IdempotencyKey);
        writer.UInt64(10, invocationId);
        writer.UInt64(11, result);
        writer.String(12, request.Name);
        EndCommand(MessageType.CallCommand);

        var call = (InvocationId: new AwaitNode(NotificationId.Completion(invocationId)),
            Result: new AwaitNode(NotificationId.Completion(result)));
        _openCalls.Add(call);
        return call;
    }

    /// <summary>Starts another handler without waiting for its answer.</summary>
    /// <returns>The node of the callee's invocation id.</returns>
    public AwaitNode Send(in CallRequest request, DateTimeOffset? startTime)
    {
        var invocationId = _nextCompletionId++;
        var writer = BeginCommand(MessageType.OneWayCallCommand, request.Name);
        writer.String(1, request.Target.Service);
        writer.String(2, request.Target.Handler);
        writer.Bytes(3, request.Input.Span);
        writer.UInt64(4, (ulong)Math.Max(0, startTime?.ToUnixTimeMilliseconds() ?? 0));
        Header.EncodeAll(writer, 5, request.Headers);
        writer.String(6, request.Target.Key);
        writer.OptionalString(7, request.IdempotencyKey);
        writer.UInt64(10, invocationId);
        writer.String(12, request.Name);
        EndCommand(MessageType.OneWayCallCommand);
        return new AwaitNode(NotificationId.Completion(invocationId));
    }

    /// <summary>Makes an awakeable. It is a signal to this invocation, so it costs no command.</summary>
    public (string Id, AwaitNode Node) Awakeable()
    {
        var signal = _nextSignal++;
        var invocation = Start.Id.Span;
        var id = new byte[invocation.Length + sizeof(uint)];
        invocation.CopyTo(id);
        BinaryPrimitives.WriteUInt32BigEndian(id.AsSpan(invocation.Length), signal);
        return (AwakeablePrefix + Base64Url.EncodeToString(id), new AwaitNode(NotificationId.Signal(signal)));
    }

    public void CompleteAwakeable(string id, ReadOnlyMemory<byte> value)
    {
        var writer = BeginCommand(MessageType.CompleteAwakeableCommand, null);
        writer.String(1, id);
        writer.Value(2, value.Span);
        EndCommand(MessageType.CompleteAwakeableCommand);
    }

    public void CompleteAwakeable(string id, Failure failure)
    {
        var writer = BeginCommand(MessageType.CompleteAwakeableCommand, null);
        writer.String(1, id);
        failure.Encode(writer, 3, _version);
        EndCommand(MessageType.CompleteAwakeableCommand);
    }

    public AwaitNode Signal(string name)
    {
        EnsureOpen();
        return new AwaitNode(NotificationId.NamedSignal(name));
    }

    public void SendSignal(string invocationId, string name, ReadOnlyMemory<byte> value)
    {
        var writer = BeginCommand(MessageType.SendSignalCommand, null);
        writer.String(1, invocationId);
        writer.OptionalString(3, name);
        writer.Value(5, value.Span);
        EndCommand(MessageType.SendSignalCommand);
    }

    public void SendSignal(string invocationId, string name, Failure failure)
    {
        var writer = BeginCommand(MessageType.SendSignalCommand, null);
        writer.String(1, invocationId);
        writer.OptionalString(3, name);
        failure.Encode(writer, 6, _version);
        EndCommand(MessageType.SendSignalCommand);
    }

    public void CancelInvocation(string invocationId)
    {
        var writer = BeginCommand(MessageType.SendSignalCommand, null);
        writer.String(1, invocationId);
        writer.OptionalUInt64(2, NotificationId.Cancel.Index);
        writer.Void(4);
        EndCommand(MessageType.SendSignalCommand);
    }

    public AwaitNode Attach(string invocationId) => AskFor(MessageType.AttachInvocationCommand, invocationId);

    public AwaitNode GetOutput(string invocationId) => AskFor(MessageType.GetInvocationOutputCommand, invocationId);

    /// <summary>Announces a run. It is executed when it is awaited and its result is not in the journal.</summary>
    public (uint CompletionId, AwaitNode Node) Run(string? name)
    {
        var completionId = _nextCompletionId++;
        var writer = BeginCommand(MessageType.RunCommand, name);
        writer.UInt64(11, completionId);
        writer.String(12, name);
        EndCommand(MessageType.RunCommand);

        var id = NotificationId.Completion(completionId);
        if (!_ready.ContainsKey(id) && !_notifications.Any(notification => notification.Id == id))
            _runs.Add(completionId, new PendingRun(completionId, _lastCommand!));
        return (completionId, new AwaitNode(id));
    }

    /// <summary>Ends the invocation with a value.</summary>
    public void Complete(ReadOnlyMemory<byte> output)
    {
        BeginCommand(MessageType.OutputCommand, null).Value(14, output.Span);
        End(AttemptOutcome.Succeeded);
    }

    /// <summary>Ends the invocation with a terminal failure.</summary>
    public void Complete(Failure failure)
    {
        failure.Encode(BeginCommand(MessageType.OutputCommand, null), 15, _version);
        End(AttemptOutcome.Failed);
    }

    private void End(AttemptOutcome outcome)
    {
        EndCommand(MessageType.OutputCommand);
        if (State == MachineState.Replaying)
        {
            throw Failed(new ProtocolException(
                ProtocolErrorCode.JournalMismatch,
                $"The handler ended, but the journal goes on with a {_journal.Peek().Type.ToOperation()}. {MismatchHint}"));
        }

        _output.BeginFrame(MessageType.End);
        _output.EndFrame();
        Close(outcome);
    }

    private AwaitNode AskFor(MessageType type, string invocationId)
    {
        var completionId = _nextCompletionId++;
        var writer = BeginCommand(type, null);
        writer.OptionalString(1, invocationId);
        writer.UInt64(11, completionId);
        EndCommand(type);
        return new AwaitNode(NotificationId.Completion(completionId));
    }

    private AwaitNode GetNewState(string key, uint completionId)
    {
        EnsureOpen();
        if (!Start.State.TryGet(key, out var value))
        {
            WriteGetLazyState(BeginCommand(MessageType.GetLazyStateCommand, null), key, completionId);
            EndCommand(MessageType.GetLazyStateCommand);
            return new AwaitNode(NotificationId.Completion(completionId));
        }

        WriteGetEagerState(key, value);
        return new AwaitNode(Read(value));
    }

    private static Notification Read(ReadOnlyMemory<byte>? value) => value is null ? Notification.Void : new Notification { Value = value };

    private void WriteGetEagerState(string key, ReadOnlyMemory<byte>? value)
    {
        var writer = BeginCommand(MessageType.GetEagerStateCommand, null);
        writer.String(1, key);
        if (value is { } present)
            writer.Value(14, present.Span);
        else
            writer.Void(13);
        EndCommand(MessageType.GetEagerStateCommand);
    }

    /// <summary>Something follows a read other than the write that would have spared it.</summary>
    private void WriteUnwrittenRead()
    {
        if (_unwrittenRead is not { } read)
            return;

        _unwrittenRead = null;
        WriteGetEagerState(read.Key, read.Value);
    }

    private static void WriteGetLazyState(FrameWriter writer, string key, uint completionId)
    {
        writer.String(1, key);
        writer.UInt64(11, completionId);
    }

    /// <summary>Takes the value that a command about a state key has in the journal; null when it has none.</summary>
    private ReadOnlyMemory<byte>? ReplayState(MessageType type, string key, int valueField)
    {
        (var _, var message) = TakeFromJournal(type, null);
        (var journalKey, var value) = Decoded(message, command => DecodeState(command, valueField));
        return journalKey == key ? value : throw Mismatch(type, $"state key: journal '{journalKey}', code '{key}'");
    }

    private IReadOnlyList<string> ReplayEagerStateKeys()
    {
        (var _, var message) = TakeFromJournal(MessageType.GetEagerStateKeysCommand, null);
        return Decoded(message, DecodeEagerStateKeys);
    }

    /// <returns>The key that a command is about, and the value in a field of it; null when it has none.</returns>
    private static (string Key, ReadOnlyMemory<byte>? Value) DecodeState(ReadOnlyMemory<byte> message, int valueField)
    {
        var key = "";
        ReadOnlyMemory<byte>? value = null;
        var reader = new ProtoReader(message);
        while (reader.ReadField())
        {
            if (reader.Field == 1)
                key = reader.ReadString();
            else if (reader.Field == valueField)
                value = Notification.DecodeValue(reader.ReadMessage());
            else
                reader.Skip();
        }

        return (key, value);
    }

    private static IReadOnlyList<string> DecodeEagerStateKeys(ReadOnlyMemory<byte> message)
    {
        var reader = new ProtoReader(message);
        IReadOnlyList<string> keys = [];
        while (reader.ReadField())
        {
            if (reader.Field == 14)
                keys = Notification.DecodeKeys(reader.ReadMessage());
            else
                reader.Skip();
        }

        return keys;
    }
}
