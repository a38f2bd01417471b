namespace Restate.Sdk;

/// <summary>Builds the definition of a plain service from typed handlers.</summary>
public sealed class ServiceBuilder
{
    private readonly string _name;
    private readonly List<HandlerDefinition> _handlers = [];

    internal ServiceBuilder(string name) => _name = name;

    /// <summary>Adds a handler.</summary>
    /// <typeparam name="TInput">The request's type.</typeparam>
    /// <typeparam name="TOutput">The answer's type.</typeparam>
    /// <param name="name">The handler's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="inputSerde">How the request is read; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="outputSerde">How the answer is written; <see cref="Serde.Default{T}"/> when null.</param>
    /// <param name="configure">Sets further options.</param>
    public ServiceBuilder Handler<TInput, TOutput>(
        string name,
        Func<Context, TInput, ValueTask<TOutput>> handler,
        Serde<TInput>? inputSerde = null,
        Serde<TOutput>? outputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Shared, handler, inputSerde, outputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler without input: the ingress lets in no body.</summary>
    /// <inheritdoc cref="Handler{TInput, TOutput}"/>
    public ServiceBuilder Handler<TOutput>(
        string name,
        Func<Context, ValueTask<TOutput>> handler,
        Serde<TOutput>? outputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Shared, handler, outputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler without output.</summary>
    /// <inheritdoc cref="Handler{TInput, TOutput}"/>
    public ServiceBuilder Handler<TInput>(
        string name,
        Func<Context, TInput, ValueTask> handler,
        Serde<TInput>? inputSerde = null,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Shared, handler, inputSerde, configure));
        return this;
    }

    /// <summary>Adds a handler without input and output.</summary>
    /// <inheritdoc cref="Handler{TInput, TOutput}"/>
    public ServiceBuilder Handler(
        string name,
        Func<Context, ValueTask> handler,
        Func<HandlerDefinition, HandlerDefinition>? configure = null)
    {
        _handlers.Add(TypedHandler.Create(name, HandlerType.Shared, handler, configure));
        return this;
    }

    /// <summary>The definition.</summary>
    /// <param name="configure">Sets further options.</param>
    public ServiceDefinition Build(Func<ServiceDefinition, ServiceDefinition>? configure = null)
    {
        var definition = new ServiceDefinition(_name, ServiceType.Service) { Handlers = [.. _handlers] };
        return configure is null ? definition : configure(definition);
    }
}
