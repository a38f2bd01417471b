using System.Globalization;
using Rpc.Benchmarks;

// Usage: dotnet run -c Release --project benchmarks/Rpc [seconds a cell] | transcode
// grpc-js runs in the `node` on the path, after `npm ci` in this folder.
if (args is ["serve", var kind])
{
    await Servers.RunAsync(kind);
    return;
}

if (args is ["transcode"])
{
    TranscodeCommand.Run();
    return;
}

var duration = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 2);
ServerProcess[] servers = [ServerProcess.StartOurs("kestrel"), ServerProcess.StartOurs("rpc"), ServerProcess.StartGrpcJs()];
try
{
    Console.WriteLine("Messages a second (the server's CPU time a message; bytes it allocated a message), and ratios of the rates (of the CPU times).");
    Console.WriteLine($"{"",-24} {"calls",5} {"Kestrel, raw",28} {"Rpc",28} {"grpc-js",28} {"Rpc to Kestrel",16} {"Rpc to grpc-js",16}");
    foreach (var workload in Workload.All)
    {
        foreach (var concurrency in new[] { 1, 32, 256 })
        {
            var cells = new List<Measurement>();
            foreach (var server in servers)
                cells.Add(await Measurement.RunAsync(server, workload, concurrency, duration));
            Console.WriteLine(
                $"{workload.Name,-24} {concurrency,5} {string.Join(' ', cells.Select(cell => $"{cell,28}"))} " +
                $"{cells[1].RatioTo(cells[0]),16} {cells[1].RatioTo(cells[2]),16}");
        }
    }
}
finally
{
    foreach (var server in servers)
        server.Dispose();
}
