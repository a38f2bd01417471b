using System.Globalization;
using Statecharts;

namespace Machines.Runtime;

/// <summary>What a <c>waitFor</c> waits for.</summary>
internal abstract record WaitCondition
{
    public const string DoneText = "done";

    /// <summary>Reads <c>done</c>, <c>hasTag:&lt;tag&gt;</c>, <c>matches:&lt;state.path&gt;</c> or <c>revision:&lt;n&gt;</c>.</summary>
    /// <returns>Null when the text is none of them.</returns>
    public static WaitCondition? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var argument = text[(colon + 1)..];
        return (colon < 0 ? text : text[..colon]) switch
        {
            DoneText when colon < 0 => new Done(),
            "hasTag" when argument.Length > 0 && colon > 0 => new HasTag(argument),
            "matches" when argument.Length > 0 && colon > 0 => new Matches(argument),
            "revision" when ulong.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) => new AfterRevision(revision),
            _ => null,
        };
    }

    /// <summary>What is wrong with a text that is none.</summary>
    public static string Problem(string text) => $"must be done, hasTag:<tag>, matches:<state.path> or revision:<n>, not '{text}'";

    public abstract bool IsMet(Snapshot snapshot, ulong revision);

    private sealed record Done : WaitCondition
    {
        public override bool IsMet(Snapshot snapshot, ulong revision) => snapshot.Status == ActorStatus.Done;
    }

    private sealed record HasTag(string Tag) : WaitCondition
    {
        public override bool IsMet(Snapshot snapshot, ulong revision) => snapshot.HasTag(Tag);
    }

    private sealed record Matches(string Path) : WaitCondition
    {
        public override bool IsMet(Snapshot snapshot, ulong revision) => snapshot.Matches(Path);
    }

    /// <summary>Met once the revision is greater.</summary>
    public sealed record AfterRevision(ulong Revision) : WaitCondition
    {
        public override bool IsMet(Snapshot snapshot, ulong revision) => revision > Revision;
    }
}
