namespace Gateway.Tests.Security;

/// <summary>What a client speaks.</summary>
public enum Protocol
{
    Grpc,
    GrpcWeb,
    Connect,
}
