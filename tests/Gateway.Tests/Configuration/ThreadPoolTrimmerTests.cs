using Gateway.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class ThreadPoolTrimmerTests
{
    [Fact]
    public void The_limits_of_the_pool_stay_as_they_are()
    {
        ThreadPool.GetMinThreads(out var least, out var leastPorts);
        ThreadPool.GetMaxThreads(out var most, out var mostPorts);

        ThreadPoolTrimmer.Trim();

        ThreadPool.GetMinThreads(out var leastAfter, out var leastPortsAfter);
        ThreadPool.GetMaxThreads(out var mostAfter, out var mostPortsAfter);
        Assert.Equal((least, leastPorts, most, mostPorts), (leastAfter, leastPortsAfter, mostAfter, mostPortsAfter));
    }

    /// <summary>The pool is shared with the other tests, whose blocked workers it must do without for a moment only.</summary>
    [Fact]
    public async Task A_pool_whose_workers_are_all_blocked_still_gets_another()
    {
        using var release = new ManualResetEventSlim();
        ThreadPool.GetMinThreads(out var least, out _);
        var blocked = Enumerable.Range(0, least).Select(_ => Task.Run(release.Wait)).ToList();

        ThreadPoolTrimmer.Trim();
        await Task.Run(release.Set);

        await Task.WhenAll(blocked);
    }
}
