using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Restate.Sdk;
using Restate.Sdk.Client;
using Restate.Sdk.Server;

namespace Machines.Testing;

/// <summary>
/// A real restate-server on free ports and in a folder of its own, with machines that are served by this process: what a test of a
/// machine needs. Start one for a whole test class; instances are apart by their keys.
/// </summary>
/// <example>
/// <code>
/// await using var host = await RestateTestHost.StartAsync(new DurableMachine("order", OrderMachine.Build()));
/// var snapshot = await host.CallAsync("order", "o-1", "send", """{"event": {"type": "SUBMIT"}}""");
/// </code>
/// </example>
public sealed class RestateTestHost : IAsyncDisposable
{
    private readonly DirectoryInfo _data;
    private WebApplication? _machines;

    private RestateTestHost(DirectoryInfo data, RestateServer server)
    {
        _data = data;
        Server = server;
        Ingress = new IngressClient(new IngressOptions { Address = server.IngressAddress });
        Admin = new AdminClient(new AdminOptions { Address = server.AdminAddress });
    }

    /// <summary>The server, to be stopped, killed or restarted.</summary>
    public RestateServer Server { get; }

    /// <summary>Calls machines.</summary>
    public IngressClient Ingress { get; }

    /// <summary>Queries state and invocations.</summary>
    public AdminClient Admin { get; }

    /// <summary>Starts a server, and the machines on it.</summary>
    /// <param name="machines">What to serve.</param>
    /// <exception cref="RestateServerException">The server cannot be found or does not start.</exception>
    public static Task<RestateTestHost> StartAsync(params IEnumerable<DurableMachine> machines) =>
        StartAsync(new Dictionary<string, string>(), machines);

    /// <inheritdoc cref="StartAsync(IEnumerable{DurableMachine})"/>
    /// <param name="environment">
    /// Settings of the server, such as <c>RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT=0s</c>, which suspends at every wait and so
    /// replays every journal.
    /// </param>
    /// <param name="machines">What to serve.</param>
    public static async Task<RestateTestHost> StartAsync(IReadOnlyDictionary<string, string> environment, params IEnumerable<DurableMachine> machines)
    {
        var data = Directory.CreateTempSubdirectory("machines-testing-");
        var server = await RestateServer.StartAsync(new RestateServerOptions
        {
            IngressPort = 0,
            AdminPort = 0,
            NodePort = 0,
            DataDirectory = data.FullName,
            Environment = environment,
        });
        var host = new RestateTestHost(data, server);
        try
        {
            await host.DeployAsync(machines);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves other machines in place of those that are served now, as a deployment would. Instances stay.</summary>
    /// <param name="machines">What to serve from now on.</param>
    public async Task DeployAsync(params IEnumerable<DurableMachine> machines)
    {
        var next = MachineHost.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"], machines);
        await next.StartAsync();
        await Admin.RegisterDeploymentAsync(new Uri(next.Urls.Single()), new DeploymentRegistration { Force = true });
        if (_machines is { } previous)
            await previous.DisposeAsync();
        _machines = next;
    }

    /// <summary>Calls a handler of a machine.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="key">The instance.</param>
    /// <param name="handler"><c>create</c>, <c>send</c>, <c>snapshot</c>, <c>waitFor</c> or <c>dispose</c>.</param>
    /// <param name="json">The request; empty for none.</param>
    /// <returns>The answer: the snapshot; undefined where there is none.</returns>
    /// <exception cref="IngressException">The machine refused; the status and message say why.</exception>
    public async Task<JsonElement> CallAsync(string machine, string key, string handler, string json = "")
    {
        var body = Encoding.UTF8.GetBytes(json);
        var answer = await Ingress.CallAsync(Target.Object(machine, key, handler), body);
        return answer.Body.IsEmpty ? default : JsonElement.Parse(answer.Body.Span);
    }

    /// <summary>Stops everything, and deletes the server's data.</summary>
    public async ValueTask DisposeAsync()
    {
        Ingress.Dispose();
        Admin.Dispose();
        if (_machines is { } machines)
            await machines.DisposeAsync();
        await Server.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
