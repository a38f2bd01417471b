using System.Globalization;

namespace Rpc.Internal.Protocols;

/// <summary>The <c>connect-timeout-ms</c> header: up to ten digits.</summary>
internal static class ConnectTimeout
{
    private const string Name = "connect-timeout-ms";
    private const int MaxDigits = 10;

    /// <exception cref="RpcException">The value is malformed.</exception>
    public static TimeSpan? Parse(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;
        if (value.Length > MaxDigits || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            throw new RpcException(Errors.MalformedTimeout(Name, value));

        return TimeSpan.FromMilliseconds(milliseconds);
    }
}
