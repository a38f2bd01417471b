using Google.Protobuf;
using Google.Rpc;
using Rpc;
using Status = Google.Rpc.Status;

namespace EndToEnd;

/// <summary>A call that ended with a status other than OK.</summary>
internal sealed class GrpcException(int code, string message, Status details) : Exception($"{(StatusCode)code}: {message}")
{
    public StatusCode Code => (StatusCode)code;

    public ErrorInfo Info => Detail<ErrorInfo>() ?? throw new InvalidOperationException($"No ErrorInfo in {details}.");

    /// <summary>Field 1 of ErrorInfo, called reason since the package that can be had.</summary>
    public string Reason => Info.Type;

    public BadRequest? BadRequest => Detail<BadRequest>();

    private T? Detail<T>()
        where T : class, IMessage<T>, new() =>
        details.Details.Where(any => any.Is(new T().Descriptor)).Select(any => any.Unpack<T>()).SingleOrDefault();
}
