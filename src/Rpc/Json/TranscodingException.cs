namespace Rpc.Json;

/// <summary>
/// A message or JSON text that cannot be transcoded: malformed, of the wrong type, out of range, or beyond a limit of
/// <see cref="JsonTranscoderOptions"/>. It is always the input's fault, never the caller's.
/// </summary>
public sealed class TranscodingException : Exception
{
    internal TranscodingException(string reason, Exception? innerException = null)
        : base(reason, innerException) => Reason = reason;

    internal TranscodingException(string path, string reason)
        : this(reason) => Path = path;

    /// <summary>
    /// Where the fault is, from the outermost message: <c>order.items[2].sku</c>, <c>labels["eu"]</c>. Empty when it is in
    /// no field, as with JSON that is not an object.
    /// </summary>
    public string Path { get; private set; } = "";

    /// <summary>What is wrong, without the path.</summary>
    public string Reason { get; }

    /// <summary>The path, if there is one, and the reason.</summary>
    public override string Message => Path.Length == 0 ? Reason : $"{Path}: {Reason}";

    /// <summary>
    /// Puts the path of an enclosing value in front. Meant for exception filters, which run from the innermost to the
    /// outermost before anything unwinds; so it is always false, and nothing is caught.
    /// </summary>
    internal bool Within(string segment)
    {
        Path = Path.Length == 0 || Path[0] == '[' ? segment + Path : $"{segment}.{Path}";
        return false;
    }

    /// <inheritdoc cref="Within(string)"/>
    internal bool WithinElement(int index) => Within($"[{index}]");
}
