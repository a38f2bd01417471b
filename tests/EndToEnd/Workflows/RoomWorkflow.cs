using Google.Protobuf.WellKnownTypes;
using Machines;
using Machines.Testing;
using Rooms.V1;
using Rpc;
using Statecharts;

namespace EndToEnd.Workflows;

/// <summary>Gathers a room's readings, and at each full hour reports them if there is one of each kind.</summary>
public abstract class RoomWorkflow(WorkflowHost host) : Workflow(host)
{
    private static readonly DurablePromise<Report, Report> ProduceReport = new("produceReport", async (context, report) =>
    {
        report.At = Timestamp.FromDateTimeOffset(await context.Now());
        return report;
    });

    private readonly GrpcClient _rooms = host.Service("rooms.v1.RoomService");

    // Time runs fast here.
    internal static DurableMachine Machine { get; } = new("room", Define(TimeSpan.FromMilliseconds(100)));

    private static StateMachine Define(TimeSpan hour)
    {
        var machine = ProtobufMachine.Define<RoomState, Room, RoomEvent>("room").InitialTransition(RoomState.ConsumingReadings);
        machine.Configure(RoomState.ConsumingReadings)
            .InternalTransition<TemperatureReading>((room, reading) => room.Temperature = reading.Temperature)
            .InternalTransition<HumidityReading>((room, reading) => room.Humidity = reading.Humidity)
            .AfterIf(hour, RoomState.GeneratingReport, (room, _) => room.HasTemperature && room.HasHumidity)
            .AfterReentry(hour);
        machine.Configure(RoomState.GeneratingReport)
            .Invoke(ProduceReport, room => new Report { Temperature = room.Temperature, Humidity = room.Humidity })
                .OnDone(RoomState.ConsumingReadings, (room, report) =>
                {
                    room.Reports.Add(report);
                    room.ClearTemperature();
                    room.ClearHumidity();
                });
        return machine.Build();
    }

    [Fact]
    public async Task Readings_of_each_kind_make_a_report()
    {
        var read = await ReadTemperatureAsync(20);
        Assert.Equal([RoomState.ConsumingReadings], read.States);
        Assert.Equal((20.0, false), (read.Context.Temperature, read.Context.HasHumidity));
        await ReadHumidityAsync(50);
        var reported = await ReportedAsync(times: 1);
        Assert.False(reported.HasTemperature);
        Assert.False(reported.HasHumidity);

        // Zero is a reading too, and the last one counts.
        await ReadHumidityAsync(60);
        await ReadHumidityAsync(0);
        await ReadTemperatureAsync(0);
        var reports = (await ReportedAsync(times: 2)).Reports;
        Assert.Equal([(20, 50), (0, 0)], reports.Select(report => (report.Temperature, report.Humidity)));
        Assert.True(reports[1].At.ToDateTimeOffset() >= reports[0].At.ToDateTimeOffset());

        await _rooms.CallAsync<DisposeResponse>("Dispose", Instance);
        var error = await Assert.ThrowsAsync<GrpcException>(SnapshotAsync);
        Assert.Equal((StatusCode.FailedPrecondition, "MACHINE_DISPOSED"), (error.Code, error.Reason));
    }

    [Fact]
    public void Readings_wait_for_the_hour_and_for_each_other()
    {
        var room = MachineTest.Start(Define(TimeSpan.FromHours(1)));
        room.Answer<Report, Report>("produceReport", report => report);
        room.Send(new TemperatureReading { Temperature = 20 });
        room.Advance(TimeSpan.FromHours(2.5));
        room.Send(new HumidityReading { Humidity = 50 });
        Assert.Empty(room.Context<Room>().Reports);

        room.Advance(TimeSpan.FromHours(0.5));
        Assert.Equal([new Report { Temperature = 20, Humidity = 50 }], room.Context<Room>().Reports);
        Assert.True(room.IsIn(RoomState.ConsumingReadings));
    }

    private Task<RoomSnapshot> ReadTemperatureAsync(double temperature) =>
        SendAsync(new RoomEvent { TemperatureReading = new TemperatureReading { Temperature = temperature } });

    private Task<RoomSnapshot> ReadHumidityAsync(double humidity) =>
        SendAsync(new RoomEvent { HumidityReading = new HumidityReading { Humidity = humidity } });

    private Task<RoomSnapshot> SendAsync(RoomEvent @event) => _rooms.CallAsync<RoomSnapshot>("Send", new SendRequest { Key = Key, Event = @event });

    private Task<RoomSnapshot> SnapshotAsync() => _rooms.CallAsync<RoomSnapshot>("GetSnapshot", Instance);

    private async Task<Room> ReportedAsync(int times)
    {
        var room = new Room();
        await Eventually.BecomesTrueAsync(
            async () => (room = (await SnapshotAsync()).Context).Reports.Count == times, () => $"{times} reports of the room {room}");
        return room;
    }
}

[Collection(NormalWorkflows.Name)]
public sealed class Room_workflow(NormalWorkflowHost host) : RoomWorkflow(host);

[Collection(ReplayWorkflows.Name)]
public sealed class Room_workflow_under_forced_replay(ReplayWorkflowHost host) : RoomWorkflow(host);
