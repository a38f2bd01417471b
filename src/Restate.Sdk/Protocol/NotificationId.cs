namespace Restate.Sdk.Protocol;

/// <summary>What a notification is about: a command's completion, or a signal by index or by name.</summary>
internal readonly record struct NotificationId
{
    private NotificationId(NotificationKind kind, uint index, string? name)
    {
        Kind = kind;
        Index = index;
        Name = name;
    }

    /// <summary>The built-in signal that cancels the invocation.</summary>
    public static NotificationId Cancel { get; } = Signal(1);

    public NotificationKind Kind { get; }

    public uint Index { get; }

    public string? Name { get; }

    public static NotificationId Completion(uint id) => new(NotificationKind.Completion, id, null);

    public static NotificationId Signal(uint index) => new(NotificationKind.Signal, index, null);

    public static NotificationId NamedSignal(string name) => new(NotificationKind.NamedSignal, 0, name);
}

internal enum NotificationKind : byte
{
    Completion,
    Signal,
    NamedSignal,
}
