using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rpc.Benchmarks;

/// <summary>
/// An HTTP/2 connection that keeps a number of calls under way: a call that ends begins the next. It knows just enough of HTTP/2
/// (RFC 9113) for that, so that the machine's cores are the server's.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private const int FrameHeader = 9;
    private const int LargestWindow = int.MaxValue;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Workload _workload;
    private readonly byte[] _firstHeaders;
    private readonly byte[] _headers;
    private readonly byte[] _body;
    private readonly Dictionary<int, int> _received = [];
    private readonly MemoryStream _output = new();
    private readonly byte[] _input = new byte[1 << 18];
    private int _filled;
    private int _nextStream = 1;
    private int _blocked;
    private long _sendWindow = 65535;
    private long _unacknowledged;

    public LoadConnection(int port, Workload workload)
    {
        _workload = workload;
        (string Name, string Value)[] headers =
        [
            (":path", $"/{Workload.Service}/{workload.Method}"), (":authority", $"127.0.0.1:{port}"), ("content-type", "application/grpc"), ("te", "trailers"),
        ];
        // POST and http are in HPACK's static table; the others go to the dynamic one with the first call (RFC 7541, section 6.2.1).
        _firstHeaders = [0x83, 0x86, .. headers.SelectMany(header => (byte[])[0x40, .. Text(header.Name), .. Text(header.Value)])];
        _headers = [0x83, 0x86, 0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62];
        _body = new byte[Workload.PrefixSize + workload.RequestSize];
        BinaryPrimitives.WriteInt32BigEndian(_body.AsSpan(1), workload.RequestSize);
        _socket.Connect(IPAddress.Loopback, port);
        _output.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        WriteFrame(type: 4, flags: 0, stream: 0, [0, 4, .. Number(LargestWindow)]);
        WriteFrame(type: 8, flags: 0, stream: 0, Number(LargestWindow - 65535));
    }

    /// <summary>Bytes of responses' bodies. A call that ends with another number of them than expected breaks off the run.</summary>
    public long Received { get; private set; }

    public async Task RunAsync(int concurrency, CancellationToken stop)
    {
        for (var i = 0; i < concurrency; i++)
            Begin();
        while (!stop.IsCancellationRequested)
        {
            await _socket.SendAsync(_output.GetBuffer().AsMemory(0, (int)_output.Length), CancellationToken.None);
            _output.SetLength(0);
            var count = await _socket.ReceiveAsync(_input.AsMemory(_filled), CancellationToken.None);
            if (count == 0)
                throw new IOException("The server closed the connection.");
            _filled += count;
            ReadFrames();
        }
    }

    public void Dispose() => _socket.Dispose();

    private void ReadFrames()
    {
        var position = 0;
        while (_filled - position >= FrameHeader)
        {
            var frame = _input.AsSpan(position, _filled - position);
            var length = frame[0] << 16 | frame[1] << 8 | frame[2];
            if (frame.Length < FrameHeader + length)
                break;
            Handle(frame[3], frame[4], BinaryPrimitives.ReadInt32BigEndian(frame[5..]), frame.Slice(FrameHeader, length));
            position += FrameHeader + length;
        }

        _input.AsSpan(position, _filled - position).CopyTo(_input);
        _filled -= position;
    }

    private void Handle(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case 0:
                _received[stream] += payload.Length;
                Received += payload.Length;
                Acknowledge(payload.Length);
                break;
            case 3 or 7:
                throw new IOException($"The server gave up: frame type {type}, error {BinaryPrimitives.ReadInt32BigEndian(payload[^4..])}.");
            case 4 when (flags & 1) == 0:
                WriteFrame(type: 4, flags: 1, stream: 0, []);
                break;
            case 6 when (flags & 1) == 0:
                WriteFrame(type: 6, flags: 1, stream: 0, payload);
                break;
            case 8 when stream == 0:
                _sendWindow += BinaryPrimitives.ReadInt32BigEndian(payload);
                for (var waiting = _blocked; waiting > 0 && _sendWindow >= _body.Length; waiting--)
                {
                    _blocked--;
                    Begin();
                }

                break;
        }

        if (type is 0 or 1 && (flags & 1) != 0)
            End(stream);
    }

    private void End(int stream)
    {
        _received.Remove(stream, out var received);
        if (received != _workload.ResponseLength)
            throw new IOException($"A response of {received} bytes instead of {_workload.ResponseLength}.");
        Begin();
    }

    /// <summary>Begins a call, or notes that it waits for the connection's window.</summary>
    private void Begin()
    {
        if (_sendWindow < _body.Length)
        {
            _blocked++;
            return;
        }

        _received[_nextStream] = 0;
        WriteFrame(type: 1, flags: 4, _nextStream, _nextStream == 1 ? _firstHeaders : _headers);
        WriteFrame(type: 0, flags: 1, _nextStream, _body);
        _sendWindow -= _body.Length;
        _nextStream += 2;
    }

    private void Acknowledge(int bytes)
    {
        _unacknowledged += bytes;
        if (_unacknowledged < LargestWindow / 2)
            return;
        WriteFrame(type: 8, flags: 0, stream: 0, Number((int)_unacknowledged));
        _unacknowledged = 0;
    }

    private void WriteFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        _output.Write([(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, .. Number(stream)]);
        _output.Write(payload);
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
