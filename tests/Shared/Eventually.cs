using System.Diagnostics;

namespace Shared;

/// <summary>Waits for a condition instead of a time.</summary>
internal static class Eventually
{
    /// <summary>After this long the condition is taken never to come true.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static Task BecomesTrueAsync(Func<bool> condition, Func<string> expectation) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), expectation);

    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, Func<string> expectation)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                Assert.Fail($"Waited {Patience.TotalSeconds:0} s in vain for {expectation()}");
            await Task.Delay(Interval);
        }
    }
}
