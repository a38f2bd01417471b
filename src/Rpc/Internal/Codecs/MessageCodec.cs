namespace Rpc.Internal.Codecs;

/// <summary>How a client encodes messages.</summary>
internal enum MessageCodec
{
    /// <summary>Protobuf, as the handlers do.</summary>
    Proto,

    /// <summary>JSON, which has to be translated.</summary>
    Json,
}
