using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Client;

namespace Restate.Sdk.Tests.Client;

/// <summary>The ingress client against a stand-in that answers as it is told.</summary>
public sealed class IngressClientTests : IAsyncLifetime
{
    private static readonly Target Target = Restate.Sdk.Target.ForService("Svc", "do");

    private readonly List<Request> _requests = [];
    private readonly Queue<Func<HttpContext, Task>> _answers = new();
    private WebApplication? _app;

    [Fact]
    public async Task A_bearer_token_a_key_and_headers_are_sent()
    {
        using var client = await StartAsync(options => options with { BearerToken = "secret" });
        _answers.Enqueue(http => http.Response.WriteAsync("ok"));
        await client.CallAsync(
            Target,
            "{}"u8.ToArray(),
            new IngressCallOptions { IdempotencyKey = "k", Headers = new Dictionary<string, string> { ["x-a"] = "b" } });
        var request = Assert.Single(_requests);
        Assert.Equal("HTTP/2", request.Protocol);
        Assert.Equal("Bearer secret", request.Headers["authorization"]);
        Assert.Equal("k", request.Headers["idempotency-key"]);
        Assert.Equal("b", request.Headers["x-a"]);
        Assert.Equal("application/json", request.Headers["content-type"]);
    }

    [Theory]
    [InlineData("clé", "b", "'idempotency-key'")]
    [InlineData("k", "b\r\nx-c: d", "'x-a'")]
    [InlineData("", "b", "IdempotencyKey must not be empty")]
    public async Task A_header_that_cannot_be_sent_is_the_callers_mistake_and_no_failure_of_the_ingress(string key, string value, string problem)
    {
        using var client = await StartAsync();
        var options = new IngressCallOptions { IdempotencyKey = key, Headers = new Dictionary<string, string> { ["x-a"] = value } };
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => client.CallAsync(Target, default, options));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Theory]
    [InlineData("Content-Type")]
    [InlineData("content-encoding")]
    [InlineData("Idempotency-Key")]
    [InlineData("authorization")]
    [InlineData("a b")]
    public async Task A_header_that_would_get_lost_or_come_twice_is_refused(string name)
    {
        using var client = await StartAsync(options => options with { BearerToken = "secret" });
        var options = new IngressCallOptions { IdempotencyKey = "k", Headers = new Dictionary<string, string> { [name] = "x" } };
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => client.CallAsync(Target, "{}"u8.ToArray(), options));
        Assert.Contains($"'{name}'", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task A_bearer_token_that_changes_is_asked_for_with_each_request()
    {
        var tokens = new Queue<string>(["one", "two"]);
        using var client = await StartAsync(options => options with { BearerTokenSource = tokens.Dequeue });
        _answers.Enqueue(http => http.Response.WriteAsync("ok"));
        _answers.Enqueue(http => http.Response.WriteAsync("ok"));
        await client.CallAsync(Target, default);
        await client.CallAsync(Target, default);
        Assert.Equal(["Bearer one", "Bearer two"], _requests.Select(request => request.Headers["authorization"]));
    }

    [Fact]
    public async Task An_empty_body_has_no_content_type()
    {
        using var client = await StartAsync();
        _answers.Enqueue(http => http.Response.WriteAsync("ok"));
        await client.CallAsync(Target, default);
        Assert.DoesNotContain("content-type", _requests.Single().Headers.Keys);
    }

    [Fact]
    public async Task An_ingress_behind_a_path_keeps_it()
    {
        using var client = await StartAsync(options => options with { Address = new Uri(options.Address, "/tenant/a/") });
        _answers.Enqueue(http => http.Response.WriteAsync("ok"));
        await client.CallAsync(Target, default);
        Assert.Equal("/tenant/a/Svc/do", _requests.Single().Path);
    }

    [Fact]
    public async Task Errors_are_typed_from_their_document()
    {
        using var client = await StartAsync();
        _answers.Enqueue(Error(418, "invocation"));
        var exception = await Assert.ThrowsAsync<IngressException>(() => client.CallAsync(Target, default));
        Assert.Equal(
            (418, "told to", "invocation", "inv_1", "b", false),
            (exception.StatusCode, exception.Message, exception.Source, exception.InvocationId, exception.Metadata["a"], exception.IsRetryable));
    }

    [Theory]
    [InlineData(503, "ingress", true)]
    [InlineData(429, "ingress", true)]
    [InlineData(500, "invocation", false)]
    [InlineData(404, "ingress", false)]
    public async Task Only_what_may_pass_is_retryable(int status, string source, bool isRetryable)
    {
        using var client = await StartAsync();
        _answers.Enqueue(Error(status, source));
        var exception = await Assert.ThrowsAsync<IngressException>(() => client.CallAsync(Target, default));
        Assert.Equal(isRetryable, exception.IsRetryable);
    }

    [Fact]
    public async Task An_error_that_is_not_restates_has_its_status()
    {
        using var client = await StartAsync();
        _answers.Enqueue(http =>
        {
            http.Response.StatusCode = 502;
            return http.Response.WriteAsync("<html>bad gateway</html>");
        });
        var exception = await Assert.ThrowsAsync<IngressException>(() => client.CallAsync(Target, default));
        Assert.Equal((502, null, true), (exception.StatusCode, exception.Source, exception.IsRetryable));
    }

    [Theory]
    [InlineData("{\"message\": \"caf\u00e9\"}")]
    [InlineData("{\"message\": \"\\ud800\"}")]
    [InlineData("{\"metadata\": {\"a\": 1, \"a\": 2}}")]
    public async Task An_error_whose_text_cannot_be_read_has_its_status(string document)
    {
        using var client = await StartAsync();
        _answers.Enqueue(async http =>
        {
            http.Response.StatusCode = 503;
            await http.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(document));
        });
        var exception = await Assert.ThrowsAsync<IngressException>(() => client.CallAsync(Target, default));
        Assert.Equal((503, true), (exception.StatusCode, exception.IsRetryable));
    }

    [Theory]
    [InlineData("<html>welcome</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    public async Task A_receipt_that_is_not_restates_is_no_answer(string document)
    {
        using var client = await StartAsync();
        _answers.Enqueue(http => http.Response.WriteAsync(document));
        var exception = await Assert.ThrowsAsync<IngressException>(() => client.SendAsync(Target, default));
        Assert.Equal(0, exception.StatusCode);
    }

    [Fact]
    public async Task Calls_are_not_retried_unless_asked_for()
    {
        using var client = await StartAsync();
        _answers.Enqueue(Error(503, "ingress"));
        await Assert.ThrowsAsync<IngressException>(
            () => client.CallAsync(Target, default, new IngressCallOptions { IdempotencyKey = "k" }));
        Assert.Single(_requests);
    }

    [Fact]
    public async Task Calls_with_a_key_are_retried_when_asked_for()
    {
        using var client = await StartAsync(options => options with { Retry = Quick });
        _answers.Enqueue(Error(503, "ingress"));
        _answers.Enqueue(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        _answers.Enqueue(http => http.Response.WriteAsync("ok"));
        var response = await client.CallAsync(Target, default, new IngressCallOptions { IdempotencyKey = "k" });
        Assert.Equal("ok"u8, response.Body.Span);
        Assert.Equal(["k", "k", "k"], _requests.Select(request => request.Headers["idempotency-key"]));
    }

    [Fact]
    public async Task Calls_without_a_key_are_never_retried()
    {
        using var client = await StartAsync(options => options with { Retry = Quick });
        _answers.Enqueue(Error(503, "ingress"));
        await Assert.ThrowsAsync<IngressException>(() => client.CallAsync(Target, default));
        Assert.Single(_requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task A_call_is_not_repeated_when_an_http_11_connection_ends_without_an_answer(string body)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new IngressClient(
            new IngressOptions { Address = new Uri($"http://{listener.LocalEndpoint}"), Http2 = false });
        var first = client.CallAsync(Target, Encoding.UTF8.GetBytes(body));
        using (var connection = await listener.AcceptTcpClientAsync())
        {
            await using var stream = connection.GetStream();
            await ReadRequestAsync(stream);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"u8.ToArray());
            await first;

            var second = client.CallAsync(Target, Encoding.UTF8.GetBytes(body));
            await ReadRequestAsync(stream);
            connection.Client.Shutdown(SocketShutdown.Send);
            var repeated = listener.AcceptTcpClientAsync();
            Assert.Same(second, await Task.WhenAny(second, repeated));
            await Assert.ThrowsAsync<IngressException>(() => second);
        }

        async Task ReadRequestAsync(NetworkStream stream)
        {
            var request = "";
            var buffer = new byte[4096];
            while (!request.EndsWith("\r\n\r\n" + body, StringComparison.Ordinal))
                request += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        }
    }

    [Fact]
    public async Task Retries_end_after_their_attempts()
    {
        using var client = await StartAsync(options => options with { Retry = Quick });
        for (var i = 0; i < 3; i++)
            _answers.Enqueue(Error(503, "ingress"));
        await Assert.ThrowsAsync<IngressException>(() => client.AttachAsync("inv_1"));
        Assert.Equal(3, _requests.Count);
    }

    [Fact]
    public async Task A_unix_socket_takes_the_place_of_the_address()
    {
        var socket = Path.Combine(Path.GetTempPath(), $"restate-{Guid.NewGuid():n}.sock");
        using var client = await StartAsync(
            options => options with { Address = new Uri("http://nowhere.invalid:1"), UnixSocket = socket }, socket);
        _answers.Enqueue(http => http.Response.WriteAsync("ok"));
        var response = await client.CallAsync(Target, default);
        Assert.Equal("ok"u8, response.Body.Span);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_current_activity_goes_along_unless_the_caller_sees_to_that(bool propagates)
    {
        using var client = await StartAsync(options => options with { PropagateActivity = propagates });
        _answers.Enqueue(http => http.Response.WriteAsync("ok"));
        using var activity = new Activity("caller").Start();
        await client.CallAsync(Target, default);
        Assert.Equal(propagates, _requests.Single().Headers.GetValueOrDefault("traceparent")?.Contains(activity.TraceId.ToString()) ?? false);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private static IngressRetryPolicy Quick => new() { MaxAttempts = 3, InitialInterval = TimeSpan.FromMilliseconds(1) };

    private static Func<HttpContext, Task> Error(int status, string source) => http =>
    {
        http.Response.StatusCode = status;
        http.Response.Headers["x-restate-id"] = "inv_1";
        return http.Response.WriteAsync(JsonSerializer.Serialize(
            new { code = status, message = "told to", source, metadata = new Dictionary<string, string> { ["a"] = "b" } }));
    };

    private async Task<IngressClient> StartAsync(Func<IngressOptions, IngressOptions>? configure = null, string? socket = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2);
            if (socket is null)
                kestrel.Listen(IPAddress.Loopback, 0);
            else
                kestrel.ListenUnixSocket(socket);
        });
        _app = builder.Build();
        _app.Run(http =>
        {
            var request = http.Request;
            var headers = request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            _requests.Add(new Request(request.Protocol, request.Path, headers));
            return _answers.Dequeue()(http);
        });
        await _app.StartAsync();
        var options = new IngressOptions();
        if (socket is null)
            options = options with { Address = new Uri(_app.Urls.Single()) };
        return new IngressClient(configure?.Invoke(options) ?? options);
    }

    private sealed record Request(string Protocol, string Path, IReadOnlyDictionary<string, string> Headers);
}
