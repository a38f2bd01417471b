using System.Globalization;
using Restate.Sdk;
using Restate.Sdk.Protocol;
using Statecharts;
using Waiter = Restate.Sdk.Hosting.Waiter;

namespace Machines.Testing;

/// <summary>
/// The code of a promise, run in a <see cref="MachineTest"/>. Its entries are kept as Restate's journal keeps them, so that another
/// attempt gets the results of those before.
/// </summary>
internal sealed class PromiseRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly RunOptions Backoff = new() { InitialRetryInterval = TimeSpan.FromMilliseconds(100), MaxRetryInterval = TimeSpan.FromSeconds(10) };

    private readonly object _gate = new();
    private readonly MachineTest _test;
    private readonly RunningPromise _promise;
    private readonly IDurablePromise _code;
    private readonly DataModel _model;
    private readonly HashSet<NotificationId> _entries = [];
    private readonly Dictionary<NotificationId, Notification> _results = [];
    private readonly List<(AwaitNode Node, Waiter Waiter)> _waiters = [];
    private Dictionary<NotificationId, Notification> _ready = [];
    private Action? _end;
    private int _attempts;
    private bool _isToBeCancelled;
    private bool _hasEnded;

    public PromiseRun(MachineTest test, DurableMachine machine, RunningPromise promise, IDurablePromise code, DataModel model)
    {
        _test = test;
        Machine = machine;
        _promise = promise;
        _code = code;
        _model = model;
    }

    public DurableMachine Machine { get; }

    public string Id => $"{_promise.Name}_{_promise.Token}";

    /// <summary>The same in every attempt, and another for each promise.</summary>
    public ulong Seed => ulong.Parse(_promise.Token, CultureInfo.InvariantCulture);

    public DateTimeOffset Now => MachineTest.Epoch + _test.Elapsed;

    /// <summary>Starts an attempt.</summary>
    public void Begin()
    {
        _attempts++;
        _ready = new Dictionary<NotificationId, Notification>(_results);
        Continue(() => _ = RunAsync(new PromiseContext(this)));
        if (_isToBeCancelled)
            Cancel();
    }

    /// <summary>Fails whatever the code waits for; between two attempts, what it waits for in the next.</summary>
    public void Cancel()
    {
        (AwaitNode, Waiter)[] cancelled;
        lock (_gate)
        {
            cancelled = [.. _waiters];
            _waiters.Clear();
        }

        _isToBeCancelled = cancelled.Length == 0;
        if (_isToBeCancelled)
            return;

        Continue(() =>
        {
            foreach (var (_, waiter) in cancelled)
                waiter.Fail(new TerminalException(TerminalException.CancelledCode, TerminalException.CancelledMessage));
        });
    }

    /// <summary>Whether an entry is there for the first time, so that it is to be carried out.</summary>
    public bool IsNew(NotificationId entry) => _entries.Add(entry);

    public AwaitOutcome Evaluate(AwaitNode node) => node.Evaluate(_ready);

    public ValueTask Wait(AwaitNode node)
    {
        var waiter = new Waiter();
        lock (_gate)
        {
            if (Evaluate(node) != AwaitOutcome.Pending)
                return ValueTask.CompletedTask;
            _waiters.Add((node, waiter));
            Monitor.PulseAll(_gate);
        }

        return waiter.Task;
    }

    public void CompleteAfter(TimeSpan delay, NotificationId entry) => _test.After(delay, () => Complete(entry, Notification.Void));

    /// <summary>Does what a run does; what throws is tried again on the test's clock, as its options say, until the code has ended.</summary>
    public void Perform(NotificationId entry, Func<Task<ReadOnlyMemory<byte>>> body, RunOptions? options, int attempt = 1, TimeSpan? since = null)
    {
        if (_hasEnded)
            return;

        var started = since ?? _test.Elapsed;
        try
        {
            Complete(entry, new Notification { Value = Task.Run(body).GetAwaiter().GetResult() });
        }
        catch (TerminalException e)
        {
            Complete(entry, new Notification { Failure = Failure.Of(e) });
        }
        catch (Exception e) when (RunRetries.IsExhausted(options, attempt, _test.Elapsed - started))
        {
            Complete(entry, new Notification { Failure = Failure.Of(new TerminalException(e.Message)) });
        }
        catch (Exception e)
        {
            var pause = (e as RetryableException)?.RetryAfter ?? RunRetries.NextDelay(options, attempt) ?? RunRetries.NextDelay(Backoff, attempt)!.Value;
            _test.After(pause, () => Perform(entry, body, options, attempt + 1, started));
        }
    }

    public void AddAwakeable(string id, NotificationId entry) => _test.AddAwakeable(id, result => Complete(entry, result));

    public void CompleteAwakeable(string id, Notification result) => _test.After(TimeSpan.Zero, () => _test.CompleteAwakeable(id, result));

    public void Call(Target target, ReadOnlyMemory<byte> input, NotificationId entry) =>
        _test.Call(new PromiseCall(target, input, IsOneWay: false, Delay: null), result => Complete(entry, result));

    public void Send(Target target, ReadOnlyMemory<byte> input, TimeSpan? delay) =>
        _test.Call(new PromiseCall(target, input, IsOneWay: true, delay), _ => { });

    public ReadOnlyMemory<byte>? GetState(string name) => _test.GetState(name);

    private void Complete(NotificationId entry, Notification result)
    {
        lock (_gate)
        {
            _results[entry] = result;
            _ready[entry] = result;
        }

        while (TakeResolved() is { } waiter)
            Continue(waiter.Complete);
    }

    private Waiter? TakeResolved()
    {
        lock (_gate)
        {
            var index = _waiters.FindIndex(waiting => Evaluate(waiting.Node) != AwaitOutcome.Pending);
            if (index < 0)
                return null;

            var waiter = _waiters[index].Waiter;
            _waiters.RemoveAt(index);
            return waiter;
        }
    }

    private async Task RunAsync(PromiseContext context)
    {
        Action end;
        try
        {
            var output = await _code.RunAsync(context, context.NewGuid().ToString("N"), _model, _promise.Input);
            end = () => End(() => output);
        }
        catch (Exception e) when (e is not TerminalException && _code.Retry is { } policy && _attempts < (policy.MaxAttempts ?? int.MaxValue))
        {
            end = () => _test.After(Pause(policy), Begin);
        }
        catch (Exception e) when (_code.Retry is not { OnMaxAttempts: OnMaxAttempts.Pause } || e is TerminalException)
        {
            end = () => End(() => throw e);
        }
        catch (Exception)
        {
            // Paused: it runs until the test resolves or rejects it.
            end = () => { };
        }

        lock (_gate)
        {
            _end = end;
            Monitor.PulseAll(_gate);
        }
    }

    private void End(Func<object?> result)
    {
        _hasEnded = true;
        _test.Settle(_promise, result);
    }

    private TimeSpan Pause(InvocationRetryPolicy policy) => RunRetries.NextDelay(
        new RunOptions
        {
            InitialRetryInterval = policy.InitialInterval ?? Backoff.InitialRetryInterval,
            RetryIntervalFactor = policy.ExponentiationFactor ?? Backoff.RetryIntervalFactor,
            MaxRetryInterval = policy.MaxInterval ?? Backoff.MaxRetryInterval,
        },
        _attempts)!.Value;

    /// <summary>Lets the code go on until it waits for its context again, or ends. What else it awaits is waited for here.</summary>
    private void Continue(Action step)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            step();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        lock (_gate)
        {
            while (_waiters.Count == 0 && _end is null)
            {
                if (!Monitor.Wait(_gate, Patience))
                {
                    throw new TimeoutException(
                        $"The code of promise '{_promise.Name}' has waited for {Patience} for something that is not its context's. Use the context's Sleep, Run and calls.");
                }
            }

            if (_end is { } end)
                _test.After(TimeSpan.Zero, end);
            _end = null;
        }
    }
}
