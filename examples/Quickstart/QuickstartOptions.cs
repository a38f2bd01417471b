using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Restate.Sdk.Server;

namespace Quickstart;

/// <summary>The command line: where everything listens, and where Restate keeps its data.</summary>
internal sealed record QuickstartOptions(
    int IngressPort, int AdminPort, int NodePort, int MachinesPort, int GrpcPort, int HttpPort, DirectoryInfo Data)
{
    /// <summary>Between the start and the cheat sheet, only what goes wrong is worth reading.</summary>
    public string[] Logging { get; } = ["--Logging:LogLevel:Default=Warning"];

    public Uri MachinesAddress => new($"http://127.0.0.1:{MachinesPort}");

    public RestateServerOptions Restate => new()
    {
        IngressPort = IngressPort,
        AdminPort = AdminPort,
        NodePort = NodePort,
        DataDirectory = Data.FullName,
    };

    /// <summary>Parses the command line. After <c>--help</c> or an error, which it has printed, the process ends.</summary>
    public static QuickstartOptions Parse(string[] args)
    {
        var ingress = Port("--ingress-port", "Restate's ingress", 8080);
        var admin = Port("--admin-port", "Restate's admin API and web UI", 9070);
        var node = Port("--node-port", "Restate's own node-to-node traffic", 5122);
        var machines = Port("--machines-port", "the machines' endpoint, which Restate calls", 9080);
        var grpc = Port("--grpc-port", "the gateway's gRPC", 50051);
        var http = Port("--http-port", "the gateway's HTTP/1.1: Connect, gRPC-Web and health", 50052);
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "The folder in which Restate keeps instances, journals and timers; it survives restarts",
            DefaultValueFactory = _ => new DirectoryInfo("restate-data"),
        };

        var command = new RootCommand("Runs restate-server, the example machines and the gateway on this machine.")
        {
            ingress, admin, node, machines, grpc, http, data,
        };
        QuickstartOptions? options = null;
        command.SetAction(parsed => options = new QuickstartOptions(
            Free(parsed, ingress), Free(parsed, admin), Free(parsed, node), Free(parsed, machines), Free(parsed, grpc), Free(parsed, http),
            parsed.GetRequiredValue(data)));
        var exitCode = command.Parse(args).Invoke();
        if (options is null)
        {
            Environment.Exit(exitCode);
        }

        return options;
    }

    private static Option<int> Port(string name, string purpose, int port) => new(name)
    {
        Description = $"The port of {purpose}",
        HelpName = "port",
        DefaultValueFactory = _ => port,
    };

    private static int Free(ParseResult parsed, Option<int> option)
    {
        var port = parsed.GetValue(option);
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return port;
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            Console.Error.WriteLine($"Port {port} cannot be used ({e.Message}). Free it, or choose another with {option.Name} <port>.");
            Environment.Exit(1);
            throw;
        }
    }
}
