using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Restate.Sdk.Tests.Hosting;

/// <summary>A key pair that signs, by OpenSSL, the way a Restate server does.</summary>
internal sealed class Ed25519Signer : IDisposable
{
    private const int KeyTypeEd25519 = 1087;
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);
    private readonly nint _key;

    public Ed25519Signer()
    {
        _key = EVP_PKEY_new_raw_private_key(KeyTypeEd25519, 0, _seed, 32);
        var publicKey = new byte[32];
        nuint length = 32;
        Assert.Equal(1, EVP_PKEY_get_raw_public_key(_key, publicKey, ref length));
        IdentityKey = "publickeyv1_" + Base58(publicKey);
    }

    public string IdentityKey { get; }

    /// <summary>The private key as PKCS #8, for the server.</summary>
    public string Pem => PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. _seed]);

    public byte[] Sign(byte[] message)
    {
        var context = EVP_MD_CTX_new();
        var signature = new byte[64];
        nuint length = 64;
        Assert.Equal(1, EVP_DigestSignInit(context, 0, 0, 0, _key));
        Assert.Equal(1, EVP_DigestSign(context, signature, ref length, message, (nuint)message.Length));
        EVP_MD_CTX_free(context);
        return signature;
    }

    public void Dispose() => EVP_PKEY_free(_key);

    private static string Base58(byte[] bytes)
    {
        var value = new System.Numerics.BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        var text = "";
        for (; value > 0; value /= 58)
            text = Alphabet[(int)(value % 58)] + text;
        return new string('1', bytes.TakeWhile(b => b == 0).Count()) + text;
    }

#pragma warning disable SYSLIB1054, CA1707 // test code keeps to DllImport and OpenSSL's names
    [DllImport("libcrypto.so.3")]
    private static extern nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte[] key, nuint length);

    [DllImport("libcrypto.so.3")]
    private static extern int EVP_PKEY_get_raw_public_key(nint key, byte[] raw, ref nuint length);

    [DllImport("libcrypto.so.3")]
    private static extern void EVP_PKEY_free(nint key);

    [DllImport("libcrypto.so.3")]
    private static extern nint EVP_MD_CTX_new();

    [DllImport("libcrypto.so.3")]
    private static extern void EVP_MD_CTX_free(nint context);

    [DllImport("libcrypto.so.3")]
    private static extern int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [DllImport("libcrypto.so.3")]
    private static extern int EVP_DigestSign(nint context, byte[] signature, ref nuint length, byte[] message, nuint messageLength);
#pragma warning restore SYSLIB1054, CA1707
}
