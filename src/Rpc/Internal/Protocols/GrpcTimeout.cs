using System.Globalization;

namespace Rpc.Internal.Protocols;

/// <summary>The <c>grpc-timeout</c> header: up to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const int MaxDigits = 8;

    /// <exception cref="RpcException">The value is malformed.</exception>
    public static TimeSpan? Parse(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return null;

        var digits = value.AsSpan(0, value.Length - 1);
        if (digits.Length > MaxDigits || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            throw new RpcException(Errors.MalformedTimeout("grpc-timeout", value));

        return value[^1] switch
        {
            'H' => TimeSpan.FromHours(amount),
            'M' => TimeSpan.FromMinutes(amount),
            'S' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMilliseconds(amount),
            'u' => TimeSpan.FromMicroseconds(amount),
            'n' => TimeSpan.FromTicks(amount / TimeSpan.NanosecondsPerTick),
            _ => throw new RpcException(Errors.MalformedTimeout("grpc-timeout", value)),
        };
    }
}
