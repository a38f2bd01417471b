using System.Text.Json;
using Conformance.Protos;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Conformance.Client;

/// <summary>Errors and ends of streams as the Connect protocol writes them.</summary>
internal static class ConnectJson
{
    private static readonly Dictionary<string, Code> Codes = new(StringComparer.Ordinal)
    {
        ["canceled"] = Code.Canceled,
        ["unknown"] = Code.Unknown,
        ["invalid_argument"] = Code.InvalidArgument,
        ["deadline_exceeded"] = Code.DeadlineExceeded,
        ["not_found"] = Code.NotFound,
        ["already_exists"] = Code.AlreadyExists,
        ["permission_denied"] = Code.PermissionDenied,
        ["resource_exhausted"] = Code.ResourceExhausted,
        ["failed_precondition"] = Code.FailedPrecondition,
        ["aborted"] = Code.Aborted,
        ["out_of_range"] = Code.OutOfRange,
        ["unimplemented"] = Code.Unimplemented,
        ["internal"] = Code.Internal,
        ["unavailable"] = Code.Unavailable,
        ["data_loss"] = Code.DataLoss,
        ["unauthenticated"] = Code.Unauthenticated,
    };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static Error ReadError(string json, Action<string> complain)
    {
        using var document = JsonDocument.Parse(json, Strict);
        return ReadError(document.RootElement, complain);
    }

    /// <summary>The error in a stream's last message, or null for success; its metadata goes to the trailers.</summary>
    public static Error? ReadEnd(string json, ICollection<Header> trailers, Action<string> complain)
    {
        using var document = JsonDocument.Parse(json, Strict);
        Error? error = null;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Name == "error")
                error = ReadError(member.Value, complain);
            else if (member.Name != "metadata")
                complain($"the end of the stream has a member '{member.Name}'");
            else
                ReadMetadata(member.Value, trailers);
        }

        return error;
    }

    private static void ReadMetadata(JsonElement metadata, ICollection<Header> trailers)
    {
        foreach (var entry in metadata.EnumerateObject())
        {
            var values = entry.Value.EnumerateArray().Select(value => value.GetString()!);
            trailers.Add(new Header { Name = entry.Name.ToLowerInvariant(), Value = { values } });
        }
    }

    private static Error ReadError(JsonElement json, Action<string> complain)
    {
        var error = new Error { Message = "" };
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "code" when Codes.TryGetValue(member.Value.GetString()!, out var code):
                    error.Code = code;
                    break;
                case "message":
                    error.Message = member.Value.GetString()!;
                    break;
                case "details":
                    error.Details.Add(member.Value.EnumerateArray().Select(detail => ReadDetail(detail, complain)));
                    break;
                default:
                    complain($"an error has the member {member.Name}: {member.Value}");
                    break;
            }
        }

        return error;
    }

    private static Any ReadDetail(JsonElement json, Action<string> complain)
    {
        foreach (var member in json.EnumerateObject().Where(member => member.Name is not ("type" or "value" or "debug")))
            complain($"an error's detail has a member '{member.Name}'");

        var type = json.GetProperty("type").GetString()!;
        var value = UnpaddedBase64.Decode(json.GetProperty("value").GetString()!, complain);
        if (json.TryGetProperty("debug", out var debug) && Json.Find(type) is { } descriptor
            && !Json.Read(debug.GetRawText(), descriptor).Equals(descriptor.Parser.ParseFrom(value)))
        {
            complain("an error detail's debug member says something else than its value");
        }

        return new Any { TypeUrl = $"type.googleapis.com/{type}", Value = ByteString.CopyFrom(value) };
    }
}
