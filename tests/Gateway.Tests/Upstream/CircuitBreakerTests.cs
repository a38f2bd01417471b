using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

public class CircuitBreakerTests
{
    [Fact]
    public void Failures_in_a_row_open_it_and_one_success_closes_it()
    {
        var circuit = new CircuitBreaker(2);
        Assert.False(circuit.Failed());
        Assert.True(circuit.IsSuspect);
        Assert.False(circuit.Succeeded());
        Assert.False(circuit.IsSuspect);

        Assert.False(circuit.Failed());
        Assert.True(circuit.Failed());
        Assert.True(circuit.IsOpen);
        Assert.False(circuit.Failed());

        Assert.True(circuit.Succeeded());
        Assert.False(circuit.IsOpen);
        Assert.False(circuit.Succeeded());
    }
}
