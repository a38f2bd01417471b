using Google.Protobuf.WellKnownTypes;

namespace Rpc;

/// <summary>How a call ended.</summary>
/// <param name="Code">The status code.</param>
/// <param name="Message">A message for developers, in English; it may be empty.</param>
/// <param name="Details">
/// Typed details, in practice the messages of <c>google/rpc/error_details.proto</c>. gRPC carries them in
/// <c>grpc-status-details-bin</c>, Connect in the error's JSON.
/// </param>
public sealed record RpcStatus(StatusCode Code, string Message, IReadOnlyList<Any>? Details = null)
{
    /// <summary>The status code; a number that is none of the codes becomes <see cref="StatusCode.Unknown"/>.</summary>
    public StatusCode Code { get; init; } = System.Enum.IsDefined(Code) ? Code : StatusCode.Unknown;

    /// <summary>Success.</summary>
    public static RpcStatus OK { get; } = new(StatusCode.OK, "");
}
