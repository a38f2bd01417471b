namespace Interop.Cases;

/// <summary>A program that takes the cases as its last arguments and prints one outcome a line, as JSON.</summary>
internal sealed class ScriptClient : InteropClient
{
    private const string PythonPackages = "/usr/lib/python3/dist-packages";
    private const string GoPackages = "/usr/share/gocode";

    private readonly Func<InteropServer, string[]> _command;

    /// <param name="name">The table's column.</param>
    /// <param name="command">The command line without the cases.</param>
    /// <param name="inapplicable">The cases that it cannot express.</param>
    /// <param name="absence">Why it cannot run.</param>
    private ScriptClient(string name, Func<InteropServer, string[]> command, IEnumerable<string> inapplicable, string? absence = null)
        : base(name, inapplicable, absence) => _command = command;

    public static ScriptClient GrpcJs { get; } = new(
        "grpc-js",
        server => ["node", Path.Combine(Folder("grpc-js"), "client.mjs"), server.Http2.Authority, TestProto],
        ["cacheable_unary"]);

    /// <summary>Debian's python3-grpcio: gRPC's C core.</summary>
    public static ScriptClient Grpcio { get; } = new(
        "grpcio",
        server => ["/usr/bin/python3", Path.Combine(Folder("grpcio"), "client.py"), server.Http2.Authority, server.Descriptors],
        ["cacheable_unary"],
        Directory.Exists($"{PythonPackages}/grpc") && Directory.Exists($"{PythonPackages}/google/protobuf")
            ? null
            : "grpcio is not installed: apt-get install python3-grpcio python3-protobuf");

    /// <summary>Debian's golang-google-grpc-dev.</summary>
    public static ScriptClient GrpcGo { get; } = new(
        "grpc-go",
        server =>
        [
            "/usr/bin/env", "GO111MODULE=off", $"GOPATH={GoPackages}", "CGO_ENABLED=0", "/usr/bin/go", "run",
            .. Directory.GetFiles(Folder("grpc-go"), "*.go"), server.Http2.Authority,
        ],
        ["cacheable_unary"],
        File.Exists("/usr/bin/go") && Directory.Exists($"{GoPackages}/src/google.golang.org/grpc")
            ? null
            : "grpc-go is not installed: apt-get install golang-go golang-google-grpc-dev");

    private static string TestProto => Path.Combine(QuickstartProcess.Root, "tests", "Rpc.Tests", "Protos", "grpc", "testing", "test.proto");

    public static ScriptClient ConnectNode(string protocol, string httpVersion, string format, params string[] inapplicable) => new(
        $"connect-node {protocol} {format} HTTP/{httpVersion}",
        server =>
        [
            "node", Path.Combine(Folder("connect"), "node.mjs"), protocol, httpVersion, format,
            (httpVersion == "2" ? server.Http2 : server.Http1).GetLeftPart(UriPartial.Authority), server.Descriptors,
        ],
        inapplicable);

    public override async Task<IReadOnlyList<InteropOutcome>> RunAsync(InteropServer server)
    {
        var command = _command(server);
        var output = await ChildProcess.RunAsync(command[0], [.. command[1..], .. Cases]);
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).Select(InteropOutcome.Parse),
        ];
    }
}
