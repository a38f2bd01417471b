using Restate.Sdk.Client;
using Restate.Sdk.Server;

namespace EndToEnd.Crashes;

/// <summary>
/// The host is killed after each message that it writes to journals: after the first in one run of a scenario, after the second in the
/// next, and so on until a run ends before its turn. Most messages are entries, and several go in one write; it may be cut short.
/// Each run ends as one without a crash does, and nothing is done again that a journal has.
/// </summary>
public abstract class CrashScenarios(CrashScenarios.Fixture fixture)
{
    [Theory]
    [InlineData("sends")]
    [InlineData("reset")]
    [InlineData("promise")]
    [InlineData("timers")]
    [InlineData("actions")]
    [InlineData("children")]
    [InlineData("waitFor with event")]
    [InlineData("waitFor decided at once")]
    [InlineData("waitFor that fails at once")]
    [InlineData("waitFor decided by a send")]
    [InlineData("sendAndWaitFor decided at once")]
    [InlineData("sendAndWaitFor decided later")]
    [InlineData("dispose")]
    public Task A_crash_after_any_message_to_a_journal_changes_nothing(string scenario) => fixture.CrashAsync(scenario, HostInProcess.StartAsync);

    public abstract class Fixture(IReadOnlyDictionary<string, string> environment) : IAsyncLifetime
    {
        private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("crashes-");
        private int _hosts;

        private JournalProxy Proxy { get; } = new();

        private RestateServer Server { get; set; } = null!;

        private AdminClient Admin { get; set; } = null!;

        private IngressClient Ingress { get; set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await RestateServer.StartAsync(new RestateServerOptions
            {
                IngressPort = 0,
                AdminPort = 0,
                NodePort = 0,
                DataDirectory = Path.Combine(_data.FullName, "restate"),
                Environment = new Dictionary<string, string>(environment)
                {
                    ["RESTATE_DEFAULT_RETRY_POLICY__INITIAL_INTERVAL"] = "10ms",
                    ["RESTATE_DEFAULT_RETRY_POLICY__MAX_INTERVAL"] = "100ms",
                    ["RESTATE_DEFAULT_RETRY_POLICY__MAX_ATTEMPTS"] = "unlimited",
                },
            });
            Admin = new AdminClient(new AdminOptions { Address = Server.AdminAddress });
            Ingress = new IngressClient(new IngressOptions { Address = Server.IngressAddress });
        }

        public async Task DisposeAsync()
        {
            Ingress.Dispose();
            Admin.Dispose();
            await Server.DisposeAsync();
            await Proxy.DisposeAsync();
            _data.Delete(recursive: true);
        }

        internal async Task CrashAsync(string name, Func<string, Task<IRunningHost>> startHost)
        {
            var scenario = CrashScenario.All[name];
            var host = await StartAsync();
            try
            {
                var link = Proxy.Connect(host.Port, messages: null);
                await Admin.RegisterDeploymentAsync(Proxy.Address, new DeploymentRegistration { Force = true });
                var key = NewKey();
                var undisturbed = await RunAsync(scenario, key);
                Assert.Equal(scenario.Effects, host.Ledger.Of(key));
                Assert.Equal(scenario.Effects.Count, link.RunResults);

                for (var messages = 1; ; messages++)
                {
                    key = NewKey();
                    link = Proxy.Connect(host.Port, messages);
                    var run = RunAsync(scenario, key);
                    await Task.WhenAny(link.Cut, run);
                    if (!link.IsCut)
                    {
                        Assert.Equal(undisturbed, await run);

                        // Each invocation sends an output and an end at least.
                        Assert.InRange(messages - 1, 2 * scenario.Invocations, int.MaxValue);
                        break;
                    }

                    await host.KillAsync();
                    await new CrashUser(Ingress, Admin, key).SeesJournaledAsync(link.Commands);
                    var before = host.Ledger.Of(key);
                    host = await StartAsync();
                    Proxy.Connect(host.Port, messages: null);
                    var crashed = await run;
                    var after = host.Ledger.Of(key);

                    Assert.True(undisturbed.SequenceEqual(crashed), $"After message {messages}:\n{string.Join('\n', crashed)}\ninstead of\n{string.Join('\n', undisturbed)}");
                    var expected = scenario.Effects.Skip(link.RunResults);
                    Assert.True(
                        after.SequenceEqual(expected) && scenario.Effects.Take(link.RunResults).All(before.Contains),
                        $"After message {messages}, with {link.RunResults} results in the journals: {string.Join(", ", before)} before, and {string.Join(", ", after)} after");
                }
            }
            finally
            {
                await host.KillAsync();
            }

            Task<IRunningHost> StartAsync() => startHost(Path.Combine(_data.FullName, $"ledger-{_hosts++}"));
        }

        /// <returns>The answers, and the snapshots at the end.</returns>
        private async Task<IReadOnlyList<string>> RunAsync(CrashScenario scenario, string key)
        {
            var user = new CrashUser(Ingress, Admin, key);
            var seen = new List<string>(await scenario.ActAsync(user));
            await user.SeesAllEndedAsync(scenario.Invocations);
            foreach (var machine in scenario.Machines)
                seen.Add(await user.CallAsync(machine, "snapshot"));
            return seen;
        }

        private static string NewKey() => $"{Guid.NewGuid():N}";
    }

    public sealed class NormalFixture() : Fixture(new Dictionary<string, string>());

    public sealed class ReplayFixture() : Fixture(new Dictionary<string, string> { ["RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT"] = "0s" });
}

public sealed class Crash_scenarios(CrashScenarios.NormalFixture fixture)
    : CrashScenarios(fixture), IClassFixture<CrashScenarios.NormalFixture>
{
    private readonly NormalFixture _fixture = fixture;

    [Fact]
    public Task A_process_that_is_killed_after_any_message_to_a_journal_changes_nothing() => _fixture.CrashAsync("actions", HostProcess.StartAsync);
}

public sealed class Crash_scenarios_under_forced_replay(CrashScenarios.ReplayFixture fixture)
    : CrashScenarios(fixture), IClassFixture<CrashScenarios.ReplayFixture>;
