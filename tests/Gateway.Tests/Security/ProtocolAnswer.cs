using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rpc;

namespace Gateway.Tests.Security;

/// <summary>How a unary call ended, whatever the protocol.</summary>
internal sealed record ProtocolAnswer(StatusCode Code, string Message, IReadOnlyList<Any> Details, byte[] Body)
{
    /// <summary>The detail of this type; null when the status has none.</summary>
    public T? Detail<T>()
        where T : class, IMessage<T>, new() => Details.Where(any => any.Is(new T().Descriptor)).Select(any => any.Unpack<T>()).SingleOrDefault();
}
