using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Crashes;

/// <summary>
/// Stands between the server and the host. It counts what the host writes to journals, and once it has let through so many writes it
/// lets nothing more through: the server has got all of them, and the host is dead to it.
/// </summary>
internal sealed class JournalProxy : IAsyncDisposable
{
    private const int HeaderSize = 9;
    private const byte DataFrame = 0;

    private readonly Lock _gate = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly Task _accepting;
    private TaskCompletionSource<Link> _link = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JournalProxy()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where the server finds the host, whichever it is.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Lets the server reach a host.</summary>
    /// <param name="port">The host's.</param>
    /// <param name="writes">After how many writes to journals the link is cut; null for never.</param>
    public Link Connect(int port, int? writes)
    {
        var link = new Link(port, writes);
        lock (_gate)
        {
            if (_link.Task.IsCompletedSuccessfully)
                _link = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _link.SetResult(link);
        }

        return link;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        lock (_gate)
        {
            foreach (var socket in _sockets)
                socket.Dispose();
        }

        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(Keep(await _listener.AcceptSocketAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy was disposed of.
        }
    }

    private async Task ServeAsync(Socket server)
    {
        try
        {
            var host = Keep(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
            server.NoDelay = true;
            await host.ConnectAsync(IPAddress.Loopback, (await LinkAsync()).Port);
            await using var fromServer = new NetworkStream(server);
            await using var fromHost = new NetworkStream(host);
            var forth = fromServer.CopyToAsync(fromHost);
            await CopyFramesAsync(fromHost, fromServer);

            // What was let through is on its way before the end; to reset the connection could overtake it.
            server.Shutdown(SocketShutdown.Send);
            host.Dispose();
            await forth;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // One side is gone.
        }
        finally
        {
            server.Dispose();
        }
    }

    /// <summary>Hands on one HTTP/2 frame at a time, until the link is cut.</summary>
    private async Task CopyFramesAsync(NetworkStream host, NetworkStream server)
    {
        var streams = new Dictionary<uint, JournalReader>();
        var frame = new byte[HeaderSize];
        while (await host.ReadAtLeastAsync(frame.AsMemory(0, HeaderSize), HeaderSize, throwOnEndOfStream: false) == HeaderSize)
        {
            var length = frame[0] << 16 | frame[1] << 8 | frame[2];
            if (frame.Length < HeaderSize + length)
                Array.Resize(ref frame, HeaderSize + length);
            var payload = frame.AsMemory(HeaderSize, length);
            await host.ReadExactlyAsync(payload);
            lock (_gate)
            {
                var link = _link.Task.IsCompletedSuccessfully ? _link.Task.Result : null;
                if (link is null or { IsCut: true })
                    return;

                server.Write(frame.AsSpan(0, HeaderSize + length));
                if (frame[3] != DataFrame || length == 0)
                    continue;

                var stream = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(5));
                if (!streams.TryGetValue(stream, out var journal))
                    streams.Add(stream, journal = new JournalReader());
                link.Written(journal.CountRunResults(payload.Span));
                if (link.IsCut)
                    _link = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private Task<Link> LinkAsync()
    {
        lock (_gate)
            return _link.Task;
    }

    private Socket Keep(Socket socket)
    {
        lock (_gate)
            _sockets.Add(socket);
        return socket;
    }

    /// <summary>A host as the server reaches it.</summary>
    internal sealed class Link(int port, int? writes)
    {
        private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _writes;

        public int Port => port;

        /// <summary>Completes when the link is cut.</summary>
        public Task Cut => _cut.Task;

        public bool IsCut => _cut.Task.IsCompleted;

        /// <summary>How many results of runs the server has got.</summary>
        public int RunResults { get; private set; }

        public void Written(int runResults)
        {
            RunResults += runResults;
            if (++_writes == writes)
                _cut.SetResult();
        }
    }
}
