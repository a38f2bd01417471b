namespace Statecharts;

/// <summary>Ends a macrostep that would never end by itself, and names the cycle.</summary>
internal sealed class LoopGuard(StateMachine machine)
{
    // The cycle is looked for among the last microsteps only: it has to be short enough to be read.
    private const int Remembered = 50;

    private readonly Queue<string> _last = new();
    private int _count;

    internal void Count(Transition[] transitions)
    {
        _count++;
        if (_count > machine.MaxMicrosteps - Remembered && transitions.Length > 0)
        {
            if (_last.Count == Remembered)
                _last.Dequeue();
            _last.Enqueue(string.Join(" and ", transitions.AsEnumerable()));
        }
        if (_count > machine.MaxMicrosteps)
            throw new InvalidOperationException(
                $"Infinite loop detected: machine '{machine.Id}' took more than {machine.MaxMicrosteps} microsteps for one event. "
                + $"The cycle is: {string.Join("; ", Cycle())}.");
    }

    /// <summary>The shortest run of steps that the last ones repeat.</summary>
    private List<string> Cycle()
    {
        List<string> steps = [.. _last];
        for (var length = 1; length <= steps.Count / 2; length++)
        {
            var repeats = true;
            for (var i = steps.Count - 1; repeats && i >= length; i--)
                repeats = steps[i] == steps[i - length];
            if (repeats)
                return steps[^length..];
        }
        return steps;
    }
}
