using Microsoft.AspNetCore.Server.Kestrel.Core;
using Restate.Sdk.Hosting;

namespace Restate.Sdk.Tests.Server;

/// <summary>An endpoint that cannot speak HTTP/2: request/response mode over HTTP/1.1.</summary>
public sealed class Http11Fixture : RestateFixture
{
    protected override HttpProtocols Protocols => HttpProtocols.Http1;

    protected override void Configure(RestateEndpointOptions options) => options.BidirectionalStreaming = false;
}

public sealed class Http11Tests(Http11Fixture restate) : IClassFixture<Http11Fixture>
{
    [Fact]
    public async Task Handlers_suspend_and_go_on() =>
        Assert.Equal("slept", await restate.Ingress.CallAsync<int, string>(Target.ForService("Steps", "sleep"), 10));

    [Fact]
    public async Task Handlers_call_each_other() => Assert.Equal(
        5, await restate.Ingress.CallAsync<string, long>(Target.ForService("Steps", "callCounter"), $"k{Guid.NewGuid():n}"));
}
