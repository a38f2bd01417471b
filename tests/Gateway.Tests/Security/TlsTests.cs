using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Rpc;

namespace Gateway.Tests.Security;

public sealed class TlsTests : IDisposable
{
    private readonly Certificates _certificates = new();
    private readonly X509Certificate2 _server;
    private readonly TemporaryFile _certificateFile;
    private readonly TemporaryFile _keyFile;
    private readonly TemporaryFile _authorityFile;

    public TlsTests()
    {
        _server = _certificates.Server();
        _certificateFile = new TemporaryFile(_server.ExportCertificatePem());
        _keyFile = new TemporaryFile(KeyPem(_server));
        _authorityFile = new TemporaryFile(_certificates.AuthorityPem);
    }

    private string[] Settings => [$"Tls:CertificateFile={_certificateFile.Path}", $"Tls:KeyFile={_keyFile.Path}"];

    public void Dispose()
    {
        _authorityFile.Dispose();
        _keyFile.Dispose();
        _certificateFile.Dispose();
        _server.Dispose();
        _certificates.Dispose();
    }

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task One_port_speaks_every_protocol(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync(Settings);
        using var client = Connect(gateway);
        Assert.Equal(StatusCode.OK, (await SendAsync(client, protocol)).Code);
    }

    [Fact]
    public async Task A_pkcs12_file_holds_both()
    {
        using var file = new TemporaryFile(_server.Export(X509ContentType.Pfx, "secret"));
        await using var gateway = await GuardedGateway.StartAsync($"Tls:CertificateFile={file.Path}", "Tls:Password=secret");
        using var client = Connect(gateway);
        Assert.Equal(StatusCode.OK, (await SendAsync(client, Protocol.Grpc)).Code);
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_shown_to_new_connections_and_a_broken_one_is_not()
    {
        await using var gateway = await GuardedGateway.StartAsync(Settings);
        Assert.Equal(_server.SerialNumber, await ShownAsync(gateway));

        using var next = _certificates.Server();
        await File.WriteAllTextAsync(_certificateFile.Path, next.ExportCertificatePem());
        await File.WriteAllTextAsync(_keyFile.Path, KeyPem(next));
        await Eventually.BecomesTrueAsync(async () => await ShownAsync(gateway) == next.SerialNumber, () => "the new certificate");

        await File.WriteAllTextAsync(_keyFile.Path, KeyPem(_server));
        using var last = _certificates.Server();
        await File.WriteAllTextAsync(_certificateFile.Path, last.ExportCertificatePem());
        Assert.Equal(next.SerialNumber, await ShownAsync(gateway));
        await File.WriteAllTextAsync(_keyFile.Path, KeyPem(last));
        await Eventually.BecomesTrueAsync(async () => await ShownAsync(gateway) == last.SerialNumber, () => "the last certificate");
    }

    [Fact]
    public async Task Without_a_valid_client_certificate_there_is_no_connection()
    {
        await using var gateway = await GuardedGateway.StartAsync([.. Settings, .. ClientCertificates("Required")]);
        using var valid = _certificates.Client("alice");
        using var expired = _certificates.Client("alice", DateTimeOffset.UtcNow.AddHours(-1));
        using var others = new Certificates();
        using var strange = others.Client("alice");
        using var forServers = _certificates.Server();
        Assert.Equal(StatusCode.OK, await CallAsync(valid));
        Assert.Null(await CallAsync(null));
        Assert.Null(await CallAsync(expired));
        Assert.Null(await CallAsync(strange));
        Assert.Null(await CallAsync(forServers));
        Assert.Single(gateway.Restate.Calls);

        async Task<StatusCode?> CallAsync(X509Certificate2? certificate)
        {
            using var client = Connect(gateway, certificate);
            try
            {
                return (await SendAsync(client, Protocol.Grpc)).Code;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }

    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task A_client_certificate_is_who_the_caller_is(Protocol protocol)
    {
        await using var gateway = await GuardedGateway.StartAsync(
            [.. Settings, .. ClientCertificates("Allowed"), "Authorization:Rules:0:Key={claim:sub}/*", "Authorization:Rules:1:Claims:dns:0=admin"]);
        using var alice = _certificates.Client("alice");
        using var admin = _certificates.Client("admin");
        using (var client = Connect(gateway, alice))
        {
            Assert.Equal(StatusCode.OK, (await SendAsync(client, protocol, "alice/1")).Code);
            Assert.Equal(StatusCode.PermissionDenied, (await SendAsync(client, protocol, "bob/1")).Code);
        }

        using (var client = Connect(gateway, admin))
            Assert.Equal(StatusCode.OK, (await SendAsync(client, protocol, "bob/1")).Code);
        using (var client = Connect(gateway))
            Assert.Equal(StatusCode.Unauthenticated, (await SendAsync(client, protocol, "alice/1")).Code);
        Assert.Equal(2, gateway.Restate.Calls.Count);
    }

    private static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    private static Task<ProtocolAnswer> SendAsync(ProtocolClient client, Protocol protocol, string key = "k") =>
        client.CallAsync(protocol, "orders.v1.OrderService/Send", GuardedGateway.SendRequest(key));

    private string[] ClientCertificates(string requirement) =>
        [$"Tls:ClientCertificates={requirement}", $"Tls:ClientCertificateAuthorityFile={_authorityFile.Path}"];

    private ProtocolClient Connect(GuardedGateway gateway, X509Certificate2? certificate = null, Action<X509Certificate2>? shown = null)
    {
        var address = new Uri($"https://localhost:{gateway.GrpcPort}");
        return new ProtocolClient(address, address, new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = _certificates.Trust(),
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, presented, _, errors) =>
                {
                    shown?.Invoke((X509Certificate2)presented!);
                    return errors == SslPolicyErrors.None;
                },
            },
        });
    }

    /// <summary>The serial number of the certificate that a new connection gets.</summary>
    private async Task<string> ShownAsync(GuardedGateway gateway)
    {
        var serialNumber = "";
        using var client = Connect(gateway, shown: certificate => serialNumber = certificate.SerialNumber);
        Assert.Equal(StatusCode.OK, (await SendAsync(client, Protocol.Grpc)).Code);
        return serialNumber;
    }
}
