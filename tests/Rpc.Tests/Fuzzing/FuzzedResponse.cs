using System.Globalization;
using System.Text;
using System.Text.Json;
using Rpc.Tests.Support;

namespace Rpc.Tests.Fuzzing;

/// <summary>The response to a damaged request, which itself has to be in order.</summary>
internal sealed record FuzzedResponse(int HttpStatus, string ContentType, string? GrpcStatus, byte[] Body)
{
    /// <summary>How the call ended: a status, or the HTTP status of a request that was no call.</summary>
    /// <exception cref="InvalidDataException">The response breaks its protocol's rules.</exception>
    public string Outcome()
    {
        try
        {
            return ContentType switch
            {
                _ when HttpStatus is 404 or 405 or 415 or 505 && Body.Length == 0 => $"HTTP {HttpStatus}",
                _ when ContentType.StartsWith("application/grpc-web-text", StringComparison.Ordinal) => Web(Decode(Body)),
                _ when ContentType.StartsWith("application/grpc-web", StringComparison.Ordinal) => Web(Body),
                _ when ContentType.StartsWith("application/grpc", StringComparison.Ordinal) => Grpc(),
                _ when ContentType.StartsWith("application/connect+", StringComparison.Ordinal) => ConnectStream(),
                "application/json" when HttpStatus != 200 => Error(JsonDocument.Parse(Body).RootElement),
                "application/json" or "application/proto" when HttpStatus == 200 => "OK",
                _ => throw new InvalidDataException("No protocol answers like this."),
            };
        }
        catch (Exception exception)
        {
            throw new InvalidDataException($"HTTP {HttpStatus} {ContentType}, grpc-status {GrpcStatus}: {Encoding.UTF8.GetString(Body)}", exception);
        }
    }

    private static string Name(string grpcStatus) => ((StatusCode)int.Parse(grpcStatus, CultureInfo.InvariantCulture)).ToString();

    private static string Error(JsonElement error) => string.Concat(error.GetProperty("code").GetString()!.Split('_').Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}"));

    private static byte[] Decode(byte[] text) => [.. Encoding.ASCII.GetString(text).Chunk(4).SelectMany(group => Convert.FromBase64String(new string(group)))];

    private static void Check(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidDataException(rule);
    }

    private static string Web(byte[] body)
    {
        var frames = Frames.Split(body);
        Check(frames.SkipLast(1).All(frame => frame.Flags is 0 or 1) && frames[^1].Flags == 0x80, "flags");
        var status = Encoding.UTF8.GetString(frames[^1].Payload).Split("\r\n").Single(line => line.StartsWith("grpc-status: ", StringComparison.Ordinal));
        return Name(status["grpc-status: ".Length..]);
    }

    private string Grpc()
    {
        Check(Frames.Split(Body).All(frame => frame.Flags is 0 or 1), "flags");
        return Name(GrpcStatus!);
    }

    private string ConnectStream()
    {
        var frames = Frames.Split(Body);
        Check(frames.SkipLast(1).All(frame => frame.Flags is 0 or 1) && frames[^1].Flags == 2, "flags");
        return JsonDocument.Parse(frames[^1].Payload).RootElement.TryGetProperty("error", out var error) ? Error(error) : "OK";
    }
}
