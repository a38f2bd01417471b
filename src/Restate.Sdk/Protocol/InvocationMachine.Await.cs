namespace Restate.Sdk.Protocol;

/// <summary>Waiting: notifications, cancellation, runs and suspension.</summary>
internal sealed partial class InvocationMachine
{
    private readonly Queue<(NotificationId Id, Notification Result)> _notifications = new();
    private readonly Dictionary<NotificationId, Notification> _ready = [];
    private readonly Dictionary<uint, PendingRun> _runs = [];
    private readonly Dictionary<uint, Notification> _proposedRuns = [];
    private readonly List<(AwaitNode InvocationId, AwaitNode Result)> _openCalls = [];
    private bool _announcedWait;
    private bool _hasSeenCancel;
    private bool _suspendsWhenBlocked;

    /// <summary>
    /// Goes on with an attempt that awaits the nodes given, any of which lets it run on. Notifications are looked at one by one in
    /// the order of the journal, so that every replay resolves the same nodes in the same order.
    /// </summary>
    public Progress Await(IReadOnlyList<AwaitNode> awaited)
    {
        try
        {
            return AwaitCore(awaited);
        }
        catch (AttemptEndedException)
        {
            return new Progress(ProgressKind.Closed);
        }
    }

    /// <summary>
    /// True when the node has its outcome already, with no cancellation before it. Looks at no further notification: in what order
    /// they are looked at depends on everything that is awaited.
    /// </summary>
    public bool IsResolved(AwaitNode node) =>
        State != MachineState.Closed &&
        !_ready.ContainsKey(NotificationId.Cancel) &&
        node.Evaluate(_ready) != AwaitOutcome.Pending;

    /// <summary>From now on the attempt suspends where it would have to wait for the server.</summary>
    public void SuspendWhenBlocked() => _suspendsWhenBlocked = true;

    /// <summary>Hands over a run's value.</summary>
    public void ProposeRun(PendingRun run, ReadOnlyMemory<byte> value)
    {
        if (!EndRun(run))
            return;
        BeginProposal(run, new Notification { Value = value });
        _output.OptionalBytes(14, value.Span);
        _output.EndFrame();
    }

    /// <summary>Hands over a run's terminal failure.</summary>
    public void ProposeRun(PendingRun run, Failure failure)
    {
        if (!EndRun(run))
            return;
        BeginProposal(run, new Notification { Failure = failure });
        failure.Encode(_output, 15, _version);
        _output.EndFrame();
    }

    /// <summary>Says that a run failed and might succeed another time: it is retried, or given up as its options have it.</summary>
    public void FailRun(PendingRun run, Exception exception, TimeSpan duration, RunOptions? options)
    {
        if (State == MachineState.Closed)
            return;

        // The server counts the attempts since the last stored entry; that is this run only if nothing was written since.
        var attempts = (_isFirstNewCommand ? (int)Start.RetryCount : 0) + 1;
        var elapsed = (_isFirstNewCommand && Start.RetryCount > 0 ? Start.RetryDuration : TimeSpan.Zero) + duration;
        var isExhausted = RunRetries.IsExhausted(options, attempts, elapsed);
        if (isExhausted && options!.OnMaxAttempts == OnMaxAttempts.Kill)
        {
            ProposeRun(run, new Failure(ProtocolErrorCode.Internal, ExceptionText.MessageOf(exception), EmptyMap.Strings));
            return;
        }

        var error = new ProtocolException(ProtocolErrorCode.Internal, ExceptionText.MessageOf(exception), run.Command);
        var details = ExceptionText.DetailsOf(exception);
        if (isExhausted)
            Fail(error, details, pause: true);
        else
            Fail(error, details, (exception as RetryableException)?.RetryAfter ?? RunRetries.NextDelay(options, attempts));
    }

    private Progress AwaitCore(IReadOnlyList<AwaitNode> awaited)
    {
        if (State == MachineState.Closed)
            return new Progress(ProgressKind.Closed);

        while (true)
        {
            AwaitNode? cancelling = null;
            if (_ready.ContainsKey(NotificationId.Cancel))
            {
                cancelling = FirstCalleeWithoutId();
                if (cancelling is null)
                {
                    CancelCallees();
                    return new Progress(ProgressKind.Cancelled);
                }
            }
            else
            {
                for (var i = 0; i < awaited.Count; i++)
                {
                    if (awaited[i].Evaluate(_ready) != AwaitOutcome.Pending)
                        return new Progress(ProgressKind.Resolved, i);
                }
            }

            if (!TakeNotification())
                return WaitFor(cancelling is null ? awaited : [cancelling]);
        }
    }

    private bool TakeNotification()
    {
        if (!_notifications.TryDequeue(out var next))
            return false;
        _ready[next.Id] = next.Result;
        _hasSeenCancel |= next.Id == NotificationId.Cancel;
        _announcedWait = false;
        return true;
    }

    /// <summary>The first callee that is to be cancelled and whose invocation id is not known yet.</summary>
    private AwaitNode? FirstCalleeWithoutId()
    {
        foreach ((var invocationId, var result) in _openCalls)
        {
            if (result.Evaluate(_ready) == AwaitOutcome.Pending && invocationId.Evaluate(_ready) == AwaitOutcome.Pending)
                return invocationId;
        }

        return null;
    }

    private void CancelCallees()
    {
        _ready.Remove(NotificationId.Cancel);
        foreach ((var invocationId, var result) in _openCalls)
        {
            if (result.Outcome == AwaitOutcome.Pending)
                CancelInvocation(invocationId.Result!.InvocationId ?? throw Failed(ProtocolException.Violation("A callee's invocation id is missing.")));
        }

        _openCalls.Clear();
    }

    private Progress WaitFor(IReadOnlyList<AwaitNode> awaited)
    {
        if (State == MachineState.Replaying)
        {
            throw Failed(new ProtocolException(
                ProtocolErrorCode.JournalMismatch,
                "The code waits for something that has not happened, but the journal goes on with a " +
                $"{_journal.Peek().Type.ToOperation()}. {MismatchHint}"));
        }

        var runsExecute = false;
        if (_runs.Count > 0)
        {
            foreach (var id in awaited.SelectMany(node => node.PendingIds()))
            {
                if (id.Kind != NotificationKind.Completion || !_runs.TryGetValue(id.Index, out var run))
                    continue;
                if (!run.IsExecuting)
                {
                    run.IsExecuting = true;
                    return new Progress(ProgressKind.ExecuteRun, Run: run);
                }

                runsExecute = true;
            }
        }

        if (_suspendsWhenBlocked && !runsExecute)
        {
            Suspend(awaited);
            return new Progress(ProgressKind.Closed);
        }

        if (_version >= ProtocolVersion.V7 && !_announcedWait && !_suspendsWhenBlocked && !_runs.Values.Any(run => run.IsExecuting))
            AnnounceWait(awaited);
        return new Progress(ProgressKind.Wait);
    }

    private void Suspend(IReadOnlyList<AwaitNode> awaited)
    {
        _output.BeginFrame(MessageType.Suspension);
        if (_version >= ProtocolVersion.V7)
            EncodeAwaited(4, awaited);
        else
            EncodeAwaitedIds(awaited);
        _output.EndFrame();
        Close(AttemptOutcome.Suspended);
    }

    private void AnnounceWait(IReadOnlyList<AwaitNode> awaited)
    {
        _output.BeginFrame(MessageType.AwaitingOn);
        EncodeAwaited(1, awaited);
        _output.EndFrame();
        _announcedWait = true;
    }

    /// <summary>
    /// The cancel signal, which ends every wait. Once it has come it is left out: it is in the journal for good then, and the server ends a
    /// suspension at once when the journal has what the suspension waits for.
    /// </summary>
    private AwaitNode[] Cancellation() => _hasSeenCancel ? [] : [new AwaitNode(NotificationId.Cancel)];

    /// <summary>The await tree: whatever is awaited, or the cancel signal.</summary>
    private void EncodeAwaited(int field, IReadOnlyList<AwaitNode> awaited)
    {
        var start = _output.BeginMessage(field);
        new AwaitNode(Combinator.FirstCompleted, [.. awaited, .. Cancellation()]).Encode(_output);
        _output.EndMessage(start);
    }

    private void EncodeAwaitedIds(IReadOnlyList<AwaitNode> awaited)
    {
        foreach (var id in awaited.Concat(Cancellation()).SelectMany(node => node.PendingIds()).Distinct())
        {
            switch (id.Kind)
            {
                case NotificationKind.Completion:
                    _output.OptionalUInt64(1, id.Index);
                    break;
                case NotificationKind.Signal:
                    _output.OptionalUInt64(2, id.Index);
                    break;
                default:
                    _output.OptionalString(3, id.Name);
                    break;
            }
        }
    }

    private bool EndRun(PendingRun run) => _runs.Remove(run.CompletionId) && State != MachineState.Closed;

    private void BeginProposal(PendingRun run, Notification result)
    {
        var requestAck = _version >= ProtocolVersion.V7;
        if (requestAck)
            _proposedRuns[run.CompletionId] = result;
        _output.BeginFrame(MessageType.ProposeRunCompletion, requestAck);
        _output.UInt64(1, run.CompletionId);
    }
}
