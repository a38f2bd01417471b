using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using Restate.Sdk.Hosting.Identity;

namespace Restate.Sdk.Tests.Hosting;

public sealed class RequestIdentityTests : IDisposable
{
    private const long Now = 1_700_000_000;
    private const string Path = "/invoke/Svc/do";

    private readonly Ed25519Signer _signer = new();
    private readonly Ed25519Signer _other = new();

    [Fact]
    public void A_signed_request_is_trusted() => Assert.Null(Refusal(Token(_signer)));

    [Fact]
    public void While_keys_are_rotated_either_is_trusted()
    {
        Assert.Null(Refusal(Token(_signer), keys: [_other.IdentityKey, _signer.IdentityKey]));
        Assert.Null(Refusal(Token(_other), keys: [_other.IdentityKey, _signer.IdentityKey]));
    }

    [Fact]
    public void Without_keys_everything_is_trusted() => Assert.Null(Refusal(null, keys: []));

    [Theory]
    [InlineData(null, "not signed")]
    [InlineData("unsigned", "scheme is 'unsigned'")]
    [InlineData("v2", "scheme is 'v2'")]
    public void A_request_of_another_scheme_is_refused(string? scheme, string reason) =>
        Assert.Contains(reason, Refusal(Token(_signer), scheme: scheme), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("!.!.!")]
    [InlineData("W10.W10.W10")]
    public void What_is_no_token_is_refused(string token) => Assert.NotNull(Refusal(token));

    [Fact]
    public void Another_environments_request_is_refused() =>
        Assert.Contains("none of the keys", Refusal(Token(_other)), StringComparison.Ordinal);

    [Fact]
    public void Claims_that_were_changed_are_refused()
    {
        var parts = Token(_signer).Split('.');
        parts[1] = Encode(Claims(Path, Now + 1000));
        Assert.Contains("none of the keys", Refusal(string.Join('.', parts)), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_algorithm_is_refused()
    {
        var parts = Token(_signer).Split('.');
        parts[0] = Encode("""{"typ":"JWT","alg":"none"}""");
        Assert.Contains("EdDSA", Refusal(string.Join('.', parts)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_for_another_path_is_refused() =>
        Assert.Contains("another path", Refusal(Token(_signer, Claims("/invoke/Svc/other"))), StringComparison.Ordinal);

    [Fact]
    public void An_old_token_is_refused() =>
        Assert.Contains("expired", Refusal(Token(_signer, Claims(Path, expires: Now))), StringComparison.Ordinal);

    [Fact]
    public void A_token_of_the_future_is_refused() =>
        Assert.Contains("not valid yet", Refusal(Token(_signer, Claims(Path, notBefore: Now + 1))), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"exp":1800000000,"nbf":0}""")]
    [InlineData("""{"aud":"/invoke/Svc/do","nbf":0}""")]
    [InlineData("""{"aud":"/invoke/Svc/do","exp":1800000000}""")]
    [InlineData("""{"aud":["/invoke/Svc/do"],"exp":1800000000,"nbf":0}""")]
    [InlineData("""{"aud":"/invoke/Svc/do","exp":"1800000000","nbf":0}""")]
    public void Missing_or_malformed_claims_are_refused(string claims) => Assert.NotNull(Refusal(Token(_signer, claims)));

    [Theory]
    [InlineData("")]
    [InlineData("publickeyv1_")]
    [InlineData("publickeyv1_abc")]
    [InlineData("publickeyv1_0OIl")]
    [InlineData("publickeyv2_ChjENKeMvCtRnqG2mrBK1HmPKufgFUc98K8B3ononQvp")]
    public void A_key_of_another_form_is_an_error(string key) => Assert.Throws<ArgumentException>(() => new IdentityKey(key));

    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Claims(string audience = Path, long expires = Now + 60, long notBefore = Now - 60) =>
        $$"""{"aud":"{{audience}}","exp":{{expires}},"iat":{{Now}},"nbf":{{notBefore}}}""";

    private static string Token(Ed25519Signer signer, string? claims = null)
    {
        var message = Encode("""{"typ":"JWT","alg":"EdDSA"}""") + "." + Encode(claims ?? Claims());
        return message + "." + Base64Url.EncodeToString(signer.Sign(Encoding.ASCII.GetBytes(message)));
    }

    private string? Refusal(string? token, string? scheme = "v1", string[]? keys = null)
    {
        var headers = new HeaderDictionary();
        if (scheme is not null)
            headers["x-restate-signature-scheme"] = scheme;
        if (token is not null)
            headers["x-restate-jwt-v1"] = token;
        return new RequestIdentity(keys ?? [_signer.IdentityKey], new FixedTime()).Refuse(headers, Path);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Now);
    }
}
