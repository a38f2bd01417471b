using System.Text.Json;
using Statecharts;

namespace Machines.Cli;

/// <summary>The machines of a case that children can run, each loaded once.</summary>
/// <param name="configs">The machines, by name.</param>
/// <param name="others">What else children can run.</param>
internal sealed class ActorLibrary(IReadOnlyDictionary<string, JsonElement> configs, params IReadOnlyList<ActorLogic> others)
{
    private readonly Dictionary<string, StateMachine> _loaded = [];
    private readonly HashSet<string> _loading = [];

    /// <summary>Loads a machine, after those that it refers to.</summary>
    internal StateMachine Load(string path, JsonElement config)
    {
        var implementations = new Implementations();
        foreach (var name in References(config).Where(configs.ContainsKey).Distinct())
            implementations.Actor(name, Find(name));
        foreach (var other in others)
            implementations.Actor(other.Name, other);
        try
        {
            return StateMachine.Load(config, implementations);
        }
        catch (DefinitionException exception)
        {
            throw new JsonFormatException(path, exception.Message, exception);
        }
    }

    private StateMachine Find(string name)
    {
        if (_loaded.TryGetValue(name, out var machine))
            return machine;
        if (!_loading.Add(name))
            throw new JsonFormatException($"actors.{name}", "the machine runs itself as a child; such machines cannot be loaded.");
        machine = Load($"actors.{name}", configs[name]);
        _loaded.Add(name, machine);
        return machine;
    }

    /// <summary>All the names that a config gives for what children run.</summary>
    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property =>
            property is { Name: "src", Value.ValueKind: JsonValueKind.String } ? [property.Value.GetString()!] : References(property.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
