namespace Restate.Sdk.Protocol;

/// <summary>How an inner node's outcome follows from its children's; the numbers are the protocol's.</summary>
internal enum Combinator
{
    FirstCompleted = 1,
    AllCompleted = 2,
    FirstSucceededOrAllFailed = 3,
    AllSucceededOrFirstFailed = 4,
}

internal enum AwaitOutcome
{
    Pending,
    Succeeded,
    Failed,
}

/// <summary>
/// A node of an await tree: a leaf waits for one notification, an inner node combines others. An outcome, once there, never changes.
/// </summary>
internal sealed class AwaitNode
{
    private readonly NotificationId _id;
    private readonly Combinator _combinator;
    private readonly AwaitNode[]? _children;

    public AwaitNode(NotificationId id) => _id = id;

    /// <summary>A leaf whose result is known from the start.</summary>
    public AwaitNode(Notification result)
    {
        Result = result;
        Outcome = OutcomeOf(result);
    }

    public AwaitNode(Combinator combinator, params AwaitNode[] children)
    {
        _combinator = combinator;
        _children = children;
    }

    public AwaitOutcome Outcome { get; private set; }

    /// <summary>A completed leaf's result.</summary>
    public Notification? Result { get; private set; }

    /// <summary>The index of the child that decided the outcome of a node that one child can decide; -1 when none did.</summary>
    public int Decider { get; private set; } = -1;

    /// <summary>Works out the outcome from the notifications at hand. A leaf takes its own out of them.</summary>
    public AwaitOutcome Evaluate(Dictionary<NotificationId, Notification> ready)
    {
        if (Outcome != AwaitOutcome.Pending)
            return Outcome;

        if (_children is not null)
            return Outcome = Combine(ready);

        if (ready.Remove(_id, out var result))
        {
            Result = result;
            Outcome = OutcomeOf(result);
        }

        return Outcome;
    }

    /// <summary>The ids of the leaves that could still change the outcome, in the order of the tree.</summary>
    public IEnumerable<NotificationId> PendingIds()
    {
        if (Outcome != AwaitOutcome.Pending)
            return [];
        return _children is null ? [_id] : _children.SelectMany(child => child.PendingIds());
    }

    /// <summary>Writes the tree's open part as the fields of the protocol's Future message.</summary>
    public void Encode(FrameWriter writer)
    {
        if (_children is null)
        {
            EncodeId(writer);
            writer.UInt64(5, (ulong)Combinator.FirstCompleted);
            return;
        }

        foreach (var child in _children)
        {
            if (child.Outcome != AwaitOutcome.Pending)
                continue;
            if (child._children is null)
            {
                child.EncodeId(writer);
                continue;
            }

            var start = writer.BeginMessage(4);
            child.Encode(writer);
            writer.EndMessage(start);
        }

        writer.UInt64(5, (ulong)_combinator);
    }

    private void EncodeId(FrameWriter writer)
    {
        switch (_id.Kind)
        {
            case NotificationKind.Completion:
                writer.OptionalUInt64(1, _id.Index);
                break;
            case NotificationKind.Signal:
                writer.OptionalUInt64(2, _id.Index);
                break;
            default:
                writer.OptionalString(3, _id.Name);
                break;
        }
    }

    private static AwaitOutcome OutcomeOf(Notification result) => result.IsFailure ? AwaitOutcome.Failed : AwaitOutcome.Succeeded;

    private AwaitOutcome Combine(Dictionary<NotificationId, Notification> ready)
    {
        var completed = 0;
        for (var i = 0; i < _children!.Length; i++)
        {
            var outcome = _children[i].Evaluate(ready);
            if (outcome == AwaitOutcome.Pending)
                continue;

            completed++;
            var decides = _combinator switch
            {
                Combinator.FirstCompleted => true,
                Combinator.FirstSucceededOrAllFailed => outcome == AwaitOutcome.Succeeded,
                Combinator.AllSucceededOrFirstFailed => outcome == AwaitOutcome.Failed,
                _ => false,
            };
            if (decides)
            {
                Decider = i;
                return _combinator == Combinator.FirstCompleted ? AwaitOutcome.Succeeded : outcome;
            }
        }

        if (completed < _children.Length)
            return AwaitOutcome.Pending;
        return _combinator == Combinator.FirstSucceededOrAllFailed ? AwaitOutcome.Failed : AwaitOutcome.Succeeded;
    }
}

internal static class AwaitNodeResults
{
    /// <summary>A completed leaf's result, decoded; throws its failure.</summary>
    public static T ResultOrThrow<T>(this AwaitNode node, Func<Notification, T> decode)
    {
        var result = node.Result ?? throw new InvalidOperationException("The future has no result yet.");
        return result.Failure is { } failure ? throw failure.ToException() : decode(result);
    }
}
