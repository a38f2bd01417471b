using Google.Protobuf;
using Machines.Schema;
using Statecharts;

namespace Machines;

/// <summary>Machines whose events, context and states are protobuf's.</summary>
public static class ProtobufMachine
{
    /// <summary>Starts the definition of a machine.</summary>
    /// <typeparam name="TState">The proto enum of its states. Their names follow from the values' names, or the option <c>machines.v1.state</c>.</typeparam>
    /// <typeparam name="TContext">The message of its data.</typeparam>
    /// <typeparam name="TEvents">
    /// The message with the oneof of its events; one without fields for a machine that takes none. The events' types follow from the
    /// members' names, or the option <c>machines.v1.event_type</c>.
    /// </typeparam>
    /// <param name="id">The definition's id, which is the version that its instances run on.</param>
    /// <exception cref="ArgumentException"><typeparamref name="TEvents"/> holds something else than a oneof of messages.</exception>
    public static StateMachineBuilder<TState, TContext> Define<TState, TContext, TEvents>(string id)
        where TState : struct, Enum
        where TContext : class, IMessage<TContext>, new()
        where TEvents : IMessage<TEvents>, new() =>
        new(id, new ProtobufDataModel(new TEvents().Descriptor));

    /// <summary>Starts the definition of a machine whose states are named by text, or that has none.</summary>
    /// <typeparam name="TContext">The message of its data.</typeparam>
    /// <typeparam name="TEvents">
    /// The message with the oneof of its events; one without fields for a machine that takes none. The events' types follow from the
    /// members' names, or the option <c>machines.v1.event_type</c>.
    /// </typeparam>
    /// <param name="id">The definition's id, which is the version that its instances run on.</param>
    /// <exception cref="ArgumentException"><typeparamref name="TEvents"/> holds something else than a oneof of messages.</exception>
    public static StateMachineBuilder<string, TContext> Define<TContext, TEvents>(string id)
        where TContext : class, IMessage<TContext>, new()
        where TEvents : IMessage<TEvents>, new() =>
        new(id, new ProtobufDataModel(new TEvents().Descriptor));
}
