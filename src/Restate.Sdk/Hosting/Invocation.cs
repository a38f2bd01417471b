using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Restate.Sdk.Protocol;

namespace Restate.Sdk.Hosting;

/// <summary>
/// Runs one attempt: carries bytes between the request and the protocol machine, and runs user code between two awaits at a time.
/// </summary>
/// <remarks>
/// One loop does all the work. It resumes one waiter after another on its own stack, and goes for input only when user code cannot go
/// on; whatever happens on other threads (user code after a foreign await, the end of a run) wakes the loop. When the attempt ends
/// with user code still waiting, that code is left to the garbage collector.
/// </remarks>
internal sealed class Invocation : IFutureHost, IDisposable
{
    private readonly Lock _gate = new();
    private readonly InvocationMachine _machine;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly CancellationToken _requestAborted;
    private readonly CancellationToken _stopping;
    private readonly List<Waiter> _waiters = [];
    private readonly List<AwaitNode> _awaited = [];
    private readonly Wakeup _wakeup = new();
    private readonly Dictionary<uint, RunBody> _runs = [];
    private readonly Action _onInput;
    private CancellationTokenSource? _ended;
    private ValueTaskAwaiter<ReadResult> _pendingRead;
    private CancellationTokenRegistration? _onStopping;
    private bool _isReading;
    private bool _inputEnded;
    private Action? _finish;

    /// <param name="machine">The protocol machine; disposed along with this.</param>
    /// <param name="input">The request.</param>
    /// <param name="output">The response.</param>
    /// <param name="requestAborted">Cancelled when the request is aborted.</param>
    /// <param name="stopping">Cancelled when the host stops: attempts then suspend instead of waiting, and go on elsewhere.</param>
    public Invocation(
        InvocationMachine machine,
        PipeReader input,
        PipeWriter output,
        CancellationToken requestAborted,
        CancellationToken stopping)
    {
        _machine = machine;
        _input = input;
        _output = output;
        _requestAborted = requestAborted;
        _stopping = stopping;
        _onInput = _wakeup.SetInline;
    }

    public InvocationMachine Machine => _machine;

    /// <summary>True while the code repeats what the journal has already.</summary>
    public bool IsReplaying => _machine.State == MachineState.Replaying;

    /// <summary>Cancelled when the attempt is over or its request aborted.</summary>
    public CancellationToken Ended
    {
        get
        {
            lock (_gate)
            {
                if (_machine.State == MachineState.Closed)
                    return new CancellationToken(canceled: true);
                _ended ??= CancellationTokenSource.CreateLinkedTokenSource(_requestAborted);
                return _ended.Token;
            }
        }
    }

    /// <summary>Reads until the journal is complete; false when there is something wrong with it.</summary>
    public async ValueTask<bool> ReadJournalAsync()
    {
        while (!_machine.IsReady && _machine.State != MachineState.Closed)
            Receive(await _input.ReadAsync(_requestAborted));
        return _machine.IsReady;
    }

    /// <summary>The request; false when the journal does not begin with it.</summary>
    public bool TryTakeInput([NotNullWhen(true)] out InputCommand? input)
    {
        try
        {
            input = _machine.TakeInput();
            return true;
        }
        catch (AttemptEndedException)
        {
            input = null;
            return false;
        }
    }

    /// <summary>Runs the handler to the end of the attempt.</summary>
    public async Task RunAsync(RawHandler handler, Context context, ReadOnlyMemory<byte> input)
    {
        _ = RunHandlerAsync(handler, context, input);
        while (true)
        {
            var progress = Advance(out var resumed);
            foreach (var waiter in resumed)
                Resume(waiter, progress.Kind);

            if (progress.Kind == ProgressKind.Closed)
                break;
            if (progress.Kind == ProgressKind.ExecuteRun)
                _ = ExecuteRunAsync(progress.Run!);
            else if (progress.Kind == ProgressKind.Wait && !_wakeup.TryTake())
                await WaitAsync();
        }
    }

    /// <summary>Reads the request to its end, which comes soon after the response's. Returning earlier would reset the stream.</summary>
    public async ValueTask DrainAsync()
    {
        while (!_inputEnded)
        {
            var result = _isReading ? await PendingRead() : await _input.ReadAsync(_requestAborted);
            _inputEnded = result.IsCompleted || result.IsCanceled;
            _input.AdvanceTo(result.Buffer.End);
        }
    }

    public bool TryResolve(AwaitNode node)
    {
        lock (_gate)
            return _machine.IsResolved(node) && node.Outcome == AwaitOutcome.Succeeded;
    }

    public ValueTask Wait(AwaitNode node)
    {
        var waiter = new Waiter();
        lock (_gate)
        {
            _waiters.Add(waiter);
            _awaited.Add(node);
        }

        _wakeup.Set();
        return waiter.Task;
    }

    /// <summary>Does something with the machine; for user code.</summary>
    public T Do<T>(Func<InvocationMachine, T> operation)
    {
        lock (_gate)
            return operation(_machine);
    }

    public DurableFuture Timer(TimeSpan duration, string? name)
    {
        var wakeUp = WakeUpTime.After(duration);
        return new LeafFuture<bool>(this, Do(machine => machine.Sleep(wakeUp, name)), static _ => true);
    }

    /// <summary>Announces a run; for user code.</summary>
    public AwaitNode Run(string name, RunBody body)
    {
        lock (_gate)
        {
            (var completionId, var node) = _machine.Run(name);
            _runs.Add(completionId, body);
            return node;
        }
    }

    public void Dispose()
    {
        _onStopping?.Dispose();
        lock (_gate)
            _machine.Dispose();
        _ended?.Cancel();
        _ended?.Dispose();
    }

    private static TerminalException Cancelled() => new(TerminalException.CancelledCode, TerminalException.CancelledMessage);

    private static void Resume(Waiter waiter, ProgressKind kind)
    {
        if (kind == ProgressKind.Cancelled)
            waiter.Fail(Cancelled());
        else
            waiter.Complete();
    }

    private Progress Advance(out Waiter[] resumed)
    {
        resumed = [];
        lock (_gate)
        {
            _finish?.Invoke();
            if (_machine.State == MachineState.Closed)
                return new Progress(ProgressKind.Closed);
            if (_waiters.Count == 0)
                return new Progress(ProgressKind.Wait);

            var progress = _machine.Await(_awaited);
            if (progress.Kind == ProgressKind.Resolved)
            {
                resumed = [_waiters[progress.Index]];
                _waiters.RemoveAt(progress.Index);
                _awaited.RemoveAt(progress.Index);
            }
            else if (progress.Kind == ProgressKind.Cancelled)
            {
                resumed = [.. _waiters];
                _waiters.Clear();
                _awaited.Clear();
            }

            return progress;
        }
    }

    private async Task RunHandlerAsync(RawHandler handler, Context context, ReadOnlyMemory<byte> input)
    {
        Action finish;
        try
        {
            var output = await handler(context, input);
            finish = () => _machine.Complete(output);
        }
        catch (TerminalException failure)
        {
            finish = () => _machine.Complete(Failure.Of(failure));
        }
#pragma warning disable CA1031 // whatever it is, it fails this attempt and no more
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var error = new ProtocolException(ProtocolErrorCode.Internal, ExceptionText.MessageOf(exception));
            finish = () => _machine.Fail(error, ExceptionText.DetailsOf(exception), (exception as RetryableException)?.RetryAfter);
        }

        lock (_gate)
            _finish = () => Finish(finish);
        _wakeup.Set();
    }

    private void Finish(Action finish)
    {
        _finish = null;
        try
        {
            if (_machine.State != MachineState.Closed)
                finish();
        }
        catch (AttemptEndedException)
        {
            // The output did not fit the journal; the machine has said so.
        }
    }

    private async Task ExecuteRunAsync(PendingRun run)
    {
        RunBody body;
        lock (_gate)
            _runs.Remove(run.CompletionId, out body!);

        var start = Stopwatch.GetTimestamp();
        try
        {
            var value = await body.Execute(Ended);
            lock (_gate)
                _machine.ProposeRun(run, value);
        }
        catch (TerminalException failure)
        {
            lock (_gate)
                _machine.ProposeRun(run, Failure.Of(failure));
        }
#pragma warning disable CA1031 // whatever it is, the run is retried
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (_gate)
                _machine.FailRun(run, exception, Stopwatch.GetElapsedTime(start), body.Options);
        }

        _wakeup.Set();
    }

    /// <summary>Sends what there is to say, then waits for input or for something to happen on another thread.</summary>
    private async ValueTask WaitAsync()
    {
        if (TryWriteOutput())
            await _output.FlushAsync(_requestAborted);
        _onStopping ??= _stopping.UnsafeRegister(static invocation => ((Invocation)invocation!).SuspendWhenBlocked(), this);
        if (!_isReading && !_inputEnded)
        {
#pragma warning disable CA2012 // consumed once, when it has completed
            _pendingRead = _input.ReadAsync(_requestAborted).GetAwaiter();
#pragma warning restore CA2012
            _isReading = true;
            if (!_pendingRead.IsCompleted)
                _pendingRead.UnsafeOnCompleted(_onInput);
        }

        if (!_isReading || !_pendingRead.IsCompleted)
            await _wakeup.WaitAsync();
        if (_isReading && _pendingRead.IsCompleted)
        {
            _isReading = false;
            Receive(_pendingRead.GetResult());
        }
    }

    private void SuspendWhenBlocked()
    {
        lock (_gate)
            _machine.SuspendWhenBlocked();
        _wakeup.Set();
    }

    private async ValueTask<ReadResult> PendingRead()
    {
        while (!_pendingRead.IsCompleted)
            await _wakeup.WaitAsync();
        _isReading = false;
        return _pendingRead.GetResult();
    }

    private void Receive(ReadResult result)
    {
        var buffer = result.Buffer;
        lock (_gate)
        {
            var consumed = _machine.Feed(buffer);
            if (result.IsCompleted)
            {
                _inputEnded = true;
                _machine.CloseInput(buffer.Slice(consumed).Length);
            }

            _input.AdvanceTo(consumed, buffer.End);
        }
    }

    /// <summary>Hands what there is to say to the response, which sends it when it is flushed or completed.</summary>
    /// <returns>False when there is nothing to say.</returns>
    public bool TryWriteOutput()
    {
        lock (_gate)
        {
            if (_machine.Output.IsEmpty)
                return false;
            _output.Write(_machine.Output.Span);
            _machine.OutputTaken();
            return true;
        }
    }
}
