using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Gateway.Security;
using Gateway.Tests.Support;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orders.V1;
using Rpc;

namespace Gateway.Tests.Security;

/// <summary>The gateway in an application that has authentication of its own.</summary>
public class OwnAuthenticationTests
{
    [Theory]
    [ClassData(typeof(Protocols))]
    public async Task The_applications_scheme_and_policy_decide(Protocol protocol)
    {
        await using var restate = await FakeRestate.StartAsync();
        await using var app = await StartAsync(restate);
        using var client = ClientOf(app);
        Assert.Equal(StatusCode.Unauthenticated, await SendAsync(client, protocol, "k"));
        Assert.Equal(StatusCode.PermissionDenied, await SendAsync(client, protocol, "k", ("who", "guest")));
        Assert.Equal(StatusCode.OK, await SendAsync(client, protocol, "k", ("who", "staff")));
        Assert.Equal(StatusCode.OK, (await client.CallAsync(protocol, "grpc.health.v1.Health/Check", new Empty())).Code);
        Assert.Single(restate.Calls);
        using var page = await client.GetAsync("/page");
        Assert.Equal((HttpStatusCode.Unauthorized, "Own"), (page.StatusCode, page.Headers.WwwAuthenticate.Single().Scheme));
    }

    [Fact]
    public async Task The_applications_handlers_have_their_say_next_to_the_rules()
    {
        await using var restate = await FakeRestate.StartAsync();
        await using var app = await StartAsync(restate, new AuthorizationRule { Key = "a*" });
        using var client = ClientOf(app);
        Assert.Equal(StatusCode.OK, await SendAsync(client, Protocol.Grpc, "a2", ("who", "staff")));
        Assert.Equal(StatusCode.PermissionDenied, await SendAsync(client, Protocol.Grpc, "a1", ("who", "staff")));
        Assert.Equal(StatusCode.OK, await SendAsync(client, Protocol.Grpc, "open", ("who", "staff")));
        Assert.Equal(StatusCode.PermissionDenied, await SendAsync(client, Protocol.Grpc, "b2", ("who", "staff")));
    }

    [Fact]
    public async Task The_applications_handlers_have_their_say_without_rules_too()
    {
        await using var restate = await FakeRestate.StartAsync();
        await using var app = await StartAsync(restate);
        using var client = ClientOf(app);
        Assert.Equal(StatusCode.OK, await SendAsync(client, Protocol.Grpc, "a2", ("who", "staff")));
        Assert.Equal(StatusCode.PermissionDenied, await SendAsync(client, Protocol.Grpc, "a1", ("who", "staff")));
    }

    [Fact]
    public async Task The_applications_authorization_service_decides_without_rules_too()
    {
        await using var restate = await FakeRestate.StartAsync();
        await using var app = await StartAsync(restate, services => services.AddTransient<IAuthorizationService, PagesOnly>());
        using var client = ClientOf(app);
        Assert.Equal(StatusCode.PermissionDenied, await SendAsync(client, Protocol.Grpc, "a2", ("who", "staff")));
    }

    [Fact]
    public async Task The_applications_handler_may_be_made_for_each_call()
    {
        await using var restate = await FakeRestate.StartAsync();
        await using var app = await StartAsync(restate, services => services.AddScoped<IAuthorizationHandler, OfOneCall>());
        using var client = ClientOf(app);
        Assert.Equal(StatusCode.OK, await SendAsync(client, Protocol.Grpc, "a", ("who", "staff")));
        Assert.Equal(StatusCode.OK, await SendAsync(client, Protocol.Grpc, "b", ("who", "staff")));
    }

    private static Task<WebApplication> StartAsync(FakeRestate restate, params AuthorizationRule[] rules) =>
        StartAsync(restate, services => services.AddSingleton<IAuthorizationHandler, OddKeysAreClosed>(), rules);

    private static async Task<WebApplication> StartAsync(
        FakeRestate restate, Action<IServiceCollection> authorize, params AuthorizationRule[] rules)
    {
        restate.Publish("order", OrdersReflection.Descriptor);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddAuthentication("Own").AddScheme<AuthenticationSchemeOptions, OwnScheme>("Own", null);
        builder.Services.AddAuthorizationBuilder().AddPolicy("Staff", policy => policy.RequireClaim("staff"));
        authorize(builder.Services);
        builder.Services.AddMachineGateway(gateway =>
        {
            gateway.Ingress = restate.Ingress;
            gateway.Admin = restate.Admin;
            gateway.Upstream.Http1Connections = 0;
            gateway.RetryTimeout = TimeSpan.FromSeconds(5);
            foreach (var rule in rules)
                gateway.Authorization.Rules.Add(rule);
        });
        var app = builder.Build();
        app.MapMachineGateway().RequireAuthorization("Staff");
        app.MapGet("/page", () => "for staff").RequireAuthorization("Staff");
        await app.StartAsync();
        return app;
    }

    private static ProtocolClient ClientOf(WebApplication app) => new(new Uri(app.Urls.First()), new Uri(app.Urls.Last()));

    private static async Task<StatusCode> SendAsync(
        ProtocolClient client, Protocol protocol, string key, params (string Name, string Value)[] headers) =>
        (await client.CallAsync(protocol, "orders.v1.OrderService/Send", GuardedGateway.SendRequest(key), headers)).Code;

    private sealed class OddKeysAreClosed : AuthorizationHandler<MachineOperationRequirement, MachineOperation>
    {
        protected override Task HandleRequirementAsync(
            AuthorizationHandlerContext context, MachineOperationRequirement requirement, MachineOperation resource)
        {
            if (resource.Key!.EndsWith('1'))
                context.Fail();
            else if (resource.Key == "open")
                context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }

    private sealed class OfOneCall : AuthorizationHandler<MachineOperationRequirement, MachineOperation>
    {
        private bool _hasDecided;

        protected override Task HandleRequirementAsync(
            AuthorizationHandlerContext context, MachineOperationRequirement requirement, MachineOperation resource)
        {
            if (_hasDecided)
                context.Fail();
            _hasDecided = true;
            return Task.CompletedTask;
        }
    }

    private sealed class PagesOnly : IAuthorizationService
    {
        public Task<AuthorizationResult> AuthorizeAsync(ClaimsPrincipal user, object? resource, IEnumerable<IAuthorizationRequirement> requirements) =>
            Task.FromResult(resource is MachineOperation ? AuthorizationResult.Failed() : AuthorizationResult.Success());

        public Task<AuthorizationResult> AuthorizeAsync(ClaimsPrincipal user, object? resource, string policyName) =>
            Task.FromResult(AuthorizationResult.Success());
    }

    private sealed class OwnScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["who"].ToString() is { Length: > 0 } who
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(who, "")], Scheme.Name)), Scheme.Name))
                : AuthenticateResult.NoResult());

        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.Headers.WWWAuthenticate = Scheme.Name;
            return Task.CompletedTask;
        }
    }
}
