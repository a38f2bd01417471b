using System.Text.Json;

namespace Restate.Sdk;

/// <summary>Turns a typed handler into one on bytes.</summary>
internal static class TypedHandler
{
    public static HandlerDefinition Create<TContext, TInput, TOutput>(
        string name,
        HandlerType type,
        Func<TContext, TInput, ValueTask<TOutput>> handler,
        Serde<TInput>? inputSerde,
        Serde<TOutput>? outputSerde,
        Func<HandlerDefinition, HandlerDefinition>? configure)
        where TContext : Context
    {
        Serde<TInput> reads = inputSerde ?? Serde.Default<TInput>();
        Serde<TOutput> writes = outputSerde ?? Serde.Default<TOutput>();
        var definition = new HandlerDefinition(name, type, Invoke)
        {
            InputContentType = "*/*",
            OutputContentType = writes.ContentType,
        };
        return configure is null ? definition : configure(definition);

        async ValueTask<ReadOnlyMemory<byte>> Invoke(Context context, ReadOnlyMemory<byte> input) =>
            writes.Serialize(await handler((TContext)context, Read(reads, input)));
    }

    /// <summary>A request that cannot be read will not be readable the next time either.</summary>
    private static T Read<T>(Serde<T> serde, ReadOnlyMemory<byte> input)
    {
        try
        {
            return serde.Deserialize(input);
        }
        catch (JsonException exception)
        {
            throw new TerminalException(400, $"The request is not the JSON that the handler expects: {exception.Message}", null, exception);
        }
    }
}
