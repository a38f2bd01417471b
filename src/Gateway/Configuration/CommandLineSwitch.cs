namespace Gateway.Configuration;

/// <summary>A short way to write a setting on the command line.</summary>
/// <param name="Name">The switch, <c>--ingress</c>.</param>
/// <param name="Value">What stands for its value in the help.</param>
/// <param name="Description">The line of the help.</param>
/// <param name="Keys">The keys, below the section <c>Gateway</c>, of its first, second, … value.</param>
/// <param name="IsRepeatable">Whether it may be given several times.</param>
internal sealed record CommandLineSwitch(string Name, string Value, string Description, Func<int, string> Keys, bool IsRepeatable = false);
