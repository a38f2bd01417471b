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

const int Rounds = 5;
var duration = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 2);
ServerProcess[] servers =
    [ServerProcess.StartOurs("kestrel"), ServerProcess.StartOurs("trailers"), ServerProcess.StartOurs("rpc"), ServerProcess.StartGrpcJs()];
try
{
    Console.WriteLine("Messages a second (the server's CPU time a message; bytes it allocated a message), and ratios of the rates (of the CPU times).");
    Console.WriteLine(
        $"{"",-24} {"calls",5} {"Kestrel, raw",28} {"Kestrel with trailers",28} {"Rpc",28} {"grpc-js",28} " +
        $"{"Rpc to raw",14} {"to trailers",14} {"to grpc-js",14}");
    foreach (var workload in Workload.All)
    {
        foreach (var concurrency in new[] { 1, 32, 256 })
        {
            var cells = servers.Select(server => new Cell(server, workload, concurrency)).ToArray();
            for (var i = 0; i < Rounds; i++)
            {
                foreach (var cell in cells)
                    await cell.AddRoundAsync(duration / Rounds);
            }

            Console.WriteLine(
                $"{workload.Name,-24} {concurrency,5} {string.Join(' ', cells.Select(cell => $"{cell.ToString(),28}"))} " +
                $"{cells[2].RatioTo(cells[0]),14} {cells[2].RatioTo(cells[1]),14} {cells[2].RatioTo(cells[3]),14}");
        }
    }
}
finally
{
    foreach (var server in servers)
        server.Dispose();
}
