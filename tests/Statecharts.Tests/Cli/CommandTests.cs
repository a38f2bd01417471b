using System.Text.Json.Nodes;
using Machines.Cli;

namespace Statecharts.Tests.Cli;

public sealed class CommandTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        File.Delete(_file);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void Validate_counts_what_is_right_and_warns_of_what_is_doubtful()
    {
        File.WriteAllText(_file, """{"id":"m","initial":"a","states":{"a":{"on":{"E":{}}},"b":{}}}""");

        Assert.Equal(ExitCodes.Ok, ValidateCommand.Run(_file, null, null, _output, _error));
        Assert.Equal("m: 2 states, 1 events", _output.ToString().Trim());
        Assert.Equal("warning: states.b: nothing leads to it.", _error.ToString().Trim());
    }

    [Fact]
    public void Validate_lists_what_is_wrong_a_line_each()
    {
        File.WriteAllText(_file, """{"initial":"a","states":{"a":{"on":{"E":"x","F":"y"}}}}""");

        Assert.Equal(ExitCodes.Invalid, ValidateCommand.Run(_file, null, null, _output, _error));
        Assert.Equal(["states.a: there is no state 'x' to go to.", "states.a: there is no state 'y' to go to."], Lines(_error));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    public void What_is_no_machine_is_invalid(string json)
    {
        File.WriteAllText(_file, json);

        Assert.Equal(ExitCodes.Invalid, ValidateCommand.Run(_file, null, null, _output, _error));
        Assert.NotEmpty(Lines(_error));
    }

    [Fact]
    public void A_file_that_is_not_there_is_the_callers_mistake()
    {
        Assert.Equal(ExitCodes.Usage, ValidateCommand.Run(_file + ".none", null, null, _output, _error));
    }

    [Theory]
    [InlineData("mermaid", "stateDiagram-v2")]
    [InlineData("dot", "digraph")]
    [InlineData("svg", "<svg")]
    public void Diagram_draws_in_every_format(string format, string beginning)
    {
        File.WriteAllText(_file, """{"id":"m","initial":"a","states":{"a":{"initial":"b","states":{"b":{}}}}}""");

        Assert.Equal(ExitCodes.Ok, DiagramCommand.Run(_file, format, ["a.b"], _output, _error));
        Assert.StartsWith(beginning, _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("2e7d32", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Diagram_refuses_a_state_that_is_not_there()
    {
        File.WriteAllText(_file, """{"id":"m","initial":"a","states":{"a":{}}}""");

        Assert.Equal(ExitCodes.Usage, DiagramCommand.Run(_file, "dot", ["b"], _output, _error));
        Assert.Equal("--state b: machine 'm' has no such state.", _error.ToString().Trim());
    }

    [Fact]
    public void Simulate_answers_a_line_for_a_line_and_goes_on_after_a_case_that_cannot_be_loaded()
    {
        using var input = new StringReader("""
            {"machine":{"initial":"zz","states":{"a":{}}},"steps":[]}

            not json
            {"steps":[]}
            []
            {"machine":{"initial":"a","states":{"a":{"invoke":{"src":"x"}}}},"actors":{"x":{"invoke":{"src":"y"}},"y":{"invoke":{"src":"x"}}},"steps":[]}
            {"machine":{"initial":"a","states":{"a":{"invoke":{"src":"x"}}}},"actors":{"x":{"initial":"b"}},"steps":[]}
            {"machine":{},"steps":[7]}
            {"machine":{},"steps":[{"advance":"x"}]}
            {"machine":{},"steps":[{"type":"xstate.init"}]}
            {"machine":{"initial":"a","states":{"a":{"on":{"E":"b"}},"b":{}}},"steps":[{"type":"E"}]}
            """);

        SimulateCommand.Run(input, _output);

        var answers = Lines(_output).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(10, answers.Count);
        Assert.All(answers.SkipLast(1), answer => Assert.NotNull(answer["error"]));
        Assert.Equal("machine: is missing.", (string?)answers[2]["error"]);
        Assert.Equal("actors.x: the machine runs itself as a child; such machines cannot be loaded.", (string?)answers[4]["error"]);
        Assert.Equal("steps[0]: a step must be an object.", (string?)answers[6]["error"]);
        Assert.Equal("b", (string?)answers[9]["steps"]![1]!["value"]);
    }

    private static string[] Lines(StringWriter writer) =>
        writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
