using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Restate.Sdk.Protocol;

/// <summary>The first message of every stream: what the invocation is and how long its journal is.</summary>
internal sealed record StartMessage
{
    public ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>The invocation's id as people and APIs write it.</summary>
    public string DebugId { get; init; } = "";

    /// <summary>How many commands and notifications follow as the journal.</summary>
    public uint KnownEntries { get; init; }

    public string Key { get; init; } = "";

    public required EagerState State { get; init; }

    public uint RetryCount { get; init; }

    public TimeSpan RetryDuration { get; init; }

    /// <summary>The seed of the invocation's random numbers, the same for every attempt.</summary>
    public ulong RandomSeed { get; init; }

    public static StartMessage Decode(ReadOnlyMemory<byte> message, ProtocolVersion version)
    {
        ReadOnlyMemory<byte> id = default;
        string debugId = "", key = "";
        uint knownEntries = 0, retryCount = 0;
        ulong retryMilliseconds = 0, seed = 0;
        var partialState = false;
        var state = new Dictionary<string, ReadOnlyMemory<byte>?>();
        var reader = new ProtoReader(message);
        while (reader.ReadField())
        {
            switch (reader.Field)
            {
                case 1:
                    id = reader.ReadBytes();
                    break;
                case 2:
                    debugId = reader.ReadString();
                    break;
                case 3:
                    knownEntries = reader.ReadUInt32();
                    break;
                case 4:
                    DecodeStateEntry(reader.ReadMessage(), state);
                    break;
                case 5:
                    partialState = reader.ReadBool();
                    break;
                case 6:
                    key = reader.ReadString();
                    break;
                case 7:
                    retryCount = reader.ReadUInt32();
                    break;
                case 8:
                    retryMilliseconds = reader.ReadUInt64();
                    break;
                case 9:
                    seed = reader.ReadUInt64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new StartMessage
        {
            Id = id,
            DebugId = debugId,
            KnownEntries = knownEntries,
            Key = key,
            State = new EagerState(state, partialState),
            RetryCount = retryCount,
            RetryDuration = TimeSpan.FromMilliseconds(Math.Min(retryMilliseconds, (ulong)TimeSpan.MaxValue.TotalMilliseconds / 2)),
            RandomSeed = version >= ProtocolVersion.V6 ? seed : BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(id.Span)),
        };
    }

    private static void DecodeStateEntry(ProtoReader reader, Dictionary<string, ReadOnlyMemory<byte>?> state)
    {
        var key = "";
        ReadOnlyMemory<byte> value = default;
        while (reader.ReadField())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.ReadString();
                    break;
                case 2:
                    value = reader.ReadBytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        state[key] = value;
    }
}
