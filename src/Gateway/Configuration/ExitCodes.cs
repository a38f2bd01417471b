namespace Gateway.Configuration;

/// <summary>What the gateway tells whoever started it.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>It cannot start as it is configured; stderr says why.</summary>
    public const int Configuration = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;
}
