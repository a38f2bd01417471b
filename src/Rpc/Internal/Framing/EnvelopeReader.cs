using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Rpc.Internal.Framing;

/// <summary>Takes enveloped messages off a request body, without copying them.</summary>
internal sealed class EnvelopeReader(PipeReader input, int maxMessageSize)
{
    private SequencePosition? _handedOut;

    /// <summary>Whether the client has sent everything and it has been read.</summary>
    public bool Ended { get; private set; }

    /// <summary>The next envelope, or null at the end. Its payload stays valid until the next read.</summary>
    /// <param name="only">Whether it has to be the only one: then it is handed out once the end of the request has been seen.</param>
    /// <param name="call">Cancels the wait.</param>
    /// <exception cref="RpcException">The envelope is cut short, too large, or not the only one.</exception>
    public ValueTask<Envelope?> ReadAsync(bool only, ServerCall call)
    {
        Release();

        // A message that is there already needs neither a wait nor the token, which is made on demand.
        while (!Ended && input.TryRead(out var arrived))
        {
            if (TakeOff(arrived, only) is { } envelope)
                return new ValueTask<Envelope?>(envelope);
        }

        return Ended ? default : WaitAsync(only, call);
    }

    /// <summary>Lets go of the message handed out last.</summary>
    public void Release()
    {
        if (_handedOut is not { } consumed)
            return;

        input.AdvanceTo(consumed);
        _handedOut = null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Envelope?> WaitAsync(bool only, ServerCall call)
    {
        while (!Ended)
        {
            if (TakeOff(await input.ReadAsync(call.CancellationToken), only) is { } envelope)
                return envelope;
        }

        return null;
    }

    /// <summary>Takes an envelope off what has arrived; null when it is not all there, or the end has come.</summary>
    private Envelope? TakeOff(in ReadResult arrived, bool only)
    {
        var buffer = arrived.Buffer;
        if (TryReadPrefix(buffer, out var flags, out var length))
        {
            if (length > maxMessageSize)
                throw Refuse(buffer, Errors.RequestTooLarge(maxMessageSize));

            var end = Envelope.PrefixSize + length;
            if (only && buffer.Length > end)
                throw Refuse(buffer, Errors.TooManyRequests);
            if (only ? arrived.IsCompleted && buffer.Length == end : buffer.Length >= end)
            {
                Ended = only;
                var payload = buffer.Slice(Envelope.PrefixSize, length);
                _handedOut = payload.End;
                return new Envelope(flags, payload);
            }
        }

        if (arrived.IsCompleted)
        {
            if (!buffer.IsEmpty)
                throw Refuse(buffer, Errors.IncompleteMessage);

            Ended = true;
        }

        input.AdvanceTo(buffer.Start, buffer.End);
        return null;
    }

    private static bool TryReadPrefix(in ReadOnlySequence<byte> buffer, out byte flags, out long length)
    {
        if (buffer.Length < Envelope.PrefixSize)
        {
            flags = 0;
            length = 0;
            return false;
        }

        Span<byte> prefix = stackalloc byte[Envelope.PrefixSize];
        buffer.Slice(0, Envelope.PrefixSize).CopyTo(prefix);
        flags = prefix[0];
        length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        return true;
    }

    private RpcException Refuse(in ReadOnlySequence<byte> buffer, RpcStatus status)
    {
        input.AdvanceTo(buffer.End);
        return new RpcException(status);
    }
}
