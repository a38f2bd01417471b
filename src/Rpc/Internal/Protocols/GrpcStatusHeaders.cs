using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Rpc.Internal.Protocols;

/// <summary>A status as gRPC's trailers.</summary>
internal static class GrpcStatusHeaders
{
    private const string DetailsName = "grpc-status-details-bin";

    /// <summary>By code: they count up from 0.</summary>
    private static readonly string[] CodeTexts = [.. Enum.GetValues<StatusCode>().Select(code => ((int)code).ToString(CultureInfo.InvariantCulture))];

    public static void Write(RpcStatus status, IHeaderDictionary trailers)
    {
        trailers.GrpcStatus = CodeTexts[(int)status.Code];
        if (status.Message.Length > 0)
            trailers.GrpcMessage = PercentEncoding.Encode(status.Message);
        if (status.Details is { Count: > 0 })
            trailers[DetailsName] = MetadataHeaders.ToBase64(Details(status).ToByteArray());
    }

    private static Google.Rpc.Status Details(RpcStatus status)
        => new() { Code = (int)status.Code, Message = status.Message, Details = { status.Details } };
}
