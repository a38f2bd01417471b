namespace Gateway.Security;

/// <summary>JSON Web Tokens, sent as <c>authorization: Bearer …</c>. One of the three sources of keys turns them on.</summary>
public sealed class JwtOptions
{
    /// <summary>The issuer's address, whose OpenID Connect discovery document says where its keys are. Https, except on this machine.</summary>
    public Uri? Authority { get; set; }

    /// <summary>Where the issuer's JSON Web Key Set is, for one without a discovery document. Https, except on this machine.</summary>
    public Uri? JwksUrl { get; set; }

    /// <summary>A file with the issuer's JSON Web Key Set, or with one public key or certificate as PEM. Read again when it changes.</summary>
    public string? KeysFile { get; set; }

    /// <summary>The <c>iss</c> that tokens must have. Null: the authority's own; the other sources need it.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> that tokens must have: one of these.</summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>The claim that holds the caller's roles. Default: <c>roles</c>.</summary>
    public string RoleClaim { get; set; } = "roles";

    internal bool IsEnabled => Authority is not null || JwksUrl is not null || KeysFile is not null;
}
