namespace Gateway.Tests.Security;

/// <summary>Every protocol, for theories.</summary>
public sealed class Protocols : TheoryData<Protocol>
{
    public Protocols()
        : base(Enum.GetValues<Protocol>())
    {
    }
}
