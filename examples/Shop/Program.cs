using Machines;
using Shop;

await MachineHost.Create(args, OrderMachine.Definition).RunAsync();
