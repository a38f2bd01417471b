namespace Statecharts;

/// <summary>A machine could not be built. Carries everything that is wrong with it.</summary>
public sealed class DefinitionException : Exception
{
    internal DefinitionException(string machine, IReadOnlyList<DefinitionError> errors)
        : base($"Machine '{machine}' cannot be built:\n" + string.Join('\n', errors.Select(error => $"- {error}"))) =>
        Errors = errors;

    /// <summary>What is wrong, in document order.</summary>
    public IReadOnlyList<DefinitionError> Errors { get; }
}
