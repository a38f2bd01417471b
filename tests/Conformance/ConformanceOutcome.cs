namespace Conformance;

/// <summary>What became of a case on one wire.</summary>
internal sealed record ConformanceOutcome(string Test, Permutation Wire, IReadOnlyList<string> Problems)
{
    public bool Passed => Problems.Count == 0;

    public override string ToString() => $"{Test} {Wire.Codec} {Wire.Compression}: {string.Join("; ", Problems)}";
}
