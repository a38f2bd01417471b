namespace Machines.Tests;

public class MachineRequestTests
{
    [Theory]
    [InlineData("open", 1, "must be done, hasTag:<tag>, matches:<state.path> or revision:<n>, not 'open'")]
    [InlineData(null, 1, "A timeout is that of a condition")]
    [InlineData("done", -1, "A timeout is that of a condition, and not negative.")]
    public void What_it_waits_for_is_checked_when_it_is_made(string? condition, int seconds, string problem)
    {
        var error = Assert.Throws<ArgumentException>(() => new MachineRequest<string, string>(
            "ask", "door", key => key, _ => "KNOCK", door => door.Value.ToString(), condition, TimeSpan.FromSeconds(seconds)));
        Assert.StartsWith(problem, error.Message, StringComparison.Ordinal);
    }
}
