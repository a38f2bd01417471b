using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Machines.Tests;

public class MachineHostTests
{
    [Fact]
    public async Task The_configuration_says_in_which_format_logs_are_written()
    {
        await using var app = MachineHost.Create(["--Logging:Console:FormatterName=json"]);
        Assert.Equal(ConsoleFormatterNames.Json, app.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
    }
}
