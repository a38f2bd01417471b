using System.Globalization;
using Machines.Benchmarks;

// Usage: dotnet run -c Release --project benchmarks/Machines [seconds a round]
switch (args.FirstOrDefault() ?? "5")
{
    case MachinesEndpoint.Command:
        await MachinesEndpoint.ServeAsync();
        return 0;
    case BareEndpoint.Command:
        await BareEndpoint.ServeAsync();
        return 0;
    case var seconds when double.TryParse(seconds, CultureInfo.InvariantCulture, out var round):
        await MachinesCommand.RunAsync(TimeSpan.FromSeconds(round));
        return 0;
    default:
        Console.Error.WriteLine("[seconds a round]");
        return 2;
}
