using System.Diagnostics;
using System.Text;
using Rpc.Tests.Fuzzing;

namespace Fuzz.Benchmarks;

/// <summary>What a well-behaved client sees of the server.</summary>
internal sealed class Probe
{
    public int Calls { get; private set; }

    public int Failed { get; private set; }

    public TimeSpan Slowest { get; private set; }

    public double PeakMebibytes { get; private set; }

    /// <summary>One unary call, in JSON.</summary>
    public async Task CallAsync(VictimServer server, HttpClient client)
    {
        var started = Stopwatch.GetTimestamp();
        using var content = new StringContent("""{"name":"Dune"}""", Encoding.UTF8, "application/json");
        try
        {
            using var response = await client.PostAsync(new Uri(server.Http1, $"/{FuzzedService.FullName}/GetBook"), content);
            if (await response.Content.ReadAsStringAsync() != """{"name":"Dune"}""")
                Failed++;
        }
        catch (HttpRequestException)
        {
            Failed++;
        }

        var duration = Stopwatch.GetElapsedTime(started);
        Slowest = duration > Slowest ? duration : Slowest;
        PeakMebibytes = Math.Max(PeakMebibytes, server.ResidentMebibytes);
        Calls++;
    }
}
