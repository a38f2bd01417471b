using Restate.Sdk.Protocol;
using static Restate.Sdk.Tests.Protocol.FrameField;

namespace Restate.Sdk.Tests.Protocol;

/// <summary>The server's frames.</summary>
internal static class Wire
{
    public static byte[] Start(
        uint knownEntries,
        bool partialState = false,
        (string Key, string Value)[]? state = null,
        uint retries = 0,
        ulong retryMilliseconds = 0) => Frame.Encode(
        MessageType.Start,
        [
            Of(1, "id-bytes"),
            Of(2, "inv_1"),
            Of(3, knownEntries),
            .. (state ?? []).Select(entry => Of(4, Of(1, entry.Key), Of(2, entry.Value))),
            Of(5, partialState ? 1UL : 0),
            Of(6, "the-key"),
            Of(7, retries),
            Of(8, retryMilliseconds),
            Of(9, 42),
        ]);

    public static byte[] Input(string value, params (string Name, string Value)[] headers) => Frame.Encode(
        MessageType.InputCommand,
        [.. headers.Select(header => Of(1, Of(1, header.Name), Of(2, header.Value))), Of(14, Of(1, value))]);

    public static byte[] Output(string value) => Frame.Encode(MessageType.OutputCommand, Of(14, Of(1, value)));

    public static byte[] GetLazyState(string key, uint completion) =>
        Frame.Encode(MessageType.GetLazyStateCommand, Of(1, key), Of(11, completion));

    public static byte[] GetEagerState(string key, string? value) =>
        Frame.Encode(MessageType.GetEagerStateCommand, Of(1, key), value is null ? Of(13) : Of(14, Of(1, value)));

    public static byte[] SetState(string key, string value) =>
        Frame.Encode(MessageType.SetStateCommand, Of(1, key), Of(3, Of(1, value)));

    public static byte[] Sleep(ulong wakeUp, uint completion) => Frame.Encode(MessageType.SleepCommand, Of(1, wakeUp), Of(11, completion));

    public static byte[] Run(string name, uint completion) => Frame.Encode(MessageType.RunCommand, Of(11, completion), Of(12, name));

    public static byte[] Call(string service, string handler, string input, uint invocationId, uint result) => Frame.Encode(
        MessageType.CallCommand,
        [Of(1, service), Of(2, handler), .. input.Length == 0 ? [] : new[] { Of(3, input) }, Of(10, invocationId), Of(11, result)]);

    public static byte[] Completed(MessageType type, uint completion, string value) =>
        Frame.Encode(type, Of(1, completion), Of(5, Of(1, value)));

    public static byte[] CompletedVoid(MessageType type, uint completion) => Frame.Encode(type, Of(1, completion), Of(4));

    public static byte[] Failed(MessageType type, uint completion, uint code, string message) =>
        Frame.Encode(type, Of(1, completion), Of(6, Of(1, code), Of(2, message)));

    public static byte[] SleepDone(uint completion) => CompletedVoid(MessageType.SleepCompletion, completion);

    public static byte[] RunDone(uint completion, string value) => Completed(MessageType.RunCompletion, completion, value);

    public static byte[] CallId(uint completion, string id) =>
        Frame.Encode(MessageType.CallInvocationIdCompletion, Of(1, completion), Of(16, id));

    public static byte[] Cancel() => Frame.Encode(MessageType.SignalNotification, Of(2, 1), Of(4));

    public static byte[] Signal(uint index, string value) => Frame.Encode(MessageType.SignalNotification, Of(2, index), Of(5, Of(1, value)));

    public static byte[] NamedSignal(string name, string value) =>
        Frame.Encode(MessageType.SignalNotification, Of(3, name), Of(5, Of(1, value)));

    public static byte[] RunAck(uint completion) => Frame.Encode(MessageType.ProposeRunCompletionAck, Of(1, completion));
}
