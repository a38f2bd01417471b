using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Knows callers by the certificate of their connection, which the handshake has found valid (<see cref="TlsFiles"/>).</summary>
internal sealed class ClientCertificateAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IOptions<GatewayOptions> gateway)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        gateway.Value.Tls.ClientCertificates != ClientCertificateRequirement.None && Context.Connection.ClientCertificate is { } certificate
            ? AuthenticateResult.Success(new AuthenticationTicket(CallerIdentity.OfCertificate(certificate), Scheme.Name))
            : AuthenticateResult.NoResult());
}
