using Statecharts;

namespace Machines.Testing;

/// <summary>A promise that a <see cref="MachineTest"/>'s machine invoked, and that has not ended.</summary>
public sealed class RunningPromise
{
    internal RunningPromise(string token, ActorPath path, string name, object? input)
    {
        Token = token;
        Path = path;
        Name = name;
        Input = input;
    }

    /// <summary>Its id among its machine's children.</summary>
    public string Id => Path.Id;

    /// <summary>Where it is in the instance.</summary>
    public ActorPath Path { get; }

    /// <summary>The name of what it runs.</summary>
    public string Name { get; }

    /// <summary>What it was invoked with.</summary>
    public object? Input { get; }

    internal string Token { get; }

    internal bool Answers(string reference) => reference == Id || reference == Name || reference == string.Join('/', Path.Ids);
}
