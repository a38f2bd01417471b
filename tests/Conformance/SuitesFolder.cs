using Conformance.Protos;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using YamlDotNet.Serialization;

namespace Conformance;

/// <summary>Reads the suites for servers from a folder of ConnectRPC's YAML files.</summary>
internal static class SuitesFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "CONFORMANCE_SUITES";

    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
    private static readonly ISerializer Json = new SerializerBuilder().JsonCompatible().Build();
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(ConformanceReflection.Descriptor)));

    public static IReadOnlyList<TestSuite> Read(string folder)
    {
        var suites = Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal)
            .Select(file => Yaml.Deserialize<Dictionary<string, object?>>(File.ReadAllText(file)))
            .Where(suite => suite.GetValueOrDefault("mode") is not "TEST_MODE_CLIENT");
        return [.. suites.Select(suite => Parser.Parse<TestSuite>(Json.Serialize(suite)))];
    }
}
