using System.Diagnostics;
using System.Globalization;
using Statecharts.Benchmarks;

// Usage: dotnet run -c Release --project benchmarks/Statecharts [seconds a machine]
// XState runs on Node.js 22; the first run installs both in this folder.
var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 2;
var ours = BenchmarkMachines.All.ToDictionary(machine => machine.Name, machine => Measurement.Run(machine.Build(), seconds));
var (node, theirs) = XState.Run(seconds);

Console.WriteLine($".NET {Environment.Version}, XState on Node.js {node}");
Console.WriteLine($"{"machine",-10} {"C# events/s",14} {"bytes/event",12} {"XState events/s",16} {"ratio",7}");
foreach (var (name, (rate, bytes)) in ours)
    Console.WriteLine($"{name,-10} {rate,14:N0} {bytes,12:N0} {theirs[name],16:N0} {rate / theirs[name],7:N1}");

var watch = Stopwatch.StartNew();
const int Builds = 20;
for (var i = 0; i < Builds; i++)
    BenchmarkMachines.Ring(1000);
Console.WriteLine($"building a machine of 1,000 states: {watch.Elapsed.TotalMilliseconds / Builds:N1} ms");
