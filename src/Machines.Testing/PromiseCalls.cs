using Restate.Sdk;
using Restate.Sdk.Protocol;

namespace Machines.Testing;

/// <summary>The calls that the code of promises makes, and the test's answers to them.</summary>
/// <param name="after">Has something happen on the test's clock.</param>
internal sealed class PromiseCalls(Action<TimeSpan, Action> after)
{
    private readonly Dictionary<(string Service, string Handler), Answer> _answers = [];
    private readonly List<PromiseCall> _made = [];
    private readonly List<(PromiseCall Call, Action<Notification> Complete)> _open = [];

    public IReadOnlyList<PromiseCall> Made => _made;

    public void Add(PromiseCall call, Action<Notification> complete)
    {
        _made.Add(call);
        if (call.IsOneWay)
            return;

        _open.Add((call, complete));
        AnswerOpen(call.Target.Service, call.Target.Handler);
    }

    /// <summary>Answers the calls to a handler, those that wait already included.</summary>
    public void AnswerWith(string service, string handler, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> answer, TimeSpan delay)
    {
        _answers[(service, handler)] = new Answer(answer, delay);
        AnswerOpen(service, handler);
    }

    private void AnswerOpen(string service, string handler)
    {
        if (!_answers.TryGetValue((service, handler), out var answer))
            return;

        foreach (var open in _open.Where(open => open.Call.Target.Service == service && open.Call.Target.Handler == handler).ToArray())
        {
            _open.Remove(open);
            after(answer.Delay, () => open.Complete(answer.To(open.Call.Input)));
        }
    }

    private sealed record Answer(Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Run, TimeSpan Delay)
    {
        public Notification To(ReadOnlyMemory<byte> input)
        {
            try
            {
                return new Notification { Value = Run(input) };
            }
            catch (TerminalException e)
            {
                return new Notification { Failure = Failure.Of(e) };
            }
        }
    }
}
