"""gRPC's interop cases (doc/interop-test-descriptions.md in grpc/grpc) by grpcio, so by gRPC's C core.

    client.py <host:port> <descriptor set> <case>...

Prints one line of JSON a case: {"case": name, "error"?: text}.
"""

import json
import queue
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, descriptors, *names = sys.argv[1:]
with open(descriptors, "rb") as file:
    files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
messages = message_factory.GetMessages(files.file)
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)

REQUEST_SIZES = [27182, 8, 1828, 45904]
RESPONSE_SIZES = [31415, 9, 2653, 58979]


def message(name, **fields):
    return messages["grpc.testing." + name](**fields)


def zeros(size):
    return message("Payload", body=bytes(size))


def flag(value):
    return message("BoolValue", value=value)


class Client:
    """A stub for every method of a service."""

    def __init__(self, service="TestService", **options):
        channel = grpc.insecure_channel(address, **options)
        for method in pool.FindServiceByName("grpc.testing." + service).methods:
            kind = ("stream" if method.client_streaming else "unary") + "_" + ("stream" if method.server_streaming else "unary")
            setattr(self, method.name, getattr(channel, kind)(
                f"/grpc.testing.{service}/{method.name}",
                request_serializer=lambda request: request.SerializeToString(),
                response_deserializer=messages[method.output_type.full_name].FromString))


client = Client()
compressing = Client(compression=grpc.Compression.Gzip)


class Requests:
    """Requests that are sent when the case says so."""

    def __init__(self):
        self._queue = queue.Queue()

    def send(self, request):
        self._queue.put(request)

    def end(self):
        self._queue.put(None)

    def __iter__(self):
        return iter(self._queue.get, None)


def equal(actual, expected):
    assert actual == expected, f"{actual!r} instead of {expected!r}"


def fails(code, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except grpc.RpcError as error:
        equal(error.code(), code)
        return error
    raise AssertionError(f"Success instead of {code}")


def large(**more):
    return message("SimpleRequest", response_size=314159, payload=zeros(271828), **more)


def large_unary(stub=client, **more):
    equal(len(stub.UnaryCall(large(**more)).payload.body), 314159)


def sizes(responses):
    return [len(response.payload.body) for response in responses]


def outputs(*parameters, **more):
    return message("StreamingOutputCallRequest", response_parameters=[message("ResponseParameters", **fields) for fields in parameters], **more)


def empty_unary():
    equal(client.EmptyCall(message("Empty")), message("Empty"))


def client_compressed_unary():
    fails(grpc.StatusCode.INVALID_ARGUMENT, client.UnaryCall, large(expect_compressed=flag(True)))
    large_unary(compressing, expect_compressed=flag(True))
    large_unary(client, expect_compressed=flag(False))


def server_compressed_unary():
    large_unary(response_compressed=flag(True))
    large_unary(response_compressed=flag(False))


def client_streaming():
    requests = [message("StreamingInputCallRequest", payload=zeros(size)) for size in REQUEST_SIZES]
    equal(client.StreamingInputCall(iter(requests)).aggregated_payload_size, 74922)


def client_compressed_streaming():
    requests = [message("StreamingInputCallRequest", payload=zeros(size), expect_compressed=flag(True)) for size in (27182, 45904)]
    fails(grpc.StatusCode.INVALID_ARGUMENT, client.StreamingInputCall, iter(requests))
    equal(compressing.StreamingInputCall(iter(requests)).aggregated_payload_size, 73086)


def server_streaming():
    equal(sizes(client.StreamingOutputCall(outputs(*({"size": size} for size in RESPONSE_SIZES)))), RESPONSE_SIZES)


def server_compressed_streaming():
    request = outputs({"compressed": flag(True), "size": 31415}, {"compressed": flag(False), "size": 92653})
    equal(sizes(client.StreamingOutputCall(request)), [31415, 92653])


def ping_pong():
    requests = Requests()
    responses = client.FullDuplexCall(iter(requests))
    for request_size, response_size in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.send(outputs({"size": response_size}, payload=zeros(request_size)))
        equal(len(next(responses).payload.body), response_size)
    requests.end()
    equal(sizes(responses), [])


def empty_stream():
    equal(sizes(client.FullDuplexCall(iter([]))), [])


def custom_metadata():
    metadata = (("x-grpc-test-echo-initial", "test_initial_metadata_value"), ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"))
    _, unary = client.UnaryCall.with_call(large(), metadata=metadata)
    duplex = client.FullDuplexCall(iter([outputs({"size": 314159}, payload=zeros(271828))]), metadata=metadata)
    equal(sizes(duplex), [314159])
    for call in (unary, duplex):
        equal(dict(call.initial_metadata())["x-grpc-test-echo-initial"], "test_initial_metadata_value")
        equal(dict(call.trailing_metadata())["x-grpc-test-echo-trailing-bin"], b"\xab\xab\xab")


def status_code_and_message():
    status = message("EchoStatus", code=2, message="test status message")
    equal(fails(grpc.StatusCode.UNKNOWN, client.UnaryCall, message("SimpleRequest", response_status=status)).details(), status.message)
    call = client.FullDuplexCall(iter([message("StreamingOutputCallRequest", response_status=status)]))
    equal(fails(grpc.StatusCode.UNKNOWN, list, call).details(), status.message)


def special_status_message():
    status = message("EchoStatus", code=2, message="\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")
    equal(fails(grpc.StatusCode.UNKNOWN, client.UnaryCall, message("SimpleRequest", response_status=status)).details(), status.message)


def unimplemented_method():
    fails(grpc.StatusCode.UNIMPLEMENTED, client.UnimplementedCall, message("Empty"))


def unimplemented_service():
    fails(grpc.StatusCode.UNIMPLEMENTED, Client("UnimplementedService").UnimplementedCall, message("Empty"))


def cancel_after_begin():
    requests = Requests()
    call = client.StreamingInputCall.future(iter(requests))
    call.cancel()
    requests.end()
    assert call.cancelled()
    equal(call.code(), grpc.StatusCode.CANCELLED)


def cancel_after_first_response():
    requests = Requests()
    call = client.FullDuplexCall(iter(requests))
    requests.send(outputs({"size": 31415}, payload=zeros(27182)))
    equal(len(next(call).payload.body), 31415)
    call.cancel()
    requests.end()
    fails(grpc.StatusCode.CANCELLED, next, call)


def timeout_on_sleeping_server():
    requests = Requests()
    requests.send(message("StreamingOutputCallRequest", payload=zeros(27182)))
    fails(grpc.StatusCode.DEADLINE_EXCEEDED, list, client.FullDuplexCall(iter(requests), timeout=0.001))
    requests.end()


def concurrent_large_unary():
    with ThreadPoolExecutor(50) as threads:
        list(threads.map(lambda _: large_unary(), range(50)))


for name in names:
    outcome = {"case": name}
    try:
        globals()[name]()
    except Exception:
        outcome["error"] = traceback.format_exc()
    print(json.dumps(outcome), flush=True)
