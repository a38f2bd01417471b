using System.Reflection;
using Xunit.Sdk;

namespace Interop.Cases;

/// <summary>The cases of a client, each a test; reported as skipped, by their names, where the client is absent.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CasesOfAttribute : DataAttribute
{
    private readonly InteropClient _client;

    /// <param name="client">The client's name.</param>
    public CasesOfAttribute(string client)
    {
        _client = InteropClients.Get(client);
        Skip = _client.Absence;
    }

    /// <summary>The client's name.</summary>
    public string Client => _client.Name;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => _client.Cases.Select(name => new object[] { _client.Name, name });
}
