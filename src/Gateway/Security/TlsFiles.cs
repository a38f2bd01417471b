using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Configuration;

namespace Gateway.Security;

/// <summary>Makes of the configured files what a TLS handshake needs.</summary>
internal static class TlsFiles
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public static ReloadingFiles<SslServerAuthenticationOptions> Open(GatewayTlsOptions options, TimeProvider time, ILogger logger)
    {
        string?[] paths = [options.CertificateFile, options.KeyFile, options.ClientCertificateAuthorityFile];
        return new ReloadingFiles<SslServerAuthenticationOptions>([.. paths.OfType<string>()], contents => Read(options, contents), time, logger);
    }

    /// <exception cref="CryptographicException">A file is not what it should be, or the key is another certificate's.</exception>
    private static SslServerAuthenticationOptions Read(GatewayTlsOptions options, IReadOnlyList<byte[]> contents)
    {
        var key = options.KeyFile is null ? contents[0] : contents[1];
        var handshake = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = ReadCertificate(contents[0], key, options.Password),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        if (options.ClientCertificates != ClientCertificateRequirement.None)
        {
            handshake.ClientCertificateRequired = true;
            handshake.CertificateChainPolicy = ClientChainPolicy(contents[^1]);
            handshake.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                certificate is null ? options.ClientCertificates == ClientCertificateRequirement.Allowed : errors == SslPolicyErrors.None;
        }

        return handshake;
    }

    private static SslStreamCertificateContext ReadCertificate(byte[] certificate, byte[] key, string? password)
    {
        var others = new X509Certificate2Collection();
        X509Certificate2 leaf;
        if (IsPem(certificate))
        {
            (var certificatePem, var keyPem) = (Encoding.ASCII.GetString(certificate), Encoding.ASCII.GetString(key));
            leaf = password is null
                ? X509Certificate2.CreateFromPem(certificatePem, keyPem)
                : X509Certificate2.CreateFromEncryptedPem(certificatePem, keyPem, password);
            others.ImportFromPem(certificatePem);
        }
        else
        {
            others = X509CertificateLoader.LoadPkcs12Collection(certificate, password);
            leaf = others.FirstOrDefault(candidate => candidate.HasPrivateKey)
                ?? throw new CryptographicException("The PKCS #12 file holds no private key.");
        }

        return SslStreamCertificateContext.Create(leaf, others, offline: true);
    }

    /// <summary>The configured authorities alone are trusted.</summary>
    private static X509ChainPolicy ClientChainPolicy(byte[] authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            ApplicationPolicy = { new Oid(ClientAuthentication) },
        };
        policy.CustomTrustStore.ImportFromPem(Encoding.ASCII.GetString(authorities));
        return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException("The authorities' file holds no certificate as PEM.");
    }

    private static bool IsPem(byte[] content) => content.AsSpan().IndexOf("-----BEGIN "u8) >= 0;
}
