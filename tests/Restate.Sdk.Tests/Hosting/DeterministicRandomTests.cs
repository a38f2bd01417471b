using Restate.Sdk.Hosting;

namespace Restate.Sdk.Tests.Hosting;

public class DeterministicRandomTests
{
    [Fact]
    public void A_seed_gives_the_same_numbers_for_ever()
    {
        // xoshiro256** after SplitMix64 of 42, by another implementation; never to change, as invocations outlive deployments.
        var random = new DeterministicRandom(42);
        var bytes = new byte[16];
        random.NextBytes(bytes);
        Assert.Equal("16C72E0C2E0B78157E3A116D86D90461", Convert.ToHexString(bytes));
    }

    [Fact]
    public void Numbers_keep_to_their_bounds_and_reach_them()
    {
        var random = new DeterministicRandom(1);
        var seen = new HashSet<int>();
        for (var i = 0; i < 1000; i++)
        {
            seen.Add(random.Next(-2, 3));
            Assert.True(random.NextDouble() is >= 0 and < 1);
            Assert.True(random.NextSingle() is >= 0 and < 1);
            Assert.InRange(random.NextInt64(long.MinValue, long.MinValue + 2), long.MinValue, long.MinValue + 1);
            Assert.InRange(random.Next(int.MinValue, int.MaxValue), int.MinValue, int.MaxValue - 1);
        }

        Assert.Equal([-2, -1, 0, 1, 2], seen.Order());
        Assert.Equal(0, random.Next(0));
        Assert.Equal(5, random.Next(5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(2, 1));
    }
}
