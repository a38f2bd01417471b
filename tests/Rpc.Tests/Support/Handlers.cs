using System.Buffers;
using System.Text;

namespace Rpc.Tests.Support;

/// <summary>Methods that most tests can do with.</summary>
internal static class Handlers
{
    public static readonly RpcMethod Echo = Unary("Echo", message => message);

    public static readonly RpcMethod Chat = new("Chat", RpcMethodType.DuplexStreaming, async call =>
    {
        while (await call.ReadAsync() is { } message)
            await call.WriteAsync(message);
    });

    public static readonly RpcMethod Join = new("Join", RpcMethodType.ClientStreaming, async call =>
    {
        var joined = new StringBuilder();
        while (await call.ReadAsync() is { } message)
            joined.Append(Encoding.UTF8.GetString(message));
        await call.WriteAsync(Encoding.UTF8.GetBytes(joined.ToString()));
    });

    /// <summary>Answers each character of the request with a message.</summary>
    public static readonly RpcMethod Spell = new("Spell", RpcMethodType.ServerStreaming, async call =>
    {
        foreach (var letter in Encoding.UTF8.GetString((await call.ReadAsync())!.Value))
            await call.WriteAsync(Encoding.UTF8.GetBytes([letter]));
    });

    public static RpcMethod Unary(string name, Func<byte[], byte[]> answer) => new(name, RpcMethodType.Unary, async call =>
    {
        var request = (await call.ReadAsync())!.Value.ToArray();
        await call.WriteAsync(answer(request));
    });

    /// <summary>A unary method that runs code and answers with an empty message.</summary>
    public static RpcMethod Do(string name, Action<RpcCall> action) => new(name, RpcMethodType.Unary, async call =>
    {
        await call.ReadAsync();
        action(call);
        await call.WriteAsync(ReadOnlyMemory<byte>.Empty);
    });

    public static RpcMethod Fails(string name, Func<Exception> exception, RpcMethodType type = RpcMethodType.Unary) => new(name, type, async call =>
    {
        await call.ReadAsync();
        throw exception();
    });
}
