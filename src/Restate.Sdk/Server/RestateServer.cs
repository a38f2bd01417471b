using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Restate.Sdk.Client;

namespace Restate.Sdk.Server;

/// <summary>
/// A Restate server as a child process, on the loopback interface only, for development and tests. It ends when this process ends,
/// however that happens.
/// </summary>
public sealed partial class RestateServer : IAsyncDisposable
{
    // The watcher starts the server, says its process id, and kills it when our end of its standard input closes. It has a session
    // of its own where it can, and is deaf to signals, so that what is sent to our process group (Ctrl+C in a terminal, a kill of the
    // whole group) ends us and not the watcher.
    internal const string Watcher = """
        if [ -z "$RESTATE_WATCHER" ] && command -v setsid >/dev/null; then
          RESTATE_WATCHER=1 exec setsid /bin/sh -c "$0" "$0" "$@"
        fi
        trap '' INT HUP TERM
        exec 3<&0
        log=$1
        shift
        ( unset RESTATE_WATCHER; trap - INT HUP TERM; exec "$@" </dev/null >>"$log" 2>&1 3<&- ) &
        server=$!
        echo $server
        exec 1>&- 2>/dev/null
        ( read -r _ <&3; kill -KILL $server 2>/dev/null ) &
        guard=$!
        wait $server
        status=$?
        kill -KILL $guard 2>/dev/null
        exit $status
        """;

    private const int TailLines = 30;

    // Below the ports that connections are given: none of them takes a server's while it restarts.
    private const int FirstFreePort = 20_000;
    private const uint FreePorts = 6_000;

    private static int _nextFreePort = Random.Shared.Next();

    private readonly RestateServerOptions _options;
    private readonly string _binary;
    private readonly int _nodePort;
    private Process? _watcher;

    private RestateServer(RestateServerOptions options, string binary)
    {
        _options = options;
        _binary = binary;
        DataDirectory = Path.GetFullPath(options.DataDirectory);
        LogFile = Path.Combine(DataDirectory, "restate-server.log");
        var ports = ReservePorts(options.IngressPort, options.AdminPort, options.NodePort);
        IngressAddress = Address(ports[0]);
        AdminAddress = Address(ports[1]);
        _nodePort = ports[2];
    }

    /// <summary>The ingress' address.</summary>
    public Uri IngressAddress { get; }

    /// <summary>The admin API's address.</summary>
    public Uri AdminAddress { get; }

    /// <summary>The folder of the server's data and log.</summary>
    public string DataDirectory { get; }

    /// <summary>The server's log.</summary>
    public string LogFile { get; }

    /// <summary>The server's process id; that of the last server when none runs.</summary>
    public int ProcessId { get; private set; }

    /// <summary>True while the server's process runs.</summary>
    public bool IsRunning => _watcher is { HasExited: false };

    /// <summary>The server leaves folders behind there.</summary>
    private string TemporaryDirectory => Path.Combine(DataDirectory, "tmp");

    /// <summary>Starts a server and waits until it is healthy.</summary>
    /// <param name="options">Ports, data folder and the like.</param>
    /// <param name="cancellationToken">Gives up; the server is killed.</param>
    /// <exception cref="RestateServerException">
    /// There is no executable, a port is taken, or the server ended; the message then has the end of its log.
    /// </exception>
    public static async Task<RestateServer> StartAsync(
        RestateServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Restate has no server for Windows; run it in WSL or a container.");

        options ??= new RestateServerOptions();
        var server = new RestateServer(options, RestateBinary.Find(options.BinaryPath));
        await server.StartProcessAsync(cancellationToken);
        return server;
    }

    /// <summary>Stops the server in an orderly way; kills it when that takes too long. Does nothing when it does not run.</summary>
    public async Task StopAsync()
    {
        if (_watcher is not { HasExited: false } watcher)
            return;

        _ = SendSignal(ProcessId, SignalTerm);
        try
        {
            await watcher.WaitForExitAsync(new CancellationTokenSource(_options.StopTimeout).Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    /// <summary>Kills the server, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_watcher is not { HasExited: false } watcher)
            return;

        _ = SendSignal(ProcessId, SignalKill);
        await watcher.WaitForExitAsync();
    }

    /// <summary>Stops the server if it runs, and starts it again on the same ports and data.</summary>
    /// <param name="cancellationToken">Gives up; the server is killed.</param>
    /// <exception cref="RestateServerException">As for <see cref="StartAsync"/>.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartProcessAsync(cancellationToken);
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _watcher?.Dispose();
        _watcher = null;
    }

    private static Uri Address(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    /// <summary>Checks the ports that are given and picks the others. All are held until all are known, so that none is picked twice.</summary>
    private static int[] ReservePorts(params int[] ports)
    {
        var listeners = new List<TcpListener>();
        try
        {
            foreach (var port in ports)
            {
                try
                {
                    listeners.Add(port == 0 ? ListenOnFreePort() : Listen(port));
                }
                catch (SocketException exception)
                {
                    throw new RestateServerException(
                        $"Port {port} on 127.0.0.1 cannot be used for the Restate server ({exception.Message}). " +
                        "Stop what listens there, or choose another port; 0 picks a free one.",
                        exception);
                }
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    private static TcpListener ListenOnFreePort()
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return Listen(FirstFreePort + (int)((uint)Interlocked.Increment(ref _nextFreePort) % FreePorts));
            }
            catch (SocketException) when (tried < FreePorts)
            {
                // Taken; the next.
            }
        }
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(TemporaryDirectory);
        ReservePorts(IngressAddress.Port, AdminAddress.Port, _nodePort);
        _watcher?.Dispose();
        _watcher = Process.Start(StartInfo()) ?? throw new RestateServerException("/bin/sh did not start.");
        var pid = await _watcher.StandardOutput.ReadLineAsync(cancellationToken);
        ProcessId = int.Parse(pid ?? throw Exited(), CultureInfo.InvariantCulture);
        try
        {
            await WaitUntilHealthyAsync(cancellationToken);
        }
        catch
        {
            await KillAsync();
            throw;
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var info = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", Watcher, Watcher, LogFile, _binary, "--no-logo"])
            info.ArgumentList.Add(argument);

        var node = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_nodePort}");
        info.Environment["RESTATE_BASE_DIR"] = DataDirectory;
        info.Environment["TMPDIR"] = TemporaryDirectory;
        info.Environment["RESTATE_NODE_NAME"] = "local";
        info.Environment["RESTATE_LISTEN_MODE"] = "tcp";
        info.Environment["RESTATE_BIND_ADDRESS"] = node;
        info.Environment["RESTATE_ADVERTISED_ADDRESS"] = $"http://{node}/";
        info.Environment["RESTATE_INGRESS__BIND_ADDRESS"] = IngressAddress.Authority;
        info.Environment["RESTATE_ADMIN__BIND_ADDRESS"] = AdminAddress.Authority;
        info.Environment["RESTATE_DISABLE_TELEMETRY"] = "true";
        info.Environment["RESTATE_DEFAULT_NUM_PARTITIONS"] = "2";
        info.Environment["RESTATE_LOG_FILTER"] = "warn";
        info.Environment["RESTATE_LOG_FORMAT"] = "compact";
        info.Environment["RESTATE_LOG_DISABLE_ANSI_CODES"] = "true";
        foreach ((var name, var value) in _options.Environment)
            info.Environment[name] = value;
        return info;
    }

    private async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        using var admin = new AdminClient(new AdminOptions { Address = AdminAddress });
        using var ingress = new IngressClient(new IngressOptions { Address = IngressAddress });
        var start = Stopwatch.GetTimestamp();
        while (!await admin.IsHealthyAsync(cancellationToken) || !await ingress.IsHealthyAsync(cancellationToken))
        {
            if (_watcher!.HasExited)
                throw Exited();
            if (Stopwatch.GetElapsedTime(start) > _options.StartTimeout)
                throw new RestateServerException($"The Restate server is not healthy after {_options.StartTimeout}.{Tail()}");
            await Task.Delay(50, cancellationToken);
        }
    }

    private RestateServerException Exited() => new($"The Restate server ended while it started.{Tail()}");

    private string Tail()
    {
        if (!File.Exists(LogFile))
            return "";
        var lines = File.ReadLines(LogFile).TakeLast(TailLines);
        return $" The end of its log, {LogFile}:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}";
    }

    private const int SignalKill = 9;
    private const int SignalTerm = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
