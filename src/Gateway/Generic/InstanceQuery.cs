using System.Globalization;
using System.Text.Json;
using Gateway.Security;
using Machines.V1;

namespace Gateway.Generic;

/// <summary>
/// The SQL of a list of instances. The columns are <c>service_key</c>, <c>version</c> and <see cref="Parts"/> of the snapshot, all but the first as
/// JSON; the rows are ordered by the key, of which the table <c>state</c> has each instance's once.
/// </summary>
internal static class InstanceQuery
{
    /// <summary>What is listed of a snapshot. Contexts stay where they are: they are large, and of no use in a list.</summary>
    public static readonly string[] Parts = ["status", "value", "tags", "revision", "error"];

    private static readonly string PartColumns = string.Join(", ", Parts.Select(part => $"json_get_json(i.value_utf8, {Literal(part)}) as {part}"));

    /// <param name="filters">Which instances.</param>
    /// <param name="keys">Which keys; null for all.</param>
    /// <param name="after">The key to go on after; null to begin.</param>
    /// <param name="limit">How many rows at most.</param>
    public static string Of(ListInstancesRequest filters, IReadOnlyList<KeyRange>? keys, string? after, int limit)
    {
        List<string> conditions = [$"i.service_name = {Literal(filters.Machine)}", "i.key = 'snapshot'"];
        if (keys is not null)
            conditions.Add(IsOf(keys));
        if (after is not null)
            conditions.Add($"i.service_key > {Literal(after)}");
        if (filters.Status != Status.Unspecified)
            conditions.Add($"json_get_str(i.value_utf8, 'status') = {Literal(TextOf(filters.Status))}");
        if (filters.Tag.Length > 0)
            conditions.Add($"array_has(json_get_array(i.value_utf8, 'tags'), {Literal(Json(filters.Tag))})");
        if (filters.State.Length > 0)
            conditions.Add(IsIn(filters.State.Split('.')));
        if (filters.Version.Length > 0)
            conditions.Add($"v.value_utf8 in ({Literal(Json(filters.Version))}, {Literal(JavaScriptJson(filters.Version))})");

        return $"""
            select i.service_key, v.value_utf8 as version, {PartColumns}
            from state i left join state v on v.service_name = i.service_name and v.service_key = i.service_key and v.key = 'version'
            where {string.Join(" and ", conditions)}
            order by i.service_key limit {limit.ToString(CultureInfo.InvariantCulture)}
            """;
    }

    /// <summary>How many instances run on which version.</summary>
    public static string OfVersions(string machine) =>
        $"select value_utf8 as version, count(*) as instances from state where service_name = {Literal(machine)} and key = 'version' group by value_utf8 order by value_utf8";

    private static string IsOf(IReadOnlyList<KeyRange> keys) => keys.Count == 0
        ? "false"
        : $"({string.Join(" or ", keys.Select(key => key.IsPrefix ? $"starts_with(i.service_key, {Literal(key.Text)})" : $"i.service_key = {Literal(key.Text)}"))})";

    /// <summary>The active state of a compound state is either a text, if it has no active children, or the only property of an object.</summary>
    private static string IsIn(string[] path)
    {
        string[] parents = [Literal("value"), .. path[..^1].Select(Literal)];
        var within = string.Join(", ", parents);
        var state = Literal(path[^1]);
        return $"(json_get_str(i.value_utf8, {within}) = {state} or json_contains(i.value_utf8, {within}, {state}))";
    }

    /// <summary>In standard SQL a quote, doubled, is the only character of a text that means anything.</summary>
    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A text as the machines store it.</summary>
    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    /// <summary>A text as those in TypeScript store it, which escape less.</summary>
    private static string JavaScriptJson(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string TextOf(Status status) => status switch
    {
        Status.Active => "active",
        Status.Done => "done",
        Status.Error => "error",
        _ => "stopped",
    };
}
