using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Restate.Sdk.Hosting;
using Shipping.V1;
using Statecharts;

namespace Machines.Tests;

public class MachineHostTests
{
    [Fact]
    public async Task The_configuration_says_in_which_format_logs_are_written()
    {
        await using var app = MachineHost.Create(["--Logging:Console:FormatterName=json"]);
        Assert.Equal(ConsoleFormatterNames.Json, app.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
    }

    [Theory]
    [InlineData(new string[0], "http://127.0.0.1:9080")]
    [InlineData(new[] { "--urls", "http://127.0.0.1:9081" }, "http://127.0.0.1:9081")]
    [InlineData(new[] { "--http_ports", "9081" }, null)]
    [InlineData(new[] { "--Kestrel:Endpoints:Restate:Url", "http://127.0.0.1:9081" }, null)]
    public async Task A_host_listens_on_9080_unless_told_otherwise(string[] args, string? urls)
    {
        await using var app = MachineHost.Create(args);
        Assert.Equal(urls, app.Configuration["urls"]);
    }

    [Fact]
    public async Task The_configuration_says_who_may_call()
    {
        const string Key = "publickeyv1_w7YHemBctH5Ck2nQRQ47iBBqhNHy4FV7t2Usbye2A6f";
        await using var app = MachineHost.Create(["--Restate:IdentityKeys:0", Key]);
        Assert.Equal([Key], app.Services.GetRequiredService<IOptions<RestateEndpointOptions>>().Value.IdentityKeys);
        Assert.Throws<InvalidOperationException>(() => MachineHost.Create(["--Restate:IdentityKey", Key]));
    }

    [Fact]
    public async Task What_is_doubtful_about_a_machine_or_its_children_is_logged()
    {
        var child = new StateMachineBuilder<string, object>("child").InitialTransition("a");
        child.Configure("a");
        child.Configure("b");
        var machine = new StateMachineBuilder<string, object>("parent-v2").InitialTransition("a");
        machine.Configure("a").Invoke(child.Build());

        Assert.Equal(["parent, definition child: b: nothing leads to it."], await DoubtsAsync(new DurableMachine("parent", machine.Build())));
    }

    [Fact]
    public async Task That_a_proto_file_has_services_but_none_for_a_machine_is_logged()
    {
        var machine = ProtobufMachine.Define<Parcel, ParcelEvent>("parcel").InitialTransition("lost");
        machine.Configure("lost");

        Assert.Equal(
            ["boxes has no typed service: none in shipping.proto has the option machines.v1.object = \"boxes\""],
            await DoubtsAsync(new DurableMachine("boxes", machine.Build())));
    }

    private static async Task<List<string>> DoubtsAsync(DurableMachine machine)
    {
        var lines = new Lines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddProvider(lines);
        builder.Services.AddRestateEndpoint();
        await using var app = builder.Build();
        app.MapMachines(machine);
        return lines.Doubts;
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Doubts { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name is "Doubtful" or "Untyped")
                Doubts.Add(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
