using Gateway.Configuration;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect.Configuration;
using Microsoft.IdentityModel.Tokens;
using Rpc;

namespace Gateway.Security;

/// <summary>Configures ASP.NET Core's JWT bearer scheme from <see cref="JwtOptions"/>.</summary>
internal sealed partial class JwtBearerSetup(IOptions<GatewayOptions> options, TimeProvider time, ILogger<JwtBearerSetup> logger)
    : IConfigureNamedOptions<JwtBearerOptions>
{
    private static readonly object IssuerUnreachable = new();

    /// <summary>How long the issuer may take to answer, and a call without a deadline waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public void Configure(string? name, JwtBearerOptions bearer)
    {
        if (name == GatewayAuthentication.JwtScheme)
            Configure(bearer);
    }

    public void Configure(JwtBearerOptions bearer)
    {
        var jwt = options.Value.Authentication.Jwt;
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            AuthenticationType = GatewayAuthentication.JwtScheme,
            ValidAudiences = jwt.Audiences,
            NameClaimType = CallerIdentity.NameClaim,
            RoleClaimType = jwt.RoleClaim,
        };

        // Beside a configured issuer the framework would also take the one that the authority's discovery document names.
        if (jwt.Issuer is { } expected)
        {
            bearer.TokenValidationParameters.IssuerValidator = (issuer, _, _) =>
                issuer == expected ? issuer : throw new SecurityTokenInvalidIssuerException("The token is of another issuer.") { InvalidIssuer = issuer };
        }

        if (jwt.Authority is { } authority)
            FetchKeys(bearer, new Uri($"{authority.ToString().TrimEnd('/')}/.well-known/openid-configuration"), new OpenIdConnectConfigurationRetriever());
        else if (jwt.JwksUrl is { } url)
            FetchKeys(bearer, url, new JwksRetriever());
        else if (jwt.KeysFile is { } path)
        {
            var keys = new ReloadingFiles<IReadOnlyList<SecurityKey>>([path], contents => SigningKeys.Read(contents[0]), time, logger);
            bearer.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, _, _) => keys.Value;
        }
    }

    private void FetchKeys(JwtBearerOptions bearer, Uri address, IConfigurationRetriever<OpenIdConnectConfiguration> retriever)
    {
        var documents = new HttpDocumentRetriever(new HttpClient { Timeout = Patience }) { RequireHttps = !address.IsLoopback };

        // An answer without keys is a failure of the issuer's, not one that makes all tokens bad.
        bearer.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            address.ToString(), retriever, documents, new OpenIdConnectConfigurationValidator());
        bearer.Events = FetchedKeys;
    }

    /// <summary>Whether this call's token could not be judged, because the issuer's keys cannot be had.</summary>
    public static bool IsIssuerUnreachable(HttpContext http) => http.Items.ContainsKey(IssuerUnreachable);

    private JwtBearerEvents FetchedKeys => new()
    {
        OnMessageReceived = async received =>
        {
            var http = received.HttpContext;
            var left = http.GetRpcTimeout() is { } timeout && timeout < Patience ? timeout : Patience;
            using var late = new CancellationTokenSource(left, time);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
            try
            {
                // Fetched once and then from time to time; without this a call would be told that its token is bad. The fetch is for all
                // calls, and goes on when the one that began it is over.
                await received.Options.ConfigurationManager!.GetConfigurationAsync(over.Token).WaitAsync(over.Token);
            }
            catch (Exception e)
            {
                LogUnreachable(late.IsCancellationRequested ? $"the issuer has not answered within {left.TotalSeconds} s" : e.Message);
                http.Items[IssuerUnreachable] = true;
                received.Fail(e);
            }
        },
    };

    [LoggerMessage(LogLevel.Error, "The keys that tokens are signed with cannot be fetched: {Error}")]
    private partial void LogUnreachable(string error);

    /// <summary>Takes a key set for the whole of an issuer's configuration.</summary>
    private sealed class JwksRetriever : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            var configuration = new OpenIdConnectConfiguration { JsonWebKeySet = JsonWebKeySet.Create(await retriever.GetDocumentAsync(address, cancel)) };
            foreach (var key in configuration.JsonWebKeySet.GetSigningKeys())
                configuration.SigningKeys.Add(key);
            return configuration;
        }
    }
}
