using System.Globalization;

namespace Endpoint.Benchmarks;

/// <summary>
/// What the machine's processors would have worked but could not, since the hypervisor had others work on them: proc_stat(5)'s steal. Where there is
/// much of it, what is measured says more of these others.
/// </summary>
internal sealed class StolenTime
{
    private const int Idle = 4;
    private const int WaitingForInput = 5;
    private const int Stolen = 8;

    private readonly long[] _start = Read();

    /// <summary>Of the time since this was made in which the processors had something to do: 0 to 1.</summary>
    public double Share()
    {
        var ticks = Read().Zip(_start, (now, start) => now - start).ToArray();
        var busy = ticks.Sum() - ticks[Idle - 1] - ticks[WaitingForInput - 1];
        return busy == 0 ? 0 : (double)ticks[Stolen - 1] / busy;
    }

    /// <summary>The first eight columns, which count from 1: what guests take is part of the first two already.</summary>
    private static long[] Read() =>
    [
        .. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Stolen)
            .Select(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)),
    ];
}
