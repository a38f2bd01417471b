using System.Buffers;
using Gateway.Binding;
using Gateway.Upstream;
using Machines.V1;
using Rpc;
using Rpc.Json;

namespace Gateway.Streaming;

/// <summary>The messages of one Watch: each revision after the last that was told, in order, never twice.</summary>
internal sealed class WatchStream(RpcCall call, WatchShape shape, string objectName, string key, SnapshotWriter snapshots)
{
    private bool _reset;

    /// <summary>Whether this stream came upon a reset that the instance's feed has yet to tell of.</summary>
    public bool IsAheadOfFeed { get; set; }

    /// <summary>The last revision that was told.</summary>
    public ulong Revision { get; private set; }

    /// <summary>Goes on after a revision that the client knows.</summary>
    public void ContinueAfter(ulong revision) => Revision = revision;

    /// <summary>Goes on with a new life of the instance, which the next message says.</summary>
    public void BeginAgain()
    {
        Revision = 0;
        _reset = true;
    }

    /// <summary>Tells what is new in a snapshot: the steps that led to it as far as the machine keeps them, the last with the snapshot itself.</summary>
    public async ValueTask WriteAsync(ObservedSnapshot snapshot)
    {
        foreach (var entry in snapshot.History.Where(entry => entry.Revision > Revision && entry.Revision <= snapshot.Revision))
        {
            var info = Advance(entry.Revision);
            info.Transition = entry.Transition;
            if (info.Skipped > 0)
                info.Compacted = new Compacted { OldestRevision = entry.Revision };
            await WriteAsync(info, entry.Revision == snapshot.Revision ? snapshot : null);
        }

        if (snapshot.Revision > Revision)
            await WriteAsync(Advance(snapshot.Revision), snapshot);
    }

    public ValueTask WriteProgressAsync() => WriteAsync(new WatchInfo { Revision = Revision, Progress = true }, null);

    private WatchInfo Advance(ulong revision)
    {
        var info = new WatchInfo { Revision = revision, Skipped = revision - Revision - 1, Reset = _reset };
        Revision = revision;
        _reset = false;
        return info;
    }

    private ValueTask WriteAsync(WatchInfo info, ObservedSnapshot? snapshot)
    {
        var message = new ArrayBufferWriter<byte>();
        message.WriteMessage(shape.Info.FieldNumber, info);
        if (snapshot is not null)
            message.WriteBytes(shape.SnapshotField.FieldNumber, snapshot.As(shape.Snapshot, objectName, key, snapshots).Span);
        return call.WriteAsync(message.WrittenMemory);
    }
}
