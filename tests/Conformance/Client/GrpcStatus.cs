using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Conformance.Protos;

namespace Conformance.Client;

/// <summary>The status in gRPC's trailers.</summary>
internal static partial class GrpcStatus
{
    /// <summary>The error the trailers tell of, or null for OK.</summary>
    public static Error? Read(IEnumerable<Header> trailers, Action<string> complain)
    {
        var values = trailers.ToLookup(trailer => trailer.Name, trailer => trailer.Value);
        var statuses = values["grpc-status"].SelectMany(value => value).ToArray();
        if (statuses.Length != 1 || !int.TryParse(statuses[0], NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code > 16)
        {
            complain($"grpc-status is '{string.Join(", ", statuses)}'");
            return new Error { Code = Code.Unknown };
        }

        var encoded = values["grpc-message"].SelectMany(value => value).SingleOrDefault() ?? "";
        if (!Encoded().IsMatch(encoded))
            complain($"grpc-message '{encoded}' is not percent-encoded");

        var error = new Error { Code = (Code)code, Message = Decode(encoded) };
        if (values["grpc-status-details-bin"].SelectMany(value => value).SingleOrDefault() is { } details)
        {
            var status = Google.Rpc.Status.Parser.ParseFrom(UnpaddedBase64.Decode(details, complain));
            if (status.Code != code || status.Message != error.Message)
                complain("grpc-status-details-bin contradicts grpc-status or grpc-message");
            error.Details.Add(status.Details);
        }

        return code == 0 ? null : error;
    }

    [GeneratedRegex("^([ -$&-~]|%[0-9A-F]{2})*$")]
    private static partial Regex Encoded();

    private static string Decode(string encoded)
    {
        var bytes = new List<byte>();
        for (var index = 0; index < encoded.Length; index++)
        {
            if (encoded[index] != '%')
            {
                bytes.Add((byte)encoded[index]);
                continue;
            }

            bytes.Add(Convert.ToByte(encoded.Substring(index + 1, 2), 16));
            index += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
