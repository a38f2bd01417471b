using System.Security.Cryptography.X509Certificates;
using Gateway;
using Gateway.Tests.Security;

namespace Interop;

/// <summary>@grpc/grpc-js over TLS, to a gateway in front of the Quickstart's machines.</summary>
public sealed class GrpcJsTlsTests : IClassFixture<QuickstartProcess>, IDisposable
{
    private const string Served = "sent 1\nstarted\nmatched 2";

    private readonly QuickstartProcess _quickstart;
    private readonly int _port = FreePorts.Next();
    private readonly Certificates _certificates = new();
    private readonly TemporaryFile _authority;
    private readonly TemporaryFile _certificate;
    private readonly TemporaryFile _key;

    public GrpcJsTlsTests(QuickstartProcess quickstart)
    {
        _quickstart = quickstart;
        _authority = new TemporaryFile(_certificates.AuthorityPem);
        using var server = _certificates.Server();
        _certificate = new TemporaryFile(server.ExportCertificatePem());
        _key = new TemporaryFile(KeyPem(server));
    }

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
        _authority.Dispose();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Who_trusts_the_gateways_authority_is_served_and_who_does_not_calls_nothing()
    {
        await using var gateway = await StartAsync();
        Assert.Equal(Served, await RunAsync(_authority));

        using var others = new Certificates();
        using var otherAuthority = new TemporaryFile(others.AuthorityPem);
        Assert.Matches("^UNAVAILABLE .*certificate", await RunAsync(otherAuthority));
    }

    [Fact]
    public async Task Where_client_certificates_are_required_who_has_one_is_served_and_nobody_else()
    {
        await using var gateway = await StartAsync("--Gateway:Tls:ClientCertificates=Required", $"--Gateway:Tls:ClientCertificateAuthorityFile={_authority.Path}");
        using var alice = _certificates.Client("alice");
        using var certificate = new TemporaryFile(alice.ExportCertificatePem());
        using var key = new TemporaryFile(KeyPem(alice));
        Assert.Equal(Served, await RunAsync(_authority, certificate, key));
        Assert.StartsWith("UNAVAILABLE ", await RunAsync(_authority), StringComparison.Ordinal);
    }

    private static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    /// <summary>A counter of its own, counted twice.</summary>
    /// <param name="files">The authority that the client trusts, and the client's certificate and key if it has one.</param>
    /// <returns>What it printed.</returns>
    private async Task<string> RunAsync(params IEnumerable<TemporaryFile> files)
    {
        var script = Path.Combine(QuickstartProcess.Root, "tests", "Interop", "clients", "grpc-js", "tls.mjs");
        var protos = Path.Combine(QuickstartProcess.Root, "protos");
        return (await ChildProcess.RunAsync(
            "node", [script, $"localhost:{_port}", protos, $"tls-{Guid.NewGuid():N}", .. files.Select(file => file.Path)])).TrimEnd();
    }

    private async Task<IAsyncDisposable> StartAsync(params string[] settings)
    {
        var gateway = MachineGatewayApplication.Create(
        [
            "--ingress", $"http://localhost:{_quickstart.IngressPort}", "--admin", $"http://localhost:{_quickstart.AdminPort}", "--grpc-port", $"{_port}",
            $"--Gateway:Tls:CertificateFile={_certificate.Path}", $"--Gateway:Tls:KeyFile={_key.Path}", "--Logging:LogLevel:Default=Warning", .. settings,
        ]);
        await gateway.StartAsync();
        return gateway;
    }
}
