using System.Text;
using Google.Protobuf;
using Rpc.Tests.Protos;
using Rpc.Tests.Support;

namespace Rpc.Tests.Fuzzing;

/// <summary>Requests in every protocol, with damage to their body or to what stands before it.</summary>
internal static class RequestFuzzer
{
    private static readonly string[] ContentTypes =
    [
        "application/grpc", "application/grpc+proto", "application/grpc+json", "application/grpc-web", "application/grpc-web+json",
        "application/grpc-web-text", "application/connect+proto", "application/connect+json", "application/proto", "application/json",
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("grpc-encoding", ["gzip", "identity", "br", "", "gzip,gzip"]),
        ("grpc-timeout", ["1S", "1n", "x", "99999999H", "100000000S", "-1S", "S", ""]),
        ("grpc-accept-encoding", ["gzip", ",,;q=,", "gzip;q=0", "identity", "*"]),
        ("connect-content-encoding", ["gzip", "gzip, gzip", "identity"]),
        ("connect-accept-encoding", ["gzip", ";;;"]),
        ("connect-timeout-ms", ["1000", "0", "-1", "99999999999", "1e3"]),
        ("connect-protocol-version", ["1", "2", ""]),
        ("content-encoding", ["gzip", "identity", "deflate"]),
        ("accept-encoding", ["gzip", "gzip;q=0.0", "br, gzip"]),
        ("x-meta-bin", ["=", "AQ,,AQ", "%%%", "AQI", "AQI=", ","]),
        ("x-meta", ["", "a,b", "~", "  "]),
        ("x-user-agent", ["grpc-web-javascript/0.1"]),
    ];

    private static readonly string[] Queries = ["connect=v1", "connect=v2", "encoding=json", "encoding=proto", "encoding=x", "base64=1", "base64=0", "compression=gzip", "compression=x"];

    private static readonly string[] QueryMessages = ["{}", "%7B%22name%22:%22x%22%7D", "CgF4", "CgF4=", "%00%FF", "", "H4sI"];

    private static readonly byte[] FlagValues = [0, 0, 0, 0, 1, 2, 3, 0x80, 0xFF];

    private static readonly byte[][] Splices = [[0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0xFF, 0xFF, 0xFF, 0xFF], [0x1F, 0x8B, 8, 0], [0x80], [.. "="u8], [.. "AAAA"u8], [.. "null"u8], [.. "{"u8]];

    /// <summary>Headers that are right, before a body that may not be.</summary>
    public static FuzzedRequest DamagedBody(Random random)
    {
        var contentType = random.Pick(ContentTypes);
        var method = Method(random, contentType);
        var gzip = random.Next(3) == 0;
        return new FuzzedRequest("POST", $"/{FuzzedService.FullName}/{method}", contentType, gzip ? Gzip(contentType) : [], Body(random, contentType, method, gzip, random.Next(8) != 0));
    }

    /// <summary>A body that is right, behind a request line and headers that may not be.</summary>
    public static FuzzedRequest DamagedHead(Random random)
    {
        var contentType = random.Pick(ContentTypes);
        var method = Method(random, contentType);
        var headers = Headers.Where(_ => random.Next(4) == 0).Select(header => (header.Name, Damage(random, random.Pick(header.Values)))).ToArray();
        var path = $"/{FuzzedService.FullName}/{method}";
        if (random.Next(5) == 0)
        {
            var query = Queries.Where(_ => random.Next(3) == 0).Append($"message={random.Pick(QueryMessages)}");
            return new FuzzedRequest("GET", $"/{FuzzedService.FullName}/GetBook?{string.Join('&', query)}", "", headers, []);
        }

        var body = Body(random, contentType, method, gzip: false, damaged: false);
        if (random.Next(10) == 0)
            path = random.Pick(["/a.B/C", "/", "/rpc.tests.v1.Library/", "/rpc.tests.v1.Library/getbook", "/prefix/rpc.tests.v1.Library/GetBook"]);
        return new FuzzedRequest(random.Next(50) == 0 ? "PUT" : "POST", path, Damage(random, contentType), headers, body);
    }

    /// <summary>Mostly one that the content type is for: Connect has other types for unary calls than for streams.</summary>
    private static string Method(Random random, string contentType) => contentType switch
    {
        _ when random.Next(10) == 0 => random.Pick(FuzzedService.Methods),
        "application/proto" or "application/json" => "GetBook",
        _ when contentType.StartsWith("application/connect", StringComparison.Ordinal) => random.Pick(FuzzedService.Methods[1..]),
        _ => random.Pick(FuzzedService.Methods),
    };

    private static (string Name, string Value)[] Gzip(string contentType) => contentType switch
    {
        _ when contentType.StartsWith("application/grpc", StringComparison.Ordinal) => [("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip")],
        _ when contentType.StartsWith("application/connect", StringComparison.Ordinal) => [("connect-content-encoding", "gzip"), ("connect-accept-encoding", "gzip")],
        _ => [("content-encoding", "gzip"), ("accept-encoding", "gzip")],
    };

    private static byte[] Body(Random random, string contentType, string method, bool gzip, bool damaged)
    {
        if (contentType is "application/proto" or "application/json")
        {
            var only = Message(random, contentType, method);
            return Damaged(random, gzip ? Frames.Gzip(only) : only, damaged);
        }

        var count = method is "AddBooks" or "Chat" ? random.Next(4) : 1;
        var body = Damaged(random, [.. Enumerable.Range(0, count).SelectMany(_ => Frame(random, Message(random, contentType, method), gzip, damaged))], damaged);
        return contentType == "application/grpc-web-text" ? Damaged(random, Encoding.ASCII.GetBytes(Convert.ToBase64String(body)), damaged && random.Next(2) == 0) : body;
    }

    private static byte[] Frame(Random random, byte[] message, bool gzip, bool damaged)
    {
        if (damaged && random.Next(3) == 0)
            message = Damaged(random, message, true);
        if (gzip)
            message = Damaged(random, Frames.Gzip(message), damaged && random.Next(3) == 0);
        return Frames.Frame(message, damaged && random.Next(4) == 0 ? random.Pick(FlagValues) : (byte)(gzip ? 1 : 0));
    }

    private static byte[] Message(Random random, string contentType, string method)
    {
        IMessage message = method switch
        {
            "GetBook" => new GetBookRequest { Name = new string('x', random.Next(300)) },
            "ListBooks" => new ListBooksRequest { Count = random.Next(4) },
            _ => new Book { Name = "größe" },
        };
        return contentType.EndsWith("json", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(message)) : message.ToByteArray();
    }

    private static byte[] Damaged(Random random, byte[] bytes, bool damaged) => damaged ? Mutation.Apply(random, bytes, Splices) : bytes;

    /// <summary>One time in four another text, of characters that HTTP lets through.</summary>
    private static string Damage(Random random, string text)
    {
        if (random.Next(4) != 0)
            return text;

        var bytes = Mutation.Apply(random, Encoding.ASCII.GetBytes(text), [[.. ","u8], [.. ";"u8], [.. "+"u8], [.. "gzip"u8], [.. "9999999999"u8]]);
        return Encoding.ASCII.GetString([.. bytes.Select(value => (byte)(' ' + value % ('~' - ' ')))]).Trim();
    }
}
