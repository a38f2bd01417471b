using System.Globalization;

namespace Endpoint.Benchmarks;

/// <summary>What Linux has counted for a process.</summary>
internal static class ProcessUsage
{
    private const int UserTime = 14;
    private const int SystemTime = 15;
    private const double TicksPerSecond = 100;

    /// <summary>CPU seconds, of all threads, in user and kernel mode.</summary>
    public static double CpuSeconds(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/stat");

        // Fields count from 1; the second, the name, is in parentheses and may have spaces.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Ticks(UserTime) + Ticks(SystemTime)) / TicksPerSecond;

        long Ticks(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture);
    }

    /// <summary>Resident memory in MiB.</summary>
    public static double ResidentMebibytes(int processId) => Mebibytes(processId, "VmRSS:");

    /// <summary>The most that has ever been resident, in MiB.</summary>
    public static double PeakMebibytes(int processId) => Mebibytes(processId, "VmHWM:");

    private static double Mebibytes(int processId, string name)
    {
        var line = File.ReadLines($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status")
            .Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }
}
