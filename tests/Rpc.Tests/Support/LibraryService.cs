using Rpc.Tests.Protos;

namespace Rpc.Tests.Support;

/// <summary>The service of <c>library.proto</c>: a method of each kind, for the tests of the other protocols.</summary>
internal static class LibraryService
{
    public const string FullName = "rpc.tests.v1.Library";

    public static RpcService Create() => new(
        FullName,
        [
            new RpcMethod("GetBook", RpcMethodType.Unary, GetBookAsync) { IdempotencyNoSideEffects = true },
            new RpcMethod("AddBooks", RpcMethodType.ClientStreaming, AddBooksAsync),
            new RpcMethod("ListBooks", RpcMethodType.ServerStreaming, ListBooksAsync),
            new RpcMethod("Chat", RpcMethodType.DuplexStreaming, ChatAsync),
        ],
        LibraryReflection.Descriptor);

    /// <summary>Answers with the name; "missing" is NOT_FOUND, with metadata and a detail.</summary>
    private static async ValueTask GetBookAsync(RpcCall call)
    {
        var request = (await call.ReadAsync(GetBookRequest.Parser))!;
        EchoMetadata(call);
        if (request.Name == "missing")
            throw new RpcException(new RpcStatus(StatusCode.NotFound, "no such böok", [Google.Protobuf.WellKnownTypes.Any.Pack(request)]));
        if (request.Name == "never")
            await Task.Delay(Timeout.Infinite, call.CancellationToken);

        call.CompressResponse = request.Name.Length > 100;
        await call.WriteAsync(new Book { Name = request.Name });
    }

    private static async ValueTask AddBooksAsync(RpcCall call)
    {
        var count = 0;
        while (await call.ReadAsync(Book.Parser) is not null)
            count++;
        await call.WriteAsync(new AddBooksResponse { Count = count });
    }

    /// <summary>Answers with that many books; a negative count fails after as many.</summary>
    private static async ValueTask ListBooksAsync(RpcCall call)
    {
        var request = (await call.ReadAsync(ListBooksRequest.Parser))!;
        EchoMetadata(call);
        for (var i = 0; i < Math.Abs(request.Count); i++)
            await call.WriteAsync(new Book { Name = $"book {i}" });
        if (request.Count < 0)
            throw new RpcException(StatusCode.DataLoss, "the rest is lost");
    }

    private static async ValueTask ChatAsync(RpcCall call)
    {
        while (await call.ReadAsync(Book.Parser) is { } book)
            await call.WriteAsync(book);
    }

    private static void EchoMetadata(RpcCall call)
    {
        foreach (var entry in call.RequestHeaders)
        {
            if (entry.Name.StartsWith("x-echo", StringComparison.Ordinal) && entry.IsBinary)
                call.ResponseTrailers.Add(entry.Name, entry.Bytes);
            else if (entry.Name.StartsWith("x-echo", StringComparison.Ordinal))
                call.ResponseHeaders.Add(entry.Name, entry.Text!);
        }
    }
}
