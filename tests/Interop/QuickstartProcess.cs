using System.Reflection;

namespace Interop;

/// <summary>The Quickstart, run once as a newcomer runs it, but on free ports and in a folder of its own.</summary>
public sealed class QuickstartProcess : IAsyncLifetime
{
    /// <summary>The last line of the cheat sheet.</summary>
    internal const string Ready = "Ctrl-C stops everything.";

    private static readonly string[] PortOptions =
        ["--ingress-port", "--admin-port", "--node-port", "--machines-port", "--grpc-port", "--http-port"];

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("grpc-machines-");
    private ChildProcess? _process;

    public int GrpcPort { get; } = FreePorts.Next();

    public int IngressPort { get; } = FreePorts.Next();

    public int AdminPort { get; } = FreePorts.Next();

    public int HttpPort { get; } = FreePorts.Next();

    /// <summary>The repository's folder: the cheat sheet's commands run here.</summary>
    internal static string Root { get; } = typeof(QuickstartProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    internal string Output => _process!.Output;

    public async Task InitializeAsync()
    {
        _process = Start(_data.FullName,
            "--grpc-port", $"{GrpcPort}", "--ingress-port", $"{IngressPort}", "--admin-port", $"{AdminPort}", "--http-port", $"{HttpPort}");
        await _process.WaitForOutputAsync(Ready);
    }

    public async Task DisposeAsync()
    {
        await _process!.DisposeAsync();
        await Eventually.BecomesTrueAsync(() => TryDelete(_data), () => $"{_data} to be free, so restate-server to be gone");
    }

    /// <param name="data">The data folder.</param>
    /// <param name="options">Ports; those that are not named are free ones.</param>
    internal static ChildProcess Start(string data, params string[] options) =>
        ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"), .. Arguments(data, options)], Root);

    /// <inheritdoc cref="Start"/>
    internal static ChildProcess StartWithDotnetRun(string data, params string[] options) =>
        ChildProcess.Start("dotnet", ["run", "--no-build", "--project", Path.Combine("examples", "Quickstart"), "--", .. Arguments(data, options)], Root);

    private static IEnumerable<string> Arguments(string data, string[] options) =>
    [
        "--data", data, .. options,
        .. PortOptions.Except(options).SelectMany(port => new[] { port, $"{FreePorts.Next()}" }),
    ];

    /// <returns>False while somebody still writes to the folder.</returns>
    internal static bool TryDelete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
