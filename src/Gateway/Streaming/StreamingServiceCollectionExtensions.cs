namespace Gateway.Streaming;

/// <summary>Registers what long-lived calls need.</summary>
internal static class StreamingServiceCollectionExtensions
{
    public static void AddMachineGatewayStreaming(this IServiceCollection services)
    {
        services.AddSingleton<InstanceObserver>();
        services.AddSingleton<InstanceFeeds>();
        services.AddSingleton<WaitCaller>();
        services.AddSingleton<WaitForHandler>();
        services.AddSingleton<WatchHandler>();
        services.AddSingleton<SendStreamHandler>();
    }
}
