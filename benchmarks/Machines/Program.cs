using System.Globalization;
using Machines.Benchmarks;

// Usage: dotnet run -c Release --project benchmarks/Machines [seconds a turn]
switch (args.FirstOrDefault() ?? "2")
{
    case MachinesEndpoint.Command:
        await MachinesEndpoint.ServeAsync();
        return 0;
    case BareEndpoint.Command:
        await BareEndpoint.ServeAsync();
        return 0;
    case var seconds when double.TryParse(seconds, CultureInfo.InvariantCulture, out var turn):
        await MachinesCommand.RunAsync(TimeSpan.FromSeconds(turn));
        return 0;
    default:
        Console.Error.WriteLine("[seconds a turn]");
        return 2;
}
