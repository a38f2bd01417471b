using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Crashes;

/// <summary>
/// Stands between the server and the host. It counts the messages that the host writes to journals, and once it has let through so many
/// it lets nothing more through, not even the rest of a write: the server has got all of them, and the host is dead to it.
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
    /// <param name="messages">After how many messages to journals the link is cut; null for never.</param>
    public Link Connect(int port, int? messages)
    {
        var link = new Link(port, messages);
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
            var port = (await LinkAsync()).Port;
            await host.ConnectAsync(IPAddress.Loopback, port);
            await using var fromServer = new NetworkStream(server);
            await using var fromHost = new NetworkStream(host);
            var forth = fromServer.CopyToAsync(fromHost);
            await CopyFramesAsync(fromHost, fromServer, port);

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
    private async Task CopyFramesAsync(NetworkStream host, NetworkStream server, int port)
    {
        var journals = new Dictionary<uint, JournalReader>();
        var frame = new byte[HeaderSize];
        while (await host.ReadAtLeastAsync(frame.AsMemory(0, HeaderSize), HeaderSize, throwOnEndOfStream: false) == HeaderSize)
        {
            var length = frame[0] << 16 | frame[1] << 8 | frame[2];
            if (frame.Length < HeaderSize + length)
                Array.Resize(ref frame, HeaderSize + length);
            await host.ReadExactlyAsync(frame.AsMemory(HeaderSize, length));
            lock (_gate)
            {
                // A link to another port is to the host that came after this one.
                var link = _link.Task.IsCompletedSuccessfully ? _link.Task.Result : null;
                if (link is null or { IsCut: true } || link.Port != port)
                    return;

                if (frame[3] == DataFrame)
                {
                    var through = link.Follow(JournalOf(frame), frame.AsSpan(HeaderSize, length));
                    if (through < length)
                        Shorten(frame, length = through);
                }

                server.Write(frame.AsSpan(0, HeaderSize + length));
                if (!link.IsCut)
                    continue;

                _link = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return;
            }
        }

        JournalReader JournalOf(ReadOnlySpan<byte> frame)
        {
            var stream = BinaryPrimitives.ReadUInt32BigEndian(frame[5..]);
            if (!journals.TryGetValue(stream, out var journal))
                journals.Add(stream, journal = new JournalReader());
            return journal;
        }
    }

    /// <summary>Leaves the first bytes of a payload in its frame. There is more to come, so the stream does not end with it.</summary>
    private static void Shorten(Span<byte> frame, int length)
    {
        frame[0] = (byte)(length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame[1..], (ushort)length);
        frame[4] = 0;
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
    internal sealed class Link(int port, int? messages)
    {
        private const ushort ProposeRunCompletion = 0x0005;
        private const ushort FirstCommand = 0x0400;

        private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _messages;

        public int Port => port;

        /// <summary>Completes when the link is cut.</summary>
        public Task Cut => _cut.Task;

        public bool IsCut => _cut.Task.IsCompleted;

        /// <summary>How many commands the server has got.</summary>
        public int Commands { get; private set; }

        /// <summary>How many results of runs the server has got.</summary>
        public int RunResults { get; private set; }

        /// <summary>Counts the messages that end in these bytes, up to the one after which the link is cut.</summary>
        /// <returns>How many of the bytes to let through.</returns>
        public int Follow(JournalReader journal, ReadOnlySpan<byte> bytes)
        {
            var rest = bytes;
            while (!IsCut && journal.TryReadMessage(ref rest, out var type))
            {
                if (type >= FirstCommand)
                    Commands++;
                if (type == ProposeRunCompletion)
                    RunResults++;
                if (++_messages == messages)
                    _cut.SetResult();
            }

            return bytes.Length - rest.Length;
        }
    }
}
