using Microsoft.Extensions.Options;
using Rpc;

namespace Gateway.Security;

/// <summary>Hands the gateway's limit of messages to the library that reads them.</summary>
internal sealed class MessageSizeLimit(IOptions<GatewayOptions> gateway) : IConfigureOptions<RpcOptions>
{
    public void Configure(RpcOptions options)
    {
        try
        {
            options.MaxReceiveMessageSize = gateway.Value.Limits.MaxMessageSize;
        }
        catch (OptionsValidationException)
        {
            // The gateway's options say so themselves, and these are to say what is wrong with them.
        }
    }
}
