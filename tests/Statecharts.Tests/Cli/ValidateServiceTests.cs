using Gateway.Tests.Support;
using Google.Protobuf;
using Light.V1;
using Machines.Cli;

namespace Statecharts.Tests.Cli;

/// <summary>What <c>machines validate</c> says of a machine and its typed service.</summary>
public sealed class ValidateServiceTests : IDisposable
{
    private const string Fitting = """
        {
          "id": "light", "initial": "red",
          "states": {
            "red": { "on": { "PRESS": "green" }, "after": { "3000": "green" } },
            "green": { "on": { "SWITCH_OFF": "switched off", "*": "red" } },
            "switched off": { "on": { "power.cut": {} } }
          }
        }
        """;

    private const string Other = """{"id": "light", "initial": "red", "states": {"red": {"on": {"PRES": "amber"}}, "amber": {"initial": "dark", "states": {"dark": {}}}}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("machines-cli-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public ValidateServiceTests() => File.WriteAllBytes(Descriptors, SchemaFiles.SetOf(LightReflection.Descriptor).ToByteArray());

    private string Descriptors => Path.Combine(_folder.FullName, "light.binpb");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void A_machine_that_fits_its_service_is_right()
    {
        Assert.Equal(ExitCodes.Ok, Validate(Fitting));
        Assert.Equal(("light: 3 states, 3 events", ""), (_output.ToString().Trim(), _error.ToString()));
    }

    [Fact]
    public void All_events_and_states_that_the_service_lacks_are_listed()
    {
        Assert.Equal(ExitCodes.Invalid, Validate(Other));
        Assert.Equal(
            [
                "the event 'PRES' is no member of light.v1.LightEvent.",
                "the state 'amber' is no value of light.v1.LightState.",
                "the state 'amber.dark' is no value of light.v1.LightState.",
            ],
            _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void An_rpc_that_is_an_event_must_be_one_of_the_services()
    {
        Assert.Equal(ExitCodes.Invalid, Validate(Fitting, name: "crossing"));
        Assert.Equal(
            [
                "light.v1.PressRequest.force is no field of the event google.protobuf.Empty.",
                "the rpc light.v1.CrossingService.Wave is the event 'WAVE', which is not in light.v1.LightEvent; rename it, or set its option machines.v1.verb.",
            ],
            _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public void A_service_that_is_not_there_is_the_callers_mistake()
    {
        Assert.Equal(ExitCodes.Usage, Validate(Fitting, name: "lamp"));
        Assert.Equal($"{Descriptors}: no service has the option machines.v1.object = \"lamp\"; --object names another.", _error.ToString().Trim());
    }

    [Fact]
    public void A_file_that_is_no_descriptor_set_is_the_callers_mistake()
    {
        File.WriteAllText(Descriptors, "syntax = \"proto3\";");
        Assert.Equal(ExitCodes.Usage, Validate(Fitting));
        Assert.StartsWith($"{Descriptors}: not a google.protobuf.FileDescriptorSet", _error.ToString(), StringComparison.Ordinal);

        File.Delete(Descriptors);
        Assert.Equal(ExitCodes.Usage, Validate(Fitting));
    }

    [Fact]
    public void An_object_without_descriptors_is_the_callers_mistake()
    {
        Assert.Equal(ExitCodes.Usage, ValidateCommand.Run(MachineFile(Fitting), null, "light", _output, _error));
        Assert.Equal("--object: names a service of --descriptors, which is missing.", _error.ToString().Trim());
    }

    private int Validate(string config, string? name = null) => ValidateCommand.Run(MachineFile(config), Descriptors, name, _output, _error);

    private string MachineFile(string config)
    {
        var file = Path.Combine(_folder.FullName, "light.json");
        File.WriteAllText(file, config);
        return file;
    }
}
