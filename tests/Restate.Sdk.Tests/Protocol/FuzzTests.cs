using Restate.Sdk.Protocol;

namespace Restate.Sdk.Tests.Protocol;

public class FuzzTests
{
    /// <summary>A sample by default; RESTATE_FUZZ_STREAMS=1000000 makes it a million, RESTATE_FUZZ_SEED others.</summary>
    [Fact]
    public void Mutated_streams_give_an_error_or_a_valid_answer()
    {
        var random = new Random(FromEnvironment("RESTATE_FUZZ_SEED", 20260));
        var outcomes = new HashSet<AttemptOutcome>();
        for (var i = FromEnvironment("RESTATE_FUZZ_STREAMS", 20_000); i > 0; i--)
            outcomes.Add(StreamFuzzer.RunOne(random));
        Assert.Equal([AttemptOutcome.Succeeded, AttemptOutcome.Suspended, AttemptOutcome.Error], outcomes.Order());
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}
