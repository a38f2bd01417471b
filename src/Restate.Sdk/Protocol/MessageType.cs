namespace Restate.Sdk.Protocol;

/// <summary>The type field of a frame's header.</summary>
internal enum MessageType : ushort
{
    Start = 0x0000,
    Suspension = 0x0001,
    Error = 0x0002,
    End = 0x0003,
    ProposeRunCompletion = 0x0005,
    AwaitingOn = 0x0006,
    ProposeRunCompletionAck = 0x0007,

    InputCommand = 0x0400,
    OutputCommand = 0x0401,
    GetLazyStateCommand = 0x0402,
    SetStateCommand = 0x0403,
    ClearStateCommand = 0x0404,
    ClearAllStateCommand = 0x0405,
    GetLazyStateKeysCommand = 0x0406,
    GetEagerStateCommand = 0x0407,
    GetEagerStateKeysCommand = 0x0408,
    SleepCommand = 0x040C,
    CallCommand = 0x040D,
    OneWayCallCommand = 0x040E,
    SendSignalCommand = 0x0410,
    RunCommand = 0x0411,
    AttachInvocationCommand = 0x0412,
    GetInvocationOutputCommand = 0x0413,
    CompleteAwakeableCommand = 0x0414,

    GetLazyStateCompletion = 0x8002,
    GetLazyStateKeysCompletion = 0x8006,
    SleepCompletion = 0x800C,
    CallCompletion = 0x800D,
    CallInvocationIdCompletion = 0x800E,
    RunCompletion = 0x8011,
    AttachInvocationCompletion = 0x8012,
    GetInvocationOutputCompletion = 0x8013,
    SignalNotification = 0xFBFF,
}

internal static class MessageTypes
{
    private const ushort FirstCommand = 0x0400;
    private const ushort FirstNotification = 0x8000;
    private const ushort FirstCustomCommand = 0xFC00;

    public static bool IsCommand(this MessageType type) =>
        type is >= (MessageType)FirstCommand and < (MessageType)FirstNotification or >= (MessageType)FirstCustomCommand;

    public static bool IsNotification(this MessageType type) =>
        type is >= (MessageType)FirstNotification and < (MessageType)FirstCustomCommand;

    /// <summary>What users call the operation, for messages.</summary>
    public static string ToOperation(this MessageType type) => type switch
    {
        MessageType.InputCommand => "handler input",
        MessageType.OutputCommand => "handler output",
        MessageType.GetLazyStateCommand or MessageType.GetEagerStateCommand => "get state",
        MessageType.GetLazyStateKeysCommand or MessageType.GetEagerStateKeysCommand => "get state keys",
        MessageType.SetStateCommand => "set state",
        MessageType.ClearStateCommand => "clear state",
        MessageType.ClearAllStateCommand => "clear all state",
        MessageType.SleepCommand => "sleep",
        MessageType.CallCommand => "call",
        MessageType.OneWayCallCommand => "one-way call",
        MessageType.SendSignalCommand => "send signal",
        MessageType.RunCommand => "run",
        MessageType.AttachInvocationCommand => "attach to invocation",
        MessageType.GetInvocationOutputCommand => "get invocation output",
        MessageType.CompleteAwakeableCommand => "complete awakeable",
        _ => $"message 0x{(ushort)type:x4}",
    };
}
