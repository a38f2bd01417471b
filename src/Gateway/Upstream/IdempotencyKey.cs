using System.Security.Cryptography;

namespace Gateway.Upstream;

/// <summary>Makes idempotency keys that nobody can guess: whoever uses the key of another's call first takes its effect away.</summary>
internal static class IdempotencyKey
{
    private const int KeyBytes = 16;

    /// <summary>One read of the system's random numbers is for so many keys: for each it would cost a hundredth of the gateway's time.</summary>
    private const int KeysPerRead = 64;

    [ThreadStatic]
    private static byte[]? s_random;

    [ThreadStatic]
    private static int s_left;

    public static string New()
    {
        var random = s_random ??= new byte[KeysPerRead * KeyBytes];
        if (s_left == 0)
        {
            RandomNumberGenerator.Fill(random);
            s_left = KeysPerRead;
        }

        return Convert.ToHexStringLower(random, --s_left * KeyBytes, KeyBytes);
    }
}
