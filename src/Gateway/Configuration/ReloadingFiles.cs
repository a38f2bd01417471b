namespace Gateway.Configuration;

/// <summary>
/// A value that is made of files, and made anew when their contents have changed. Contents and not times are compared, since a mounted
/// secret changes by what a link leads to. What cannot be read leaves the value as it was.
/// </summary>
internal sealed partial class ReloadingFiles<T>
    where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<string> _paths;
    private readonly Func<IReadOnlyList<byte[]>, T> _read;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _checking = new();
    private IReadOnlyList<byte[]> _contents;
    private long _checked;
    private string? _problem;
    private volatile T _value;

    /// <param name="paths">The files.</param>
    /// <param name="read">Makes the value of their contents, in the same order.</param>
    /// <param name="time">Says when to look again.</param>
    /// <param name="logger">Is told of changes, and once of what makes files unusable.</param>
    public ReloadingFiles(IReadOnlyList<string> paths, Func<IReadOnlyList<byte[]>, T> read, TimeProvider time, ILogger logger)
    {
        _paths = paths;
        _read = read;
        _time = time;
        _logger = logger;
        _contents = [.. paths.Select(File.ReadAllBytes)];
        _value = read(_contents);
        _checked = time.GetTimestamp();
    }

    /// <summary>The value as of two seconds ago or later.</summary>
    public T Value
    {
        get
        {
            if (_time.GetElapsedTime(Volatile.Read(ref _checked)) >= Interval && _checking.TryEnter())
            {
                try
                {
                    Check();
                }
                finally
                {
                    _checking.Exit();
                }
            }

            return _value;
        }
    }

    /// <summary>The value as of now.</summary>
    public T Reload()
    {
        lock (_checking)
            Check();
        return _value;
    }

    private void Check()
    {
        Volatile.Write(ref _checked, _time.GetTimestamp());
        try
        {
            IReadOnlyList<byte[]> contents = [.. _paths.Select(File.ReadAllBytes)];
            if (!contents.Zip(_contents).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)))
            {
                _value = _read(contents);
                _contents = contents;
                LogReloaded(_logger, string.Join(", ", _paths));
            }

            _problem = null;
        }
        catch (Exception e)
        {
            // One of two files may have been written and the other not yet.
            if (e.Message != _problem)
                LogUnreadable(_logger, string.Join(", ", _paths), e.Message);
            _problem = e.Message;
        }
    }

    [LoggerMessage(LogLevel.Information, "Read {Files} again")]
    private static partial void LogReloaded(ILogger logger, string files);

    [LoggerMessage(LogLevel.Error, "{Files} have changed and cannot be used; what they held before stays in use: {Error}")]
    private static partial void LogUnreadable(ILogger logger, string files, string error);
}
