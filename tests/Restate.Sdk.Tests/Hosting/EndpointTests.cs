using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Hosting;
using Restate.Sdk.Protocol;
using Restate.Sdk.Tests.Protocol;
using Restate.Sdk.Tests.Server;

namespace Restate.Sdk.Tests.Hosting;

public sealed class EndpointTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapRestateEndpoint(TestServices.All);
        await _app.StartAsync();
        _client = _app.GetTestClient();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("application/vnd.restate.endpointmanifest.v4+json, application/vnd.restate.endpointmanifest.v3+json", 4)]
    [InlineData("application/vnd.restate.endpointmanifest.v2+json, application/vnd.restate.endpointmanifest.v1+json", 2)]
    [InlineData("application/vnd.restate.endpointmanifest.v1+json", 1)]
    [InlineData("application/vnd.restate.endpointmanifest.v9+json, application/vnd.restate.endpointmanifest.v3+json", 3)]
    public async Task The_manifest_comes_in_the_newest_version_both_know(string accept, int version)
    {
        using var response = await DiscoverAsync(accept);
        Assert.Equal($"application/vnd.restate.endpointmanifest.v{version}+json", response.Content.Headers.ContentType?.ToString());
        var manifest = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStreamAsync());
        Assert.Equal("BIDI_STREAM", manifest.GetProperty("protocolMode").GetString());
        Assert.Equal((5, 7), (manifest.GetProperty("minProtocolVersion").GetInt32(), manifest.GetProperty("maxProtocolVersion").GetInt32()));
        var store = manifest.GetProperty("services").EnumerateArray().Single(s => s.GetProperty("name").GetString() == "LazyStore");
        Assert.Equal(version >= 3, store.TryGetProperty("enableLazyState", out _));
        Assert.Equal("EXCLUSIVE", store.GetProperty("handlers")[0].GetProperty("ty").GetString());
    }

    [Fact]
    public async Task A_manifest_nobody_knows_is_refused()
    {
        using var response = await DiscoverAsync("application/vnd.restate.endpointmanifest.v9+json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("application/vnd.restate.invocation.v4")]
    [InlineData("application/vnd.restate.invocation.v8")]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task A_protocol_version_nobody_knows_is_refused(string? contentType)
    {
        using var response = await InvokeAsync("/invoke/Steps/runFails", contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData("/invoke/Nobody/home")]
    [InlineData("/invoke/Steps/nothing")]
    [InlineData("/invoke/Steps")]
    public async Task An_unknown_handler_is_not_found(string path)
    {
        using var response = await InvokeAsync(path, "application/vnd.restate.invocation.v6");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task An_invocation_is_answered_in_the_protocol_it_came_in()
    {
        using var response = await InvokeAsync(
            "/invoke/Steps/headers", "application/vnd.restate.invocation.v5", Wire.Start(1), Wire.Input("\"x\"", ("x", "1")));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/vnd.restate.invocation.v5", response.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("restate-sdk-dotnet/", response.Headers.GetValues("x-restate-server").Single(), StringComparison.Ordinal);
        var frames = Frame.DecodeAll(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal([MessageType.OutputCommand, MessageType.End], frames.Select(frame => frame.Type));
        Assert.Equal("\"1\"", frames[0].Message(14).Text(1));
    }

    [Fact]
    public async Task A_request_that_is_not_the_JSON_expected_fails_with_400()
    {
        using var response = await InvokeAsync(
            "/invoke/Steps/sleep", "application/vnd.restate.invocation.v6", Wire.Start(1), Wire.Input("{"));
        var frames = Frame.DecodeAll(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(400UL, frames[0].Message(15).Number(1));
    }

    [Fact]
    public async Task State_is_out_of_reach_of_a_plain_service()
    {
        using var response = await InvokeAsync(
            "/invoke/Steps/misuse", "application/vnd.restate.invocation.v6", Wire.Start(1), Wire.Input("\"x\""));
        var error = Assert.Single(Frame.DecodeAll(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal((MessageType.Error, 500UL), (error.Type, error.Number(1)));
        Assert.Contains("plain service's handler", error.Text(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_may_choose_when_it_is_retried()
    {
        using var response = await InvokeAsync(
            "/invoke/Steps/retryLater", "application/vnd.restate.invocation.v6", Wire.Start(1), Wire.Input("\"x\""));
        var error = Assert.Single(Frame.DecodeAll(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal((MessageType.Error, 3000UL), (error.Type, error.Number(8)));
    }

    [Fact]
    public async Task Garbage_ends_the_invocation_with_571()
    {
        using var response = await InvokeAsync(
            "/invoke/Steps/sleep", "application/vnd.restate.invocation.v6", Wire.Start(1), [4, 0, 0, 0, 0, 0, 0, 1, 255]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var error = Assert.Single(Frame.DecodeAll(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal((MessageType.Error, 571UL), (error.Type, error.Number(1)));
    }

    [Fact]
    public async Task The_endpoint_is_healthy() => Assert.Equal("ok", await _client.GetStringAsync(new Uri("/health", UriKind.Relative)));

    [Fact]
    public void Names_are_checked()
    {
        RawHandler handler = (_, input) => ValueTask.FromResult(input);
        Assert.Throws<ArgumentException>(() => new ServiceRegistry([Definition("1x", "h")]));
        Assert.Throws<ArgumentException>(() => new ServiceRegistry([Definition("x", "h.i")]));
        Assert.Throws<ArgumentException>(() => new ServiceRegistry([Definition("x", "h", "h")]));
        Assert.Throws<ArgumentException>(() => new ServiceRegistry([Definition("x", "h"), Definition("x", "i")]));

        ServiceDefinition Definition(string name, params string[] handlers) => new(name, ServiceType.Service)
        {
            Handlers = [.. handlers.Select(h => new HandlerDefinition(h, HandlerType.Shared, handler))],
        };
    }

    private async Task<HttpResponseMessage> DiscoverAsync(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/discover");
        request.Headers.TryAddWithoutValidation("accept", accept);
        return await _client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> InvokeAsync(string path, string? contentType, params byte[][] frames)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent([.. frames.SelectMany(frame => frame)]),
        };
        if (contentType is not null)
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await _client.SendAsync(request);
    }
}
