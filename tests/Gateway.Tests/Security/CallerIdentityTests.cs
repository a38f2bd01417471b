using System.Net;
using System.Security.Claims;
using Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Security;

public class CallerIdentityTests
{
    [Theory]
    [InlineData("name", "ada", "Bearer:ada")]
    [InlineData("sub", "ada", "Bearer:ada")]
    [InlineData(ClaimTypes.NameIdentifier, "ada", "Bearer:ada")]
    [InlineData("name", "", "127.0.0.1")]
    [InlineData("scope", "orders", "127.0.0.1")]
    public void A_caller_is_counted_by_its_name_its_subject_or_its_address(string claim, string value, string expected) =>
        Assert.Equal(expected, CallerIdentity.PartitionOf(Call(new ClaimsIdentity([new Claim(claim, value)], "Bearer", "name", "roles"))));

    [Fact]
    public void Who_has_proved_nothing_is_its_address() =>
        Assert.Equal("127.0.0.1", CallerIdentity.PartitionOf(Call(new ClaimsIdentity([new Claim("sub", "ada")]))));

    private static DefaultHttpContext Call(ClaimsIdentity identity) =>
        new() { User = new ClaimsPrincipal(identity), Connection = { RemoteIpAddress = IPAddress.Loopback } };
}
