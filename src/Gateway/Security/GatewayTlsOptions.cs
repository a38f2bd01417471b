namespace Gateway.Security;

/// <summary>TLS. The files are read again when their contents change, so certificates are renewed without a restart.</summary>
public sealed class GatewayTlsOptions
{
    /// <summary>
    /// The server's certificate: PEM, with the intermediate certificates behind it, or PKCS #12 (<c>.pfx</c>). Null: no TLS. With it one
    /// port, <see cref="GatewayOptions.GrpcPort"/>, speaks every protocol over HTTP/2 and HTTP/1.1.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>The certificate's private key, PEM. Null: it is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The password of an encrypted key or of the PKCS #12 file. Set it in the environment, not in a file.</summary>
    public string? Password { get; set; }

    /// <summary>Whether clients show a certificate. One that is valid is also who the caller is. Default: <see cref="ClientCertificateRequirement.None"/>.</summary>
    public ClientCertificateRequirement ClientCertificates { get; set; }

    /// <summary>The certificates, PEM, of the authorities that clients' certificates must come from. The system's own are not asked.</summary>
    public string? ClientCertificateAuthorityFile { get; set; }

    internal bool IsEnabled => CertificateFile is not null;
}
