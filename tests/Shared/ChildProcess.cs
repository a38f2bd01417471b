using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Shared;

/// <summary>A program that a test runs, with what it printed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private ChildProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Append;
        _process.ErrorDataReceived += Append;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All that it printed so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static ChildProcess Start(string file, IEnumerable<string> arguments, string? workingDirectory = null) =>
        new(new ProcessStartInfo(file, arguments) { WorkingDirectory = workingDirectory ?? "" });

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed; the test fails when it exits with another code than 0.</returns>
    public static async Task<string> RunAsync(string file, IEnumerable<string> arguments, string? workingDirectory = null)
    {
        await using var process = Start(file, arguments, workingDirectory);
        var exitCode = await process.WaitForExitAsync();
        Assert.True(exitCode == 0, $"{file} ended with {exitCode}:{Environment.NewLine}{process.Output}");
        return process.Output;
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Waits until the program has printed something; fails when it ends without.</summary>
    public Task WaitForOutputAsync(string text) => Eventually.BecomesTrueAsync(
        () => Output.Contains(text, StringComparison.Ordinal) || (HasExited ? throw new InvalidOperationException($"It ended without '{text}': {Output}") : false),
        () => $"'{text}' in what it printed: {Output}");

    /// <summary>SIGKILL: it gets no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGINT, as Ctrl-C sends it.</summary>
    public void Interrupt() => _ = Signal(_process.Id, 2);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Append(object sender, DataReceivedEventArgs line)
    {
        // The end of a stream, which is no line: stdout's may come before what there is on stderr.
        if (line.Data is null)
            return;
        lock (_output)
            _output.AppendLine(line.Data);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}
