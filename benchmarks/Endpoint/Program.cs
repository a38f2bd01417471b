using System.Globalization;
using Endpoint.Benchmarks;

// Usage: dotnet run -c Release --project benchmarks/Endpoint -- compare [seconds a round] | soak [invocations] | fuzz [streams]
int Number(int otherwise) => args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : otherwise;

switch (args.FirstOrDefault())
{
    case "compare":
        await CompareCommand.RunAsync(TimeSpan.FromSeconds(Number(5)));
        return 0;
    case "soak":
        return await SoakCommand.RunAsync(Number(100_000)) ? 0 : 1;
    case "fuzz":
        FuzzCommand.Run(Number(1_000_000));
        return 0;
    case CounterEndpoint.Command:
        await CounterEndpoint.ServeAsync();
        return 0;
    default:
        Console.Error.WriteLine("compare [seconds a round] | soak [invocations] | fuzz [streams]");
        return 2;
}
