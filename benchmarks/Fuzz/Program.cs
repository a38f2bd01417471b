using System.Globalization;
using Fuzz.Benchmarks;

// Usage: dotnet run -c Release --project benchmarks/Fuzz -- inputs [count of each] | hostile [seconds an attack]
int Number(int otherwise) => args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : otherwise;

switch (args.FirstOrDefault())
{
    case "inputs":
        await InputsCommand.RunAsync(Number(1_000_000));
        return 0;
    case "hostile":
        return await HostileCommand.RunAsync(TimeSpan.FromSeconds(Number(10))) ? 0 : 1;
    case VictimServer.Command:
        await VictimServer.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("inputs [count of each] | hostile [seconds an attack]");
        return 2;
}
