using Rpc.Tests.Protos;

namespace Rpc.Tests.Fuzzing;

/// <summary>The service that gets the damaged requests: a method of each kind, whose answers stay short whatever it is asked.</summary>
internal static class FuzzedService
{
    public const string FullName = "rpc.tests.v1.Library";

    public static readonly string[] Methods = ["GetBook", "AddBooks", "ListBooks", "Chat"];

    public static RpcService Create() => new(
        FullName,
        [
            new RpcMethod("GetBook", RpcMethodType.Unary, GetBookAsync) { IdempotencyNoSideEffects = true },
            new RpcMethod("AddBooks", RpcMethodType.ClientStreaming, AddBooksAsync),
            new RpcMethod("ListBooks", RpcMethodType.ServerStreaming, ListBooksAsync),
            new RpcMethod("Chat", RpcMethodType.DuplexStreaming, ChatAsync),
        ],
        LibraryReflection.Descriptor);

    private static async ValueTask GetBookAsync(RpcCall call)
    {
        var request = (await call.ReadAsync(GetBookRequest.Parser))!;
        foreach (var entry in call.RequestHeaders)
        {
            if (entry.IsBinary)
                call.ResponseTrailers.Add(entry.Name, entry.Bytes);
            else
                call.ResponseTrailers.Add(entry.Name, entry.Text!);
        }

        call.CompressResponse = true;
        await call.WriteAsync(new Book { Name = request.Name });
    }

    private static async ValueTask AddBooksAsync(RpcCall call)
    {
        var count = 0;
        while (await call.ReadAsync(Book.Parser) is not null)
            count++;
        await call.WriteAsync(new AddBooksResponse { Count = count });
    }

    private static async ValueTask ListBooksAsync(RpcCall call)
    {
        var request = (await call.ReadAsync(ListBooksRequest.Parser))!;
        call.CompressResponse = true;
        for (var i = 0; i < Math.Clamp(request.Count, 0, 3); i++)
            await call.WriteAsync(new Book { Name = $"book {i}" });
    }

    private static async ValueTask ChatAsync(RpcCall call)
    {
        while (await call.ReadAsync(Book.Parser) is { } book)
            await call.WriteAsync(book);
    }
}
