using Gateway.Configuration;

return await GatewayProgram.RunAsync(args);
