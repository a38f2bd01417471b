using System.Net;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Hosting;
using Restate.Sdk.Tests.Hosting;

namespace Restate.Sdk.Tests.Server;

/// <summary>The server signs its requests, and the endpoint asks for that.</summary>
public sealed class SignedRequestsFixture : RestateFixture, IDisposable
{
    private readonly Ed25519Signer _signer = new();
    private readonly string _pem = Path.GetTempFileName();

    protected override IReadOnlyDictionary<string, string> ServerEnvironment
    {
        get
        {
            File.WriteAllText(_pem, _signer.Pem);
            return new Dictionary<string, string> { ["RESTATE_WORKER__INVOKER__REQUEST_IDENTITY_PRIVATE_KEY_PEM_FILE"] = _pem };
        }
    }

    protected override void Configure(RestateEndpointOptions options) => options.IdentityKeys.Add(_signer.IdentityKey);

    public void Dispose()
    {
        File.Delete(_pem);
        _signer.Dispose();
    }
}

public sealed class SignedRequestsTests(SignedRequestsFixture restate) : IClassFixture<SignedRequestsFixture>
{
    [Fact]
    public async Task Signed_requests_are_served() => Assert.Equal(
        "404 no one", await restate.Ingress.CallAsync<string, string>(Target.ForService("Steps", "runFails"), "one"));

    [Theory]
    [InlineData("GET", "/discover")]
    [InlineData("POST", "/invoke/Steps/runFails")]
    public async Task Requests_of_others_are_refused_and_logged_without_the_token(string method, string path)
    {
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(restate.Endpoint, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("x-restate-signature-scheme", "v1");
        request.Headers.Add("x-restate-jwt-v1", "c2VjcmV0.dG9rZW4.AAAA");
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains(
            restate.Log.Entries,
            entry => entry.Level == LogLevel.Warning && entry.Message.StartsWith($"Refused a request for {path}", StringComparison.Ordinal));
        Assert.DoesNotContain(restate.Log.Entries, entry => entry.Message.Contains("c2VjcmV0", StringComparison.Ordinal));
    }
}
