namespace Conformance;

/// <summary>A test that needs a checkout of ConnectRPC's suites, and is skipped without.</summary>
internal sealed class SuitesFactAttribute : FactAttribute
{
    public SuitesFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(SuitesFolder.Variable)))
            Skip = $"{SuitesFolder.Variable} does not name the folder of ConnectRPC's suites (testsuites/data in a checkout).";
    }
}
