namespace Restate.Sdk.Protocol;

/// <summary>What an exception says. That is code of the user's too, and must not keep an attempt from ending.</summary>
internal static class ExceptionText
{
    public static string MessageOf(Exception exception) => Read(exception, static e => e.Message);

    /// <summary>The message with the stack trace.</summary>
    public static string DetailsOf(Exception exception) => Read(exception, static e => e.ToString());

    private static string Read(Exception exception, Func<Exception, string> text)
    {
        try
        {
            return text(exception);
        }
#pragma warning disable CA1031 // whatever it is, it is not the failure to tell of
        catch (Exception unreadable)
#pragma warning restore CA1031
        {
            return $"{exception.GetType()}, whose text cannot be read: {unreadable.GetType()}";
        }
    }
}
