using System.Globalization;
using System.Text;

namespace Statecharts;

/// <summary>
/// The address of an actor in an instance: the ids of the children to follow from the root. The root's path is empty.
/// </summary>
/// <remarks>
/// A path that the engine makes also names the actor's session, a number that no two actors of one instance share. It
/// tells an actor from a later one with the same id, so that a late timer or promise never reaches a successor. A path
/// without a session means whichever actor is there now. The text is <c>auth-server/process@2</c>; in ids, <c>~</c>,
/// <c>/</c> and <c>@</c> are written <c>~0</c>, <c>~1</c> and <c>~2</c>.
/// </remarks>
public sealed class ActorPath : IEquatable<ActorPath>
{
    /// <summary>The path of the root: the instance itself.</summary>
    public static ActorPath Root { get; } = new(null, "", 0);

    private ActorPath(ActorPath? parent, string id, int? session)
    {
        Parent = parent;
        Id = id;
        Session = session;
    }

    /// <summary>The parent's path; null for the root.</summary>
    public ActorPath? Parent { get; }

    /// <summary>The actor's id among its parent's children; empty for the root.</summary>
    public string Id { get; }

    /// <summary>The actor's session; 0 for the root, null when the path means whichever actor has the id.</summary>
    public int? Session { get; }

    /// <summary>True for the root's path.</summary>
    public bool IsRoot => Parent is null;

    /// <summary>The ids from the root down; empty for the root.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            var ids = new List<string>();
            for (var path = this; path.Parent is not null; path = path.Parent)
                ids.Insert(0, path.Id);
            return ids;
        }
    }

    /// <summary>The path of a child of this actor.</summary>
    public ActorPath Child(string id, int? session = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return new ActorPath(this, id, session);
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is not a path.</exception>
    public static ActorPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var path = Root;
        if (text.Length == 0)
            return path;
        foreach (var segment in text.Split('/'))
        {
            var at = segment.IndexOf('@', StringComparison.Ordinal);
            var id = Unescape(at < 0 ? segment : segment[..at]);
            if (id.Length == 0)
                throw new FormatException($"'{text}' is not an actor path: an id is empty.");
            int? session = null;
            if (at >= 0)
            {
                if (!int.TryParse(segment.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    throw new FormatException($"'{text}' is not an actor path: '{segment[(at + 1)..]}' is not a session number.");
                session = number;
            }
            path = path.Child(id, session);
        }
        return path;
    }

    /// <summary>The path as text: ids joined by <c>/</c>, then <c>@</c> and the session where one is named.</summary>
    public override string ToString()
    {
        if (IsRoot)
            return "";
        var text = new StringBuilder();
        Append(text, this);
        if (Session is { } session)
            text.Append('@').Append(session.ToString(CultureInfo.InvariantCulture));
        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(ActorPath? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Id == other.Id && Session == other.Session
            && (Parent is null ? other.Parent is null : other.Parent is not null && SameIds(Parent, other.Parent)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Session, Parent?.Id);

    // Only the session of the last actor counts: it is unique in the instance, so it settles the ones above.
    private static bool SameIds(ActorPath a, ActorPath b) =>
        a.Id == b.Id && (a.Parent is null ? b.Parent is null : b.Parent is not null && SameIds(a.Parent, b.Parent));

    private static void Append(StringBuilder text, ActorPath path)
    {
        if (path.Parent is { IsRoot: false } parent)
        {
            Append(text, parent);
            text.Append('/');
        }
        text.Append(Escape(path.Id));
    }

    private static string Escape(string id) => id
        .Replace("~", "~0", StringComparison.Ordinal)
        .Replace("/", "~1", StringComparison.Ordinal)
        .Replace("@", "~2", StringComparison.Ordinal);

    private static string Unescape(string id) => id
        .Replace("~2", "@", StringComparison.Ordinal)
        .Replace("~1", "/", StringComparison.Ordinal)
        .Replace("~0", "~", StringComparison.Ordinal);
}
