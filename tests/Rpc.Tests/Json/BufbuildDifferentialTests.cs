using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Rpc.Tests.Json.Protos;

namespace Rpc.Tests.Json;

/// <summary>
/// Random messages through the transcoder and through @bufbuild/protobuf in Node. What the two refuse differs, because the
/// latter also takes numbers as <c>"01"</c> and <c>"+1"</c>, base64 with spaces or too much padding, the hour 24, February 29th
/// of any year, and unknown fields next to the <c>value</c> of an Any.
/// </summary>
public class BufbuildDifferentialTests
{
    private const int Messages = 1_000;

    [BufbuildFact]
    public async Task Messages_and_their_json_are_those_of_bufbuild_protobuf()
    {
        var messages = new RandomMessages(seed: 7);
        var cases = Enumerable.Range(0, Messages).Select(_ => messages.Next()).Select(message => (Message: message, Json: Transcoding.ToJson(message))).ToList();

        var answers = await AskNode([.. cases.Select(c => JsonSerializer.Serialize(new { message = c.Message.ToByteString().ToBase64(), json = c.Json }))]);

        Assert.Equal(cases.Count, answers.Length);
        foreach (var ((_, json), answer) in cases.Zip(answers))
        {
            Assert.Null((string?)answer["error"]);
            var theirs = (string)answer["json"]!;
            Assert.True(IsSame(JsonNode.Parse(theirs), JsonNode.Parse(json)), $"wrote {theirs}\nbut we   {json}");
            // Their reading of our JSON, compared by our JSON of it, which is exact.
            var read = Transcoding.ToJson(RunTimeDescriptors.Everything, Convert.FromBase64String((string)answer["message"]!));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(read), JsonNode.Parse(json)), $"read {read}\nfrom {json}");
        }
    }

    private static async Task<JsonNode[]> AskNode(string[] cases)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Json", "bufbuild.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteLineAsync(Descriptors().ToByteString().ToBase64());
        foreach (var line in cases)
            await node.StandardInput.WriteLineAsync(line);
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static FileDescriptorSet Descriptors()
    {
        var set = new FileDescriptorSet();
        Add(EverythingReflection.Descriptor);
        return set;

        void Add(FileDescriptor file)
        {
            foreach (var dependency in file.Dependencies)
                Add(dependency);
            if (set.File.Any(added => added.Name == file.Name))
                return;
            var proto = file.ToProto();
            foreach (var (message, descriptor) in proto.MessageType.Zip(file.MessageTypes))
                AddJsonNames(message, descriptor);
            set.File.Add(proto);
        }

        // The descriptors within generated C# lack JSON names that follow from the fields' names.
        static void AddJsonNames(DescriptorProto message, MessageDescriptor descriptor)
        {
            foreach (var field in message.Field)
                field.JsonName = descriptor.FindFieldByNumber(field.Number).JsonName;
            foreach (var (nested, nestedDescriptor) in message.NestedType.Zip(descriptor.NestedTypes))
                AddJsonNames(nested, nestedDescriptor);
        }
    }

    /// <summary>JavaScript writes a float with the digits of a double, and -0 as 0.</summary>
    private static bool IsSame(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(property => y.ContainsKey(property.Key) && IsSame(property.Value, y[property.Key])),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(pair => IsSame(pair.First, pair.Second)),
        (JsonValue x, JsonValue y) when x.GetValueKind() == JsonValueKind.Number && y.GetValueKind() == JsonValueKind.Number =>
            x.GetValue<double>() == y.GetValue<double>() || x.GetValue<double>() == (float)y.GetValue<double>(),
        _ => JsonNode.DeepEquals(a, b),
    };
}
