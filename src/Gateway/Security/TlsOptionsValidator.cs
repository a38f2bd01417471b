using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>Checks the TLS settings, and that the files hold what they should.</summary>
internal sealed class TlsOptionsValidator(TimeProvider time) : IValidateOptions<GatewayOptions>
{
    private const string Section = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Tls)}";

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var tls = options.Tls;
        var problems = new List<string>();
        CheckFile(nameof(tls.CertificateFile), tls.CertificateFile);
        CheckFile(nameof(tls.KeyFile), tls.KeyFile);
        CheckFile(nameof(tls.ClientCertificateAuthorityFile), tls.ClientCertificateAuthorityFile);
        if (!tls.IsEnabled && (tls.KeyFile is not null || tls.ClientCertificates != ClientCertificateRequirement.None))
            Add(nameof(tls.CertificateFile), "is required: the file with the server's certificate");
        if (tls.ClientCertificates != ClientCertificateRequirement.None && tls.ClientCertificateAuthorityFile is null)
            Add(nameof(tls.ClientCertificateAuthorityFile), "is required with client certificates: the file with the authorities they come from");
        if (tls.ClientCertificates == ClientCertificateRequirement.None && tls.ClientCertificateAuthorityFile is not null)
            Add(nameof(tls.ClientCertificates), "is None, and yet there are authorities for them: set Allowed or Required");
        if (tls.IsEnabled && problems.Count == 0)
            CheckContents(tls);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Add(string option, string problem) => problems.Add($"{Section}:{option}: {problem}");

        void CheckFile(string option, string? path)
        {
            if (path is not null && !File.Exists(path))
                Add(option, $"there is no file '{path}'");
        }

        void CheckContents(GatewayTlsOptions tls)
        {
            try
            {
                TlsFiles.Open(tls, time, NullLogger.Instance);
            }
            catch (Exception e)
            {
                problems.Add($"{Section}: the files cannot be used: {e.Message}");
            }
        }
    }
}
