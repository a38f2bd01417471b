using Gateway.Upstream;
using Google.Protobuf.Reflection;
using Machines.V1;

namespace Gateway.Binding;

/// <summary>One rpc bound to one verb of a machine.</summary>
/// <param name="Object">The virtual object's name; empty when each request names its own.</param>
/// <param name="Method">The rpc.</param>
/// <param name="Verb">What it asks; never <see cref="Verb.Unspecified"/>.</param>
/// <param name="Request">The request's fields.</param>
internal sealed record MachineMethod(string Object, MethodDescriptor Method, Verb Verb, RequestShape Request)
{
    /// <summary>The response, where it is a snapshot message.</summary>
    public SnapshotShape? Snapshot { get; init; }

    /// <summary>The response of a WaitFor.</summary>
    public WaitForShape? WaitFor { get; init; }

    /// <summary>The response of a Watch.</summary>
    public WatchShape? Watch { get; init; }

    /// <summary>The response of a SendStream.</summary>
    public SendStreamShape? SendStream { get; init; }

    /// <summary>The event that an <see cref="Verb.Event"/> rpc is.</summary>
    public string? EventType { get; init; }

    /// <summary>The rpc for the machine that a request names, if requests do.</summary>
    public MachineMethod For(RequestFields fields) => Request.Machine is null ? this : this with { Object = fields.Machine };

    /// <summary>Whether a call lasts as long as its client wants it to.</summary>
    public bool IsStreaming => Verb is Verb.WaitFor or Verb.Watch or Verb.SendStream;

    /// <summary>The object's handler that serves the verb.</summary>
    public string Handler => Verb switch
    {
        Verb.Create => "create",
        Verb.Send or Verb.SendStream or Verb.Event => "send",
        Verb.Snapshot => "snapshot",
        Verb.WaitFor or Verb.Watch => "waitFor",
        Verb.Dispose => "dispose",
        _ => throw new InvalidOperationException($"No handler serves {Verb}."),
    };
}
