namespace Gateway.Binding;

/// <summary>Why a service, or one of its rpcs, cannot be served.</summary>
/// <param name="File">The proto file.</param>
/// <param name="Element">The full name of the service or rpc.</param>
/// <param name="Message">What is missing or wrong, and how to mend it.</param>
internal sealed record BindingProblem(string File, string Element, string Message)
{
    public override string ToString() => $"{File}: {Element}: {Message}";
}
