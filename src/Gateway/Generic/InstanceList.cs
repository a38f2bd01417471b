using System.Text;
using System.Text.Json;
using Gateway.Security;
using Gateway.Upstream;
using Machines.V1;
using Restate.Sdk.Client;
using Rpc;

namespace Gateway.Generic;

/// <summary>Asks Restate's SQL about the instances that it stores.</summary>
internal sealed class InstanceList(AdminClient admin)
{
    /// <summary>The next instances that fit, ordered by key; fewer than <paramref name="limit"/> when there are no more.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: Restate could not be asked.</exception>
    public async Task<IReadOnlyList<SnapshotInfo>> ReadAsync(
        ListInstancesRequest filters, IReadOnlyList<KeyRange>? keys, string? after, int limit, CancellationToken cancellationToken) =>
        [.. (await QueryAsync(filters.Machine, InstanceQuery.Of(filters, keys, after, limit), cancellationToken)).Select(ReadInstance)];

    /// <summary>The versions that there are instances of, ordered by id.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: Restate could not be asked.</exception>
    public async Task<IReadOnlyList<MachineVersion>> VersionsAsync(string machine, CancellationToken cancellationToken) =>
    [
        .. (await QueryAsync(machine, InstanceQuery.OfVersions(machine), cancellationToken))
            .Select(row => new MachineVersion { Id = VersionOf(row), Instances = row.GetProperty("instances").GetUInt64() }),
    ];

    private async Task<IReadOnlyList<JsonElement>> QueryAsync(string machine, string sql, CancellationToken cancellationToken)
    {
        try
        {
            return await admin.QueryAsync(sql, cancellationToken);
        }
        catch (AdminException e)
        {
            throw e.ToRpcException(machine);
        }
    }

    /// <summary>An instance whose snapshot is not what it should be is listed all the same: it is the one that somebody looks for.</summary>
    private static SnapshotInfo ReadInstance(JsonElement row)
    {
        var key = row.GetProperty("service_key").GetString()!;
        SnapshotInfo info;
        try
        {
            info = SnapshotJson.Read(key, Encoding.UTF8.GetBytes(SnapshotOf(row))).Info;
        }
        catch (Exception e) when (SnapshotJson.IsMisfit(e))
        {
            info = new SnapshotInfo { Key = key };
        }

        info.Version = VersionOf(row);
        return info;
    }

    private static string SnapshotOf(JsonElement row) => "{" + string.Join(", ", InstanceQuery.Parts
        .Where(part => row.TryGetProperty(part, out _))
        .Select(part => $"\"{part}\": {row.GetProperty(part).GetString()}")) + "}";

    /// <summary>Restate leaves out what is null. What is not a text in JSON, as machines store it, is shown as it is.</summary>
    private static string VersionOf(JsonElement row)
    {
        if (!row.TryGetProperty("version", out var version))
            return "";

        var stored = version.GetString()!;
        try
        {
            return JsonSerializer.Deserialize<string>(stored) ?? "";
        }
        catch (JsonException)
        {
            return stored;
        }
    }
}
