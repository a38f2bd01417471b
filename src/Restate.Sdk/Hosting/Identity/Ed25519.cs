using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Restate.Sdk.Hosting.Identity;

/// <summary>Ed25519 by OpenSSL's libcrypto, which .NET's own cryptography is built on where Restate endpoints run. .NET has no such API.</summary>
internal static partial class Ed25519
{
    public const int PublicKeySize = 32;
    public const int SignatureSize = 64;

    private const string Library = "libcrypto";
    private const int KeyTypeEd25519 = 1087;

    static Ed25519() => NativeLibrary.SetDllImportResolver(typeof(Ed25519).Assembly, Resolve);

    /// <summary>Whether the signature of the message is the key's.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no libcrypto with Ed25519 on this machine.</exception>
    /// <exception cref="CryptographicException">The library failed.</exception>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeySize || signature.Length != SignatureSize)
            return false;

        var key = NewPublicKey(publicKey);
        nint context = 0;
        try
        {
            context = NewDigestContext();
            if (context == 0 || DigestVerifyInit(context, 0, 0, 0, key) != 1)
                throw new CryptographicException("OpenSSL cannot verify Ed25519 signatures.");
            return DigestVerify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
        }
        finally
        {
            FreeDigestContext(context);
            FreeKey(key);
        }
    }

    private static nint NewPublicKey(ReadOnlySpan<byte> publicKey)
    {
        try
        {
            var key = NewRawPublicKey(KeyTypeEd25519, 0, publicKey, (nuint)publicKey.Length);
            return key != 0 ? key : throw new CryptographicException("OpenSSL does not accept the Ed25519 public key.");
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new PlatformNotSupportedException(
                "Verifying Restate's request identity needs OpenSSL 1.1.1 or newer (libcrypto), which was not found.", exception);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
            return 0;

        string[] candidates = OperatingSystem.IsMacOS()
            ? ["libcrypto.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib", "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib"]
            : ["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"];
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, searchPath, out var handle))
                return handle;
        }

        return 0;
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial nint NewRawPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial nint NewDigestContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeDigestContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int DigestVerify(
        nint context,
        ReadOnlySpan<byte> signature,
        nuint signatureLength,
        ReadOnlySpan<byte> message,
        nuint messageLength);
}
