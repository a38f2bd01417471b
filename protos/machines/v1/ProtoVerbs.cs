using Google.Protobuf.Reflection;

namespace Machines.V1;

/// <summary>
/// What the rpcs of a typed service ask of its machine, as annotations.proto says. Part of the contract like the files beside it:
/// compiled into the machines and into the gateway, which share no assembly.
/// </summary>
internal static class ProtoVerbs
{
    /// <summary>The option's verb, or that of the rpc's name; never <see cref="Verb.Unspecified"/>.</summary>
    public static Verb Of(MethodDescriptor method)
    {
        var annotated = method.GetOptions()?.GetExtension(AnnotationsExtensions.Verb) ?? Verb.Unspecified;
        return annotated != Verb.Unspecified
            ? annotated
            : method.Name switch
            {
                "Create" => Verb.Create,
                "Send" => Verb.Send,
                "GetSnapshot" or "Snapshot" => Verb.Snapshot,
                "WaitFor" => Verb.WaitFor,
                "Watch" => Verb.Watch,
                "SendStream" => Verb.SendStream,
                "Dispose" => Verb.Dispose,
                _ => Verb.Event,
            };
    }
}
