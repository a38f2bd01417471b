using System.Collections.Concurrent;
using System.Globalization;
using Machines;
using Machines.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Restate.Sdk.Client;
using Restate.Sdk.Hosting;
using Restate.Sdk.Server;

namespace EndToEnd.RandomRuns;

/// <summary>
/// Random machines take random runs on a real server, as virtual objects of one host, and are after each step where the pure engine says.
/// </summary>
/// <remarks>
/// <c>RANDOM_MACHINES</c> says how many machines, <c>RANDOM_MACHINES_SEED</c> of which first seed. A failure names the machine, whose
/// name ends in its seed; <c>node cases.mjs 1 &lt;seed&gt;</c> beside the generator prints it.
/// </remarks>
public abstract class RandomRunScenarios(int firstSeed, IReadOnlyDictionary<string, string> environment)
{
    // A server's registry holds about a thousand of them.
    private const int MachinesOfOneServer = 250;
    private const int AtOnce = 16;

    [Fact]
    public async Task Random_machines_are_where_the_pure_engine_is()
    {
        var first = Setting("RANDOM_MACHINES_SEED", firstSeed);
        var count = Setting("RANDOM_MACHINES", 150);
        for (var done = 0; done < count; done += MachinesOfOneServer)
        {
            var differences = await RunAsync(await RandomCase.MakeAsync(first + done, Math.Min(MachinesOfOneServer, count - done)));
            Assert.True(differences.IsEmpty, string.Join(Environment.NewLine, differences));
        }
    }

    private async Task<ConcurrentQueue<string>> RunAsync(IReadOnlyList<RandomCase> cases)
    {
        var data = Directory.CreateTempSubdirectory("random-machines-");
        try
        {
            await using var server = await RestateServer.StartAsync(new RestateServerOptions
            {
                IngressPort = 0,
                AdminPort = 0,
                NodePort = 0,
                DataDirectory = data.FullName,
                Environment = environment,
            });
            return await RunAsync(server, cases);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<ConcurrentQueue<string>> RunAsync(RestateServer server, IReadOnlyList<RandomCase> cases)
    {
        var timers = new HeldTimers();
        await using var host = await ServeAsync(timers, cases);
        using var admin = new AdminClient(new AdminOptions { Address = server.AdminAddress });
        using var ingress = new IngressClient(new IngressOptions { Address = server.IngressAddress });
        await admin.RegisterDeploymentAsync(new Uri(host.Urls.Single()));

        var differences = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (random, _) =>
        {
            if (await new DurableRun(ingress, timers, random).FindDifferenceAsync() is { } difference)
                differences.Enqueue(difference);
        });
        return differences;
    }

    private static async Task<WebApplication> ServeAsync(HeldTimers timers, IEnumerable<RandomCase> cases)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var host = builder.Build();
        host.MapRestateEndpoint(cases.Select(random => timers.Serve(new MachineObject(new DurableMachine(random.Name, random.Machine)).Define())));
        await host.StartAsync();
        return host;
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}

public sealed class Random_runs() : RandomRunScenarios(firstSeed: 1, new Dictionary<string, string>());

public sealed class Random_runs_under_forced_replay()
    : RandomRunScenarios(firstSeed: 1001, new Dictionary<string, string> { ["RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT"] = "0s" });
