namespace Restate.Sdk.Server;

/// <summary>How to run a Restate server on this machine.</summary>
public sealed record RestateServerOptions
{
    /// <summary>The ingress' port; 0 for a free one.</summary>
    public int IngressPort { get; init; } = 8080;

    /// <summary>The admin API's port; 0 for a free one.</summary>
    public int AdminPort { get; init; } = 9070;

    /// <summary>The port for traffic between servers; 0 for a free one.</summary>
    public int NodePort { get; init; } = 5122;

    /// <summary>Where the server keeps its data and its log; the folder is made when it is missing.</summary>
    public string DataDirectory { get; init; } = "restate-data";

    /// <summary>
    /// The server's executable. When null it is looked for in <c>node_modules/@restatedev</c> of the application's folder, the current
    /// folder and all above them, and then in <c>PATH</c>.
    /// </summary>
    public string? BinaryPath { get; init; }

    /// <summary>Further environment variables; they win over what this sets itself.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = EmptyMap.Strings;

    /// <summary>How long the server may take to become healthy.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the server may take to stop before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
