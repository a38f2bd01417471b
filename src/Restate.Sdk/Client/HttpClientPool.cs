namespace Restate.Sdk.Client;

/// <summary>HTTP clients with connections of their own, as many as it takes for none to have more than a number of calls under way.</summary>
/// <param name="create">Makes another client.</param>
/// <param name="maxCalls">How many calls one has at most.</param>
internal sealed class HttpClientPool(Func<HttpMessageInvoker> create, int maxCalls) : IDisposable
{
    private readonly Lock _changing = new();
    private readonly List<Member> _members = [new(create())];

    /// <summary>Takes the first client that has room; the others run out of calls, and so close their connections, when there are fewer again.</summary>
    public Member Begin()
    {
        lock (_changing)
        {
            var member = FindFree();
            if (member is null)
                _members.Add(member = new Member(create()));
            member.Calls++;
            return member;
        }
    }

    /// <summary>Ends a call.</summary>
    public void End(Member member)
    {
        lock (_changing)
            member.Calls--;
    }

    public void Dispose()
    {
        lock (_changing)
        {
            foreach (var member in _members)
                member.Client.Dispose();
        }
    }

    private Member? FindFree()
    {
        foreach (var member in _members)
        {
            if (member.Calls < maxCalls)
                return member;
        }

        return null;
    }

    /// <summary>A client and how many calls it has.</summary>
    internal sealed class Member(HttpMessageInvoker client)
    {
        public HttpMessageInvoker Client { get; } = client;

        public int Calls { get; set; }
    }
}
