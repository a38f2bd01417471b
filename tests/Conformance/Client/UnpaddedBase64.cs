using System.Text;

namespace Conformance.Client;

/// <summary>Base64 as both protocols want it written: the standard alphabet, without padding.</summary>
internal static class UnpaddedBase64
{
    public static byte[] Decode(string text, Action<string> complain)
    {
        if (text.EndsWith('='))
            complain("base64 is padded");

        var unpadded = text.TrimEnd('=');
        return Convert.FromBase64String(new StringBuilder(unpadded).Append('=', (4 - (unpadded.Length % 4)) % 4).ToString());
    }
}
