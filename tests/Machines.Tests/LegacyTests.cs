using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Legacy.V1;
using Machines.Schema;
using Statecharts;

namespace Machines.Tests;

/// <summary>Data of a proto2 file.</summary>
public class LegacyTests
{
    private readonly ProtobufDataModel _model = new(LegacyEvent.Descriptor);

    public static TheoryData<string> Names => [.. Samples.Keys];

    private static Dictionary<string, Legacy.V1.Legacy> Samples { get; } = new()
    {
        ["nothing"] = new(),
        ["name"] = new() { Name = "x" },
        ["default"] = new() { Name = "", Count = 7, Shade = Shade.Light, Data = ByteString.CopyFromUtf8("x") },
        ["zero"] = new() { Count = 0 },
        ["unknown"] = new() { Shade = (Shade)9 },
        ["numbers"] = new() { Numbers = { 1, long.MaxValue } },
        ["group"] = new() { Part = new Legacy.V1.Legacy.Types.Part { Label = "x" } },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Data_is_read_as_it_was_written(string name)
    {
        var sample = Samples[name];
        var json = Write(writer => _model.Write(writer, sample));
        Assert.Equal(sample, _model.Read(JsonElement.Parse(json), typeof(Legacy.V1.Legacy)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Data_is_cloned(string name)
    {
        var sample = Samples[name];
        var clone = Assert.IsType<Legacy.V1.Legacy>(_model.Clone(sample));
        Assert.Equal(sample, clone);
        clone.Name += "y";
        Assert.NotEqual(sample, clone);
    }

    [Fact]
    public void A_message_whose_extensions_would_be_lost_is_refused()
    {
        const string Problem = "cannot be used: legacy.v1.Extendable may have extensions, which its JSON leaves out: use a message that has none.";
        var machine = ProtobufMachine.Define<Open, LegacyEvent>("m").InitialTransition("a");
        machine.Configure("a").InternalTransition<Open>((data, open) => data.Items.Add(open.Items));
        Assert.Equal(
            [$"the context {Problem}", $"the event 'OPEN' {Problem}"],
            Assert.Throws<DefinitionException>(() => machine.Build()).Errors.Select(error => error.ToString()));
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
