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
        var reads = inputSerde ?? Serde.Default<TInput>();
        var writes = outputSerde ?? Serde.Default<TOutput>();
        return Define(name, type, Invoke, "*/*", writes.ContentType, configure);

        async ValueTask<ReadOnlyMemory<byte>> Invoke(Context context, ReadOnlyMemory<byte> input) =>
            writes.Serialize(await handler((TContext)context, Read(reads, input)));
    }

    /// <summary>A handler without input.</summary>
    public static HandlerDefinition Create<TContext, TOutput>(
        string name,
        HandlerType type,
        Func<TContext, ValueTask<TOutput>> handler,
        Serde<TOutput>? outputSerde,
        Func<HandlerDefinition, HandlerDefinition>? configure)
        where TContext : Context
    {
        var writes = outputSerde ?? Serde.Default<TOutput>();
        return Define(name, type, Invoke, null, writes.ContentType, configure);

        async ValueTask<ReadOnlyMemory<byte>> Invoke(Context context, ReadOnlyMemory<byte> input) =>
            writes.Serialize(await handler((TContext)context));
    }

    /// <summary>A handler without output.</summary>
    public static HandlerDefinition Create<TContext, TInput>(
        string name,
        HandlerType type,
        Func<TContext, TInput, ValueTask> handler,
        Serde<TInput>? inputSerde,
        Func<HandlerDefinition, HandlerDefinition>? configure)
        where TContext : Context
    {
        var reads = inputSerde ?? Serde.Default<TInput>();
        return Define(name, type, Invoke, "*/*", null, configure);

        async ValueTask<ReadOnlyMemory<byte>> Invoke(Context context, ReadOnlyMemory<byte> input)
        {
            await handler((TContext)context, Read(reads, input));
            return default;
        }
    }

    /// <summary>A handler without input and output.</summary>
    public static HandlerDefinition Create<TContext>(
        string name,
        HandlerType type,
        Func<TContext, ValueTask> handler,
        Func<HandlerDefinition, HandlerDefinition>? configure)
        where TContext : Context
    {
        return Define(name, type, Invoke, null, null, configure);

        async ValueTask<ReadOnlyMemory<byte>> Invoke(Context context, ReadOnlyMemory<byte> input)
        {
            await handler((TContext)context);
            return default;
        }
    }

    private static HandlerDefinition Define(
        string name,
        HandlerType type,
        RawHandler invoke,
        string? inputContentType,
        string? outputContentType,
        Func<HandlerDefinition, HandlerDefinition>? configure)
    {
        var definition = new HandlerDefinition(name, type, invoke)
        {
            InputContentType = inputContentType,
            OutputContentType = outputContentType,
        };
        return configure is null ? definition : configure(definition);
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
