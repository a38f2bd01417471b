namespace Gateway.Security;

/// <summary>Whether clients prove who they are with a certificate.</summary>
public enum ClientCertificateRequirement
{
    /// <summary>Clients are not asked for a certificate.</summary>
    None,

    /// <summary>A client may have a certificate; one that is not valid ends the connection.</summary>
    Allowed,

    /// <summary>A client without a valid certificate gets no connection.</summary>
    Required,
}
