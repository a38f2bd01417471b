using Auth.V1;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Gateway.Tests.Telemetry;

public class LogTests
{
    private const string Sentinel = "5entinel";

    [Fact]
    public async Task The_configuration_says_in_which_format()
    {
        await using var app = MachineGatewayApplication.Create(["--Logging:Console:FormatterName=json"]);
        Assert.Equal(ConsoleFormatterNames.Json, app.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
    }

    [Fact]
    public async Task No_payload_and_no_secret_is_logged_at_any_level()
    {
        using var log = new LogSink();
        await using var restate = await FakeRestate.StartAsync();
        restate.Publish("auth", AuthReflection.Descriptor);
        await using var gateway = await GatewayTestServer.StartAsync(
            restate,
            options =>
            {
                options.Upstream.BearerToken = Sentinel;
                options.RetryTimeout = TimeSpan.FromMilliseconds(300);
            },
            services => services.AddLogging(logging => logging.AddFilter<LogSink>(null, LogLevel.Trace).AddProvider(log)));

        restate.OnCall = http => http.Response.WriteAsync(FakeRestate.Snapshot.Replace("{}", $$"""{"token":"{{Sentinel}}"}""", StringComparison.Ordinal));
        Assert.Null(await CodeOfAsync("""{"key":"k","event":{"token":{"value":"?"}}}""".Replace("?", Sentinel, StringComparison.Ordinal)));
        Assert.Equal("invalid_argument", await CodeOfAsync("""{"key":"k","event":{"?":{}}}""".Replace("?", Sentinel, StringComparison.Ordinal)));
        Assert.Equal("invalid_argument", await CodeOfAsync($$"""{"key":"k","event":"{{Sentinel}}"}"""));

        restate.OnCall = http => http.Response.WriteAsync(FakeRestate.Snapshot.Replace("{}", $$"""{"token":["{{Sentinel}}"]}""", StringComparison.Ordinal));
        Assert.Equal("internal", await CodeOfAsync("""{"key":"k","event":{"auth":{}}}"""));

        restate.OnCall = http => FailAsync(http, 500);
        Assert.Equal("aborted", await CodeOfAsync("""{"key":"k","event":{"auth":{}}}"""));
        restate.OnCall = http => FailAsync(http, 400);
        Assert.Equal("invalid_argument", await CodeOfAsync("""{"key":"k","event":{"auth":{}}}"""));
        restate.OnCall = http => { http.Abort(); return Task.CompletedTask; };
        Assert.Equal("unavailable", await CodeOfAsync("""{"key":"k","event":{"auth":{}}}"""));

        Assert.Contains("auth.v1.AuthService/Send", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Sentinel, log.Text, StringComparison.Ordinal);

        Task<string?> CodeOfAsync(string json) =>
            gateway.CodeOfAsync("auth.v1.AuthService/Send", json, ("x-secret", Sentinel), ("authorization", $"Bearer {Sentinel}"));

        static Task FailAsync(HttpContext http, int status)
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync($$"""{"code":{{status}},"message":"event.value: not {{Sentinel}}","source":"invocation"}""");
        }
    }
}
