namespace Restate.Sdk.Tests.Protocol;

public class FuzzTests
{
    /// <summary>A sample; the benchmark project runs a million.</summary>
    [Fact]
    public void Mutated_streams_give_an_error_or_a_valid_answer()
    {
        var random = new Random(20260);
        for (int i = 0; i < 20_000; i++)
            StreamFuzzer.RunOne(random);
    }
}
