using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;

namespace EndToEnd;

/// <summary>Calls over HTTP/1.1, as pages do: gRPC-Web and Connect, whose streams differ in what comes last.</summary>
internal static class WebClient
{
    private const int ConnectEnd = 0x02;
    private const int GrpcWebTrailers = 0x80;

    /// <summary>Reads a whole stream, which must end with OK.</summary>
    public static async Task<List<T>> StreamAsync<T>(Uri address, string contentType, string method, IMessage request)
        where T : IMessage<T>, new()
    {
        using var http = new HttpClient { BaseAddress = address };
        using var content = new ByteArrayContent(GrpcClient.Frame(request)) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        using var response = await http.PostAsync(new Uri(method, UriKind.Relative), content);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);

        var body = await response.Content.ReadAsByteArrayAsync();
        var answers = new List<T>();
        var position = 0;
        while (body[position] == 0)
        {
            var answer = new T();
            answer.MergeFrom(Payload());
            answers.Add(answer);
        }

        var flags = body[position];
        var end = Encoding.UTF8.GetString(Payload());
        Assert.Equal(body.Length, position);
        Assert.Equal(contentType.Contains("connect", StringComparison.Ordinal) ? (ConnectEnd, "{}") : (GrpcWebTrailers, "grpc-status: 0\r\n"), (flags, end));
        return answers;

        byte[] Payload()
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(position + 1));
            var payload = body[(position + 5)..(position + 5 + length)];
            position += 5 + length;
            return payload;
        }
    }
}
