using System.Diagnostics.CodeAnalysis;

namespace Restate.Sdk.Protocol;

/// <summary>Versions of the service invocation protocol that this SDK speaks, and their media types.</summary>
internal enum ProtocolVersion
{
    /// <summary>Immutable journal: commands and notifications.</summary>
    V5 = 5,

    /// <summary>Adds the random seed and failure metadata.</summary>
    V6 = 6,

    /// <summary>Adds await trees, run acknowledgements and error behaviour.</summary>
    V7 = 7,
}

internal static class ProtocolVersions
{
    public const ProtocolVersion Minimum = ProtocolVersion.V5;
    public const ProtocolVersion Maximum = ProtocolVersion.V7;

    private const string MediaTypePrefix = "application/vnd.restate.invocation.v";

    public static string ToMediaType(this ProtocolVersion version) => version switch
    {
        ProtocolVersion.V5 => MediaTypePrefix + "5",
        ProtocolVersion.V6 => MediaTypePrefix + "6",
        _ => MediaTypePrefix + "7",
    };

    /// <summary>Reads the version from a request's content type; false when it is none that we speak.</summary>
    public static bool TryParse([NotNullWhen(true)] string? contentType, out ProtocolVersion version)
    {
        for (version = Minimum; version <= Maximum; version++)
        {
            if (string.Equals(contentType, version.ToMediaType(), StringComparison.OrdinalIgnoreCase))
                return true;
        }

        version = default;
        return false;
    }
}
