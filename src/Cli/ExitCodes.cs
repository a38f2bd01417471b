namespace Machines.Cli;

/// <summary>What the tool tells a script.</summary>
internal static class ExitCodes
{
    internal const int Ok = 0;

    /// <summary>The machine is wrong; stderr says how.</summary>
    internal const int Invalid = 1;

    /// <summary>The command was: an unknown option, a file that cannot be read, a state that is not there.</summary>
    internal const int Usage = 2;
}
