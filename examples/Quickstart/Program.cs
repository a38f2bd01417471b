using ExampleMachines;
using Gateway;
using Machines;
using Quickstart;
using Restate.Sdk.Client;
using Restate.Sdk.Server;

var options = QuickstartOptions.Parse(args);
using var shutdown = new ShutdownSignal();
try
{
    // Restate keeps every instance, journal and timer. In production it is a cluster that runs already.
    await using var restate = await RestateServer.StartAsync(options.Restate, shutdown.Token);

    // The machines: an HTTP endpoint that Restate calls, one virtual object for each machine.
    await using var machines = MachineHost.Create(
        [.. options.Logging, "--urls", options.MachinesAddress.ToString()],
        AuthMachine.Definition, CounterMachine.Definition, PaymentMachine.Definition);
    await machines.StartAsync(shutdown.Token);
    using var admin = new AdminClient(new AdminOptions { Address = restate.AdminAddress });
    await admin.RegisterDeploymentAsync(options.MachinesAddress, new DeploymentRegistration { Force = true }, shutdown.Token);

    // The gateway: learns the typed services from Restate, and serves them to clients in any language.
    await using var gateway = MachineGatewayApplication.Create(options.Logging, gateway =>
    {
        gateway.Ingress = restate.IngressAddress;
        gateway.Admin = restate.AdminAddress;
        gateway.GrpcPort = options.GrpcPort;
        gateway.HttpPort = options.HttpPort;
    });
    await gateway.StartAsync(shutdown.Token);

    Console.WriteLine(CheatSheet.For(options));
    await shutdown.WaitAsync();
}
catch (RestateServerException e)
{
    Console.Error.WriteLine(e.Message);
    Environment.ExitCode = 1;
}
catch (OperationCanceledException) when (shutdown.Token.IsCancellationRequested)
{
    // Stopped while it was starting.
}
