using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Rpc.Tests.Support;

/// <summary>A connection of HTTP/2 on which a test does as it likes.</summary>
internal sealed class RawHttp2Connection : IDisposable
{
    public const byte Headers = 1;
    public const byte Ping = 6;
    public const byte GoAway = 7;

    private readonly TcpClient _client = new();

    private NetworkStream Stream => _client.GetStream();

    /// <summary>Connects and says hello, with empty settings.</summary>
    public static async Task<RawHttp2Connection> OpenAsync(RpcTestServer server)
    {
        var connection = new RawHttp2Connection();
        await connection._client.ConnectAsync(server.Http2Address.Host, server.Http2Address.Port);
        await connection.WriteAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0]);
        return connection;
    }

    /// <summary>Begins a gRPC call on stream 1, which stays open.</summary>
    public ValueTask StartCallAsync(string path)
    {
        // :method POST, :scheme http, then :authority, :path and content-type as literals of HPACK's static table.
        byte[] block = [0x83, 0x86, .. Literal([0x01], "localhost"), .. Literal([0x04], path), .. Literal([0x0F, 0x10], "application/grpc")];
        const byte EndHeaders = 4;
        return WriteAsync([0, 0, (byte)block.Length, Headers, EndHeaders, 0, 0, 0, 1, .. block]);
    }

    public ValueTask WriteAsync(byte[] bytes) => Stream.WriteAsync(bytes);

    /// <summary>The next frame, or null when the server has closed the connection.</summary>
    public async Task<(byte Type, byte Flags, byte[] Payload)?> ReadFrameAsync()
    {
        var header = new byte[9];
        try
        {
            if (await Stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false) < header.Length)
                return null;

            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8];
            await Stream.ReadExactlyAsync(payload);
            return (header[3], header[4], payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    private static byte[] Literal(byte[] name, string value) => [.. name, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
