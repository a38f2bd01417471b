using Conformance.Protos;

namespace Conformance.Suites;

/// <summary>
/// The suites for servers of ConnectRPC's conformance tests, as facts: what each case sends and what has to come back. The one that is
/// missing, TLS with client certificates, is Kestrel's business.
/// </summary>
internal static class AllSuites
{
    public static IReadOnlyList<TestSuite> Suites { get; } =
    [
        SuccessSuites.Basic,
        ErrorSuites.Errors,
        ErrorSuites.DuplicateMetadata,
        ErrorSuites.HttpStatuses,
        SuccessSuites.EmptyRequests,
        SuccessSuites.ConnectGet,
        SuccessSuites.GrpcSubformat,
        SuccessSuites.GrpcWebSubformat,
        TimeSuites.Deadlines,
        TimeSuites.Timeouts,
        MessageSizeSuite.Create(),
        UnexpectedSuites.Any,
        UnexpectedSuites.Connect,
        UnexpectedSuites.Grpc,
        UnexpectedSuites.GrpcWeb,
    ];
}
