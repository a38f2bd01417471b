using System.Globalization;
using Gateway.Benchmarks;
using Machines.Benchmarks;

// Usage: dotnet run -c Release --project benchmarks/Gateway [seconds a turn] | streams [how many]
switch (args)
{
    case [MachinesEndpoint.Command]:
        await MachinesEndpoint.ServeAsync();
        return 0;
    case [HopGateway.Command, var ingress]:
        await HopGateway.ServeAsync(new Uri(ingress));
        return 0;
    case ["streams"]:
        await StreamsCommand.RunAsync(10_000, TimeSpan.FromSeconds(5));
        return 0;
    case ["streams", var text] when int.TryParse(text, CultureInfo.InvariantCulture, out var streams):
        await StreamsCommand.RunAsync(streams, TimeSpan.FromSeconds(5));
        return 0;
    case []:
        await CompareCommand.RunAsync(TimeSpan.FromSeconds(2));
        return 0;
    case [var seconds] when double.TryParse(seconds, CultureInfo.InvariantCulture, out var turn):
        await CompareCommand.RunAsync(TimeSpan.FromSeconds(turn));
        return 0;
    default:
        Console.Error.WriteLine("[seconds a turn] | streams [how many]");
        return 2;
}
