using Conformance.Protos;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Conformance.Suites;

/// <summary>A kind of call, as the suites tell them apart, with the requests of its method.</summary>
/// <param name="Name">What the names of its cases begin with.</param>
/// <param name="StreamType">Its kind in the suites' own words.</param>
internal sealed record Kind(string Name, StreamType StreamType)
{
    public static readonly Kind Unary = new("unary", StreamType.Unary);
    public static readonly Kind ClientStream = new("client-stream", StreamType.ClientStream);
    public static readonly Kind ServerStream = new("server-stream", StreamType.ServerStream);
    public static readonly Kind FullDuplex = new("bidi-stream/full-duplex", StreamType.FullDuplexBidiStream);
    public static readonly Kind HalfDuplex = new("bidi-stream/half-duplex", StreamType.HalfDuplexBidiStream);

    /// <summary>The data of every message that has any.</summary>
    public static ByteString Data { get; } = ByteString.CopyFromUtf8("test response");

    public bool ServerStreams => StreamType is not (StreamType.Unary or StreamType.ClientStream);

    public bool ClientStreams => StreamType is not (StreamType.Unary or StreamType.ServerStream);

    public string Method => StreamType switch
    {
        StreamType.Unary => "Unary",
        StreamType.ClientStream => "ClientStream",
        StreamType.ServerStream => "ServerStream",
        _ => "BidiStream",
    };

    /// <summary>The request that says how the call is to be answered; empty without an answer.</summary>
    public Any Request(Answer? answer) => Any.Pack(this switch
    {
        { StreamType: StreamType.Unary } => new UnaryRequest { ResponseDefinition = answer?.Once() },
        { StreamType: StreamType.ClientStream } => new ClientStreamRequest { ResponseDefinition = answer?.Once() },
        { StreamType: StreamType.ServerStream } => new ServerStreamRequest { ResponseDefinition = answer?.Stream() },
        _ => new BidiStreamRequest { ResponseDefinition = answer?.Stream(), FullDuplex = this == FullDuplex },
    });

    /// <summary>A further request of a client's stream.</summary>
    public Any FurtherRequest() => Any.Pack(StreamType == StreamType.ClientStream
        ? new ClientStreamRequest { RequestData = Data }
        : new BidiStreamRequest { RequestData = Data });
}
