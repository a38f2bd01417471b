namespace Restate.Sdk;

/// <summary>Builds the definition of a virtual object from typed handlers.</summary>
public sealed class VirtualObjectBuilder
{
    private readonly string _name;
    private readonly List<HandlerDefinition> _handlers = [];

    internal VirtualObjectBuilder(string name) => _name = name;

    /// <summary>Adds a handler that runs alone for its key and may change the state.</summary>
    /// <typeparam name="TInput">The request's type.</typeparam>
    /// <typeparam name="TOutput">The answer's type.</typeparam>
    /// <param name="name">The handler's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="inputSerde">How the request is read; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="outputSerde">How the answer is written; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="configure">Sets further options.</param>
    public VirtualObjectBuilder Handler<TInput, TOutput>(
        string name,
        Func<ObjectContext, TInput, ValueTask<TOutput>> handler,
        Serde<TInput>? inputSerde = null,
        Serde<TOutput>? outputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Exclusive, handler, inputSerde, outputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler that runs alone for its key and has no input: the ingress lets in no body.</summary>
    /// <inheritdoc cref="Handler{TInput, TOutput}"/>
    public VirtualObjectBuilder Handler<TOutput>(
        string name,
        Func<ObjectContext, ValueTask<TOutput>> handler,
        Serde<TOutput>? outputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Exclusive, handler, outputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler that runs alone for its key and answers nothing.</summary>
    /// <inheritdoc cref="Handler{TInput, TOutput}"/>
    public VirtualObjectBuilder Handler<TInput>(
        string name,
        Func<ObjectContext, TInput, ValueTask> handler,
        Serde<TInput>? inputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Exclusive, handler, inputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler that runs alone for its key, has no input and answers nothing.</summary>
    /// <inheritdoc cref="Handler{TInput, TOutput}"/>
    public VirtualObjectBuilder Handler(
        string name,
        Func<ObjectContext, ValueTask> handler,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Exclusive, handler, configure));
        return this;
    }

    /// <summary>Adds a handler that runs beside others and reads the state.</summary>
    /// <inheritdoc cref="Handler{TInput, TOutput}"/>
    public VirtualObjectBuilder SharedHandler<TInput, TOutput>(
        string name,
        Func<SharedObjectContext, TInput, ValueTask<TOutput>> handler,
        Serde<TInput>? inputSerde = null,
        Serde<TOutput>? outputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Shared, handler, inputSerde, outputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler that runs beside others, reads the state and has no input: the ingress lets in no body.</summary>
    /// <inheritdoc cref="SharedHandler{TInput, TOutput}"/>
    public VirtualObjectBuilder SharedHandler<TOutput>(
        string name,
        Func<SharedObjectContext, ValueTask<TOutput>> handler,
        Serde<TOutput>? outputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Shared, handler, outputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler that runs beside others, reads the state and answers nothing.</summary>
    /// <inheritdoc cref="SharedHandler{TInput, TOutput}"/>
    public VirtualObjectBuilder SharedHandler<TInput>(
        string name,
        Func<SharedObjectContext, TInput, ValueTask> handler,
        Serde<TInput>? inputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Shared, handler, inputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler that runs beside others, reads the state, has no input and answers nothing.</summary>
    /// <inheritdoc cref="SharedHandler{TInput, TOutput}"/>
    public VirtualObjectBuilder SharedHandler(
        string name,
        Func<SharedObjectContext, ValueTask> handler,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Shared, handler, configure));
        return this;
    }

    /// <summary>The definition.</summary>
    /// <param name="configure">Sets further options.</param>
    public ServiceDefinition Build(Func<ServiceDefinition, ServiceDefinition>? configure = null)
    {
        var definition = new ServiceDefinition(_name, ServiceType.VirtualObject) { Handlers = [.. _handlers] };
        return configure is null ? definition : configure(definition);
    }
}
