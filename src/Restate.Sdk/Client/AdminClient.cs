using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Restate.Sdk.Client;

/// <summary>Restate's admin API, as far as it is needed to deploy, observe and stop things. Safe to use from many threads.</summary>
public sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly AdminOptions _options;

    /// <summary>Connects with a handler of its own.</summary>
    /// <param name="options">Where the admin API is.</param>
    public AdminClient(AdminOptions options)
    {
        _options = options;
        _http = new HttpClient { BaseAddress = new Uri(options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/") };
    }

    /// <summary>Makes an endpoint's services known: Restate asks it what it serves, and calls it from now on.</summary>
    /// <param name="endpoint">The endpoint's address as the server reaches it.</param>
    /// <param name="options">How to register.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AdminException">The endpoint cannot be reached, its services are not acceptable, or there was no answer.</exception>
    public async Task<DeploymentInfo> RegisterDeploymentAsync(
        Uri endpoint,
        DeploymentRegistration? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new DeploymentRegistration();
        var body = new JsonObject
        {
            ["uri"] = endpoint.AbsoluteUri,
            ["force"] = options.Force,
            ["breaking"] = options.Breaking,
            ["use_http_11"] = options.UseHttp11,
            ["dry_run"] = options.DryRun,
        };
        if (options.AdditionalHeaders.Count > 0)
        {
            body["additional_headers"] = new JsonObject(
                options.AdditionalHeaders.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value)));
        }

        var json = await RequestAsync(HttpMethod.Post, "deployments", body, cancellationToken);
        return AdminDocuments.Deployment(json, endpoint);
    }

    /// <summary>All deployments.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AdminException">There was no answer.</exception>
    public async Task<IReadOnlyList<DeploymentInfo>> ListDeploymentsAsync(CancellationToken cancellationToken = default)
    {
        var json = await RequestAsync(HttpMethod.Get, "deployments", null, cancellationToken);
        return [.. json.GetProperty("deployments").EnumerateArray().Select(item => AdminDocuments.Deployment(item, null))];
    }

    /// <summary>
    /// Makes Restate forget a deployment. A service whose newest revision it serves is gone; older revisions do not come back in its place.
    /// Invocations that are pinned to it cannot go on, so let them end first.
    /// </summary>
    /// <param name="deploymentId">The deployment's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AdminException">There is no such deployment, or there was no answer.</exception>
    public Task RemoveDeploymentAsync(string deploymentId, CancellationToken cancellationToken = default) =>
        RequestAsync(HttpMethod.Delete, $"deployments/{Uri.EscapeDataString(deploymentId)}?force=true", null, cancellationToken);

    /// <summary>The newest revision of every service.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AdminException">There was no answer.</exception>
    public async Task<IReadOnlyList<ServiceInfo>> ListServicesAsync(CancellationToken cancellationToken = default)
    {
        var json = await RequestAsync(HttpMethod.Get, "services", null, cancellationToken);
        return [.. json.GetProperty("services").EnumerateArray().Select(AdminDocuments.Service)];
    }

    /// <summary>A service's newest revision.</summary>
    /// <param name="name">The service's name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The service; null when there is none of that name.</returns>
    /// <exception cref="AdminException">There was no answer.</exception>
    public async Task<ServiceInfo?> GetServiceAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            return AdminDocuments.Service(
                await RequestAsync(HttpMethod.Get, $"services/{Uri.EscapeDataString(name)}", null, cancellationToken));
        }
        catch (AdminException exception) when (exception.StatusCode == 404)
        {
            return null;
        }
    }

    /// <summary>Runs a query over the server's tables: <c>sys_invocation</c>, <c>sys_journal</c>, <c>state</c> and others.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The rows, each an object of its columns.</returns>
    /// <exception cref="AdminException">The query is wrong, or there was no answer.</exception>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string sql, CancellationToken cancellationToken = default)
    {
        var json = await RequestAsync(HttpMethod.Post, "query", new JsonObject { ["query"] = sql }, cancellationToken);
        return [.. json.GetProperty("rows").EnumerateArray()];
    }

    /// <summary>Cancels an invocation: its code gets a terminal failure at its next await, and may clean up.</summary>
    /// <param name="invocationId">The invocation's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AdminException">There is no such invocation, or there was no answer.</exception>
    public Task CancelAsync(string invocationId, CancellationToken cancellationToken = default) =>
        RequestAsync(HttpMethod.Patch, $"invocations/{Uri.EscapeDataString(invocationId)}/cancel", null, cancellationToken);

    /// <summary>Ends an invocation at once, without its code having a say.</summary>
    /// <param name="invocationId">The invocation's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="AdminException">There is no such invocation, or there was no answer.</exception>
    public Task KillAsync(string invocationId, CancellationToken cancellationToken = default) =>
        RequestAsync(HttpMethod.Patch, $"invocations/{Uri.EscapeDataString(invocationId)}/kill", null, cancellationToken);

    /// <summary>True when the admin API answers and is well.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await RequestAsync(HttpMethod.Get, "health", null, cancellationToken);
            return true;
        }
        catch (AdminException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> RequestAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if ((_options.BearerTokenSource is { } source ? source() : _options.BearerToken) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw AdminDocuments.Error((int)response.StatusCode, content);
            return content.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(content);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException or JsonException ||
            (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new AdminException($"No usable answer from Restate's admin API at {_options.Address}: {exception.Message}", exception);
        }
    }
}
