using System.Net;
using System.Net.Sockets;

namespace Shared;

/// <summary>
/// Ports on loopback for programs that keep theirs through restarts. They lie below those that connections and listeners of any port are given:
/// none of them takes one before it is used, or while who uses it restarts.
/// </summary>
internal static class FreePorts
{
    private const int First = 26_000;
    private const uint Count = 6_000;

    private static int _next = Random.Shared.Next();

    /// <summary>A port that nobody uses at this moment, and that this process has given to nobody else.</summary>
    public static int Next()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, First + (int)((uint)Interlocked.Increment(ref _next) % Count));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken; the next.
            }
        }
    }
}
