namespace Rpc;

/// <summary>The status codes of gRPC (doc/statuscodes.md) and, under the same names, of Connect.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The caller cancelled the call.</summary>
    Cancelled = 1,

    /// <summary>An error of which nothing more is known.</summary>
    Unknown = 2,

    /// <summary>The request is wrong, whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call was complete; it may still have taken effect.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota, a size limit or another resource is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state the call requires; retrying does not help until that changes.</summary>
    FailedPrecondition = 9,

    /// <summary>The call lost against a concurrent one; the caller may retry at a higher level.</summary>
    Aborted = 10,

    /// <summary>A position past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method, or something it needs, is not served here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the server, or of the protocol, is broken.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached at the moment; the caller may retry with a back-off.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or corrupted beyond recovery.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
