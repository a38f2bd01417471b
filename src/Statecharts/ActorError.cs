using System.Text.Json;

namespace Statecharts;

/// <summary>Why an actor failed. Data, not an exception: it is persisted with the snapshot.</summary>
/// <param name="Name">The error's type, such as <c>InvalidOperationException</c> or, for a rejected promise, the name its host gave.</param>
/// <param name="Message">The message, for people.</param>
public sealed record ActorError(string Name, string Message)
{
    /// <summary>The failure's status, such as HTTP's 404, if its host gave one.</summary>
    public int? Code { get; init; }

    /// <summary>
    /// Where it happened, for people; set by the engine. A promise is named by its path, as in <c>auth-server/process</c>. What a machine
    /// itself does is named by its state's id and the action, as in <c>order.paying (assign)</c>, after the path of a child machine.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>Makes the error that an exception stands for.</summary>
    public static ActorError From(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var cause = exception is GuardException { InnerException: { } inner } ? inner : exception;
        return new ActorError(cause.GetType().Name, MessageOf(exception));
    }

    /// <summary>Reads what <see cref="WriteTo"/> or XState wrote: an object, or the message alone.</summary>
    /// <returns>Null when the JSON is neither.</returns>
    public static ActorError? Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => new ActorError("Error", json.GetString()!),
        JsonValueKind.Object => new ActorError(Text(json, "name") ?? "Error", Text(json, "message") ?? "")
        {
            Code = json.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number) ? number : null,
            Source = Text(json, "source"),
        },
        _ => null,
    };

    /// <summary>Writes it as an object: <c>name</c>, <c>message</c>, and <c>code</c> and <c>source</c> where they are known.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteString("message", Message);
        if (Code is { } code)
            writer.WriteNumber("code", code);
        if (Source is not null)
            writer.WriteString("source", Source);
        writer.WriteEndObject();
    }

    /// <summary>That is code of the user's too, and must not hide the failure.</summary>
    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            return $"its message cannot be read: {unreadable.GetType().Name}";
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
