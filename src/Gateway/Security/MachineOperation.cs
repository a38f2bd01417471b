namespace Gateway.Security;

/// <summary>What a caller asks for: the resource that is authorised.</summary>
/// <param name="Machine">The machine's name, that of its virtual object.</param>
/// <param name="Verb">What is to be done.</param>
/// <param name="Key">The instance; null when it is about the machine and no instance of it.</param>
public sealed record MachineOperation(string Machine, MachineVerb Verb, string? Key)
{
    /// <summary>As it is written in logs and errors: <c>Send counter/alice</c>.</summary>
    public override string ToString() => Key is null ? $"{Verb} {Machine}" : $"{Verb} {Machine}/{Key}";
}
