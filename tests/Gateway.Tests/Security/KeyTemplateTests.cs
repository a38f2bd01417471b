using System.Security.Claims;
using Gateway.Security;

namespace Gateway.Tests.Security;

public class KeyTemplateTests
{
    [Theory]
    [InlineData("{claim:sub}/*", "alice/1", true)]
    [InlineData("{claim:sub}/*", "alice/1/2", true)]
    [InlineData("{claim:sub}/*", "alice/", true)]
    [InlineData("{claim:sub}/*", "alice", false)]
    [InlineData("{claim:sub}/*", "alice2/1", false)]
    [InlineData("{claim:sub}/*", "Alice/1", false)]
    [InlineData("{claim:sub}/*", "bob/alice/1", false)]
    [InlineData("{claim:sub}", "alice", true)]
    [InlineData("{claim:sub}", "alice/1", false)]
    [InlineData("tenant-{claim:tenant}/{claim:sub}", "tenant-blue/alice", true)]
    [InlineData("tenant-{claim:tenant}/{claim:sub}", "tenant-red/alice", true)]
    [InlineData("tenant-{claim:tenant}/{claim:sub}", "tenant-green/alice", false)]
    [InlineData("{claim:absent}/*", "/1", false)]
    [InlineData("{claim:empty}/*", "/1", false)]
    [InlineData("*", "anything", true)]
    [InlineData("public/*", "public/1", true)]
    [InlineData("public/*", "private/1", false)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void A_key_matches_literally_and_by_the_callers_own_claims(string template, string key, bool expected) =>
        Assert.Equal(expected, Matches(template, key, ("sub", "alice"), ("tenant", "blue"), ("tenant", "red"), ("empty", "")));

    [Theory]
    [InlineData("bob/x", "bob/x/1")]
    [InlineData("bob/", "bob//1")]
    public void A_claim_that_goes_past_its_separator_opens_nothing(string subject, string key) =>
        Assert.False(Matches("{claim:sub}/*", key, ("sub", subject)));

    [Fact]
    public void A_wildcard_in_a_claim_is_text() => Assert.False(Matches("{claim:sub}/*", "alice/1", ("sub", "*")));

    [Theory]
    [InlineData("{claim:sub}*")]
    [InlineData("{claim:a}{claim:b}")]
    [InlineData("*/x")]
    [InlineData("a*b*")]
    [InlineData("{claim:sub")]
    [InlineData("{claim:}/x")]
    [InlineData("{sub}/*")]
    [InlineData("a}")]
    public void A_template_that_could_be_misread_is_refused(string template)
    {
        Assert.False(KeyTemplate.TryParse(template, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    private static bool Matches(string text, string key, params (string Type, string Value)[] claims)
    {
        Assert.True(KeyTemplate.TryParse(text, out var template, out var problem), problem);
        return template.Matches(key, new ClaimsPrincipal(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value)), "test")));
    }
}
