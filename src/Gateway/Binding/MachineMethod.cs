using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>One rpc bound to one verb of a machine.</summary>
/// <param name="Object">The virtual object's name.</param>
/// <param name="Method">The rpc.</param>
/// <param name="Verb">What it asks; never <see cref="Verb.Unspecified"/>.</param>
/// <param name="Request">The request's fields.</param>
/// <param name="Snapshot">The response, where it is a snapshot message.</param>
/// <param name="WaitFor">The response of a WaitFor.</param>
/// <param name="EventType">The event that an <see cref="Verb.Event"/> rpc is.</param>
internal sealed record MachineMethod(
    string Object,
    MethodDescriptor Method,
    Verb Verb,
    RequestShape Request,
    SnapshotShape? Snapshot,
    WaitForShape? WaitFor,
    string? EventType)
{
    /// <summary>The object's handler that serves the verb.</summary>
    public string Handler => Verb switch
    {
        Verb.Create => "create",
        Verb.Send or Verb.Event => "send",
        Verb.Snapshot => "snapshot",
        Verb.WaitFor => "waitFor",
        Verb.Dispose => "dispose",
        _ => throw new InvalidOperationException($"No handler serves {Verb}."),
    };
}
