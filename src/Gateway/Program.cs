using Gateway;

await MachineGatewayApplication.Create(args).RunAsync();
