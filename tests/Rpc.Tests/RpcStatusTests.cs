namespace Rpc.Tests;

public sealed class RpcStatusTests
{
    [Fact]
    public void A_number_that_is_no_code_becomes_Unknown()
    {
        Assert.Equal(StatusCode.Unknown, new RpcStatus((StatusCode)42, "").Code);
        Assert.Equal(StatusCode.Unauthenticated, new RpcStatus((StatusCode)16, "").Code);
    }

    [Fact]
    public void An_exception_is_never_OK()
    {
        Assert.Throws<ArgumentException>(() => new RpcException(RpcStatus.OK));
        Assert.Equal("why", new RpcException(StatusCode.Aborted, "why").Message);
    }
}
