// gRPC's interop cases (doc/interop-test-descriptions.md in grpc/grpc) by grpc-go.
//
//	client <host:port> <case>...
//
// Prints one line of JSON a case: {"case": name, "error"?: text}.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	service = "/grpc.testing.TestService/"
	initial = "x-grpc-test-echo-initial"
	trailer = "x-grpc-test-echo-trailing-bin"
)

var (
	requestSizes  = []int{27182, 8, 1828, 45904}
	responseSizes = []int{31415, 9, 2653, 58979}
	yes           = &BoolValue{Value: true}
	no            = &BoolValue{}
	compressing   = grpc.UseCompressor(gzip.Name)
)

type outcome struct {
	Case  string `json:"case"`
	Error string `json:"error,omitempty"`
}

type client struct {
	*grpc.ClientConn
	context context.Context
}

var cases = map[string]func(client) error{
	"empty_unary": func(c client) error {
		return c.Invoke(c.context, service+"EmptyCall", &Empty{}, &Empty{})
	},

	"large_unary": func(c client) error {
		return c.large(SimpleRequest{})
	},

	"client_compressed_unary": func(c client) error {
		return all(
			fails(codes.InvalidArgument, "", c.large(SimpleRequest{ExpectCompressed: yes})),
			c.large(SimpleRequest{ExpectCompressed: yes}, compressing),
			c.large(SimpleRequest{ExpectCompressed: no}))
	},

	"server_compressed_unary": func(c client) error {
		return all(c.large(SimpleRequest{ResponseCompressed: yes}), c.large(SimpleRequest{ResponseCompressed: no}))
	},

	"client_streaming": func(c client) error {
		return c.send(nil, 74922, requestSizes)
	},

	"client_compressed_streaming": func(c client) error {
		return all(
			fails(codes.InvalidArgument, "", c.send(yes, 0, requestSizes)),
			c.send(yes, 74922, requestSizes, compressing))
	},

	"server_streaming": func(c client) error {
		return c.receive(sized(responseSizes...), responseSizes)
	},

	"server_compressed_streaming": func(c client) error {
		request := sized(31415, 92653)
		request.ResponseParameters[0].Compressed = yes
		request.ResponseParameters[1].Compressed = no
		return c.receive(request, []int{31415, 92653})
	},

	"ping_pong": func(c client) error {
		stream, err := c.duplex(c.context)
		if err != nil {
			return err
		}
		for i, size := range responseSizes {
			request := sized(size)
			request.Payload = zeros(requestSizes[i])
			if err := all(stream.SendMsg(request), next(stream, size)); err != nil {
				return err
			}
		}
		return all(stream.CloseSend(), ends(stream))
	},

	"empty_stream": func(c client) error {
		stream, err := c.duplex(c.context)
		if err != nil {
			return err
		}
		return all(stream.CloseSend(), ends(stream))
	},

	"custom_metadata": func(c client) error {
		c.context = metadata.AppendToOutgoingContext(c.context, initial, "test_initial_metadata_value", trailer, "\xab\xab\xab")
		var header, trailers metadata.MD
		if err := all(c.large(SimpleRequest{}, grpc.Header(&header), grpc.Trailer(&trailers)), echoed(header, trailers)); err != nil {
			return err
		}
		stream, err := c.duplex(c.context)
		if err != nil {
			return err
		}
		request := sized(314159)
		request.Payload = zeros(271828)
		if err := all(stream.SendMsg(request), stream.CloseSend(), next(stream, 314159), ends(stream)); err != nil {
			return err
		}
		header, err = stream.Header()
		return all(err, echoed(header, stream.Trailer()))
	},

	"status_code_and_message": func(c client) error {
		asked := &EchoStatus{Code: 2, Message: "test status message"}
		unary := c.Invoke(c.context, service+"UnaryCall", &SimpleRequest{ResponseStatus: asked}, &SimpleResponse{})
		stream, err := c.duplex(c.context)
		if err != nil {
			return err
		}
		return all(
			fails(codes.Unknown, asked.Message, unary),
			stream.SendMsg(&StreamingOutputCallRequest{ResponseStatus: asked}),
			fails(codes.Unknown, asked.Message, stream.RecvMsg(&StreamingOutputCallResponse{})))
	},

	"special_status_message": func(c client) error {
		asked := &EchoStatus{Code: 2, Message: "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"}
		return fails(codes.Unknown, asked.Message, c.Invoke(c.context, service+"UnaryCall", &SimpleRequest{ResponseStatus: asked}, &SimpleResponse{}))
	},

	"unimplemented_method": func(c client) error {
		return fails(codes.Unimplemented, "", c.Invoke(c.context, service+"UnimplementedCall", &Empty{}, &Empty{}))
	},

	"unimplemented_service": func(c client) error {
		return fails(codes.Unimplemented, "", c.Invoke(c.context, "/grpc.testing.UnimplementedService/UnimplementedCall", &Empty{}, &Empty{}))
	},

	"cancel_after_begin": func(c client) error {
		cancellable, cancel := context.WithCancel(c.context)
		stream, err := c.NewStream(cancellable, &grpc.StreamDesc{ClientStreams: true}, service+"StreamingInputCall")
		cancel()
		if err != nil {
			return err
		}
		return fails(codes.Canceled, "", stream.RecvMsg(&StreamingInputCallResponse{}))
	},

	"cancel_after_first_response": func(c client) error {
		cancellable, cancel := context.WithCancel(c.context)
		defer cancel()
		stream, err := c.duplex(cancellable)
		if err != nil {
			return err
		}
		request := sized(31415)
		request.Payload = zeros(27182)
		if err := all(stream.SendMsg(request), next(stream, 31415)); err != nil {
			return err
		}
		cancel()
		return fails(codes.Canceled, "", stream.RecvMsg(&StreamingOutputCallResponse{}))
	},

	"timeout_on_sleeping_server": func(c client) error {
		hurried, cancel := context.WithTimeout(c.context, time.Millisecond)
		defer cancel()
		stream, err := c.duplex(hurried)
		if err == nil {
			// The deadline may pass before this is sent; what counts is how the call ends.
			_ = stream.SendMsg(&StreamingOutputCallRequest{Payload: zeros(27182)})
			err = stream.RecvMsg(&StreamingOutputCallResponse{})
		}
		return fails(codes.DeadlineExceeded, "", err)
	},

	"concurrent_large_unary": func(c client) error {
		errors := make(chan error)
		for i := 0; i < 50; i++ {
			go func() { errors <- c.large(SimpleRequest{}) }()
		}
		var first error
		for i := 0; i < 50; i++ {
			if err := <-errors; err != nil {
				first = err
			}
		}
		return first
	},
}

func main() {
	connection, err := grpc.Dial(os.Args[1], grpc.WithInsecure())
	if err != nil {
		panic(err)
	}
	output := json.NewEncoder(os.Stdout)
	for _, name := range os.Args[2:] {
		result := outcome{Case: name}
		// Long enough for anything but a call that never ends.
		bounded, cancel := context.WithTimeout(context.Background(), time.Minute)
		if err := cases[name](client{connection, bounded}); err != nil {
			result.Error = err.Error()
		}
		cancel()
		if err := output.Encode(result); err != nil {
			panic(err)
		}
	}
}

func (c client) duplex(ctx context.Context) (grpc.ClientStream, error) {
	return c.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, service+"FullDuplexCall")
}

func (c client) large(request SimpleRequest, options ...grpc.CallOption) error {
	request.ResponseSize = 314159
	request.Payload = zeros(271828)
	var response SimpleResponse
	if err := c.Invoke(c.context, service+"UnaryCall", &request, &response, options...); err != nil {
		return err
	}
	return equal(len(response.Payload.Body), 314159)
}

func (c client) send(expectCompressed *BoolValue, sum int32, sizes []int, options ...grpc.CallOption) error {
	stream, err := c.NewStream(c.context, &grpc.StreamDesc{ClientStreams: true}, service+"StreamingInputCall", options...)
	if err != nil {
		return err
	}
	for _, size := range sizes {
		// A call that has already failed says so when its response is read.
		if err := stream.SendMsg(&StreamingInputCallRequest{Payload: zeros(size), ExpectCompressed: expectCompressed}); err != nil && err != io.EOF {
			return err
		}
	}
	var response StreamingInputCallResponse
	if err := all(stream.CloseSend(), stream.RecvMsg(&response)); err != nil {
		return err
	}
	return equal(response.AggregatedPayloadSize, sum)
}

func (c client) receive(request *StreamingOutputCallRequest, sizes []int) error {
	stream, err := c.NewStream(c.context, &grpc.StreamDesc{ServerStreams: true}, service+"StreamingOutputCall")
	if err != nil {
		return err
	}
	if err := all(stream.SendMsg(request), stream.CloseSend()); err != nil {
		return err
	}
	for _, size := range sizes {
		if err := next(stream, size); err != nil {
			return err
		}
	}
	return ends(stream)
}

func next(stream grpc.ClientStream, size int) error {
	var response StreamingOutputCallResponse
	if err := stream.RecvMsg(&response); err != nil {
		return err
	}
	return equal(len(response.Payload.Body), size)
}

func ends(stream grpc.ClientStream) error {
	return equal(stream.RecvMsg(&StreamingOutputCallResponse{}), io.EOF)
}

func echoed(header, trailers metadata.MD) error {
	return all(
		equal(header.Get(initial), []string{"test_initial_metadata_value"}),
		equal(trailers.Get(trailer), []string{"\xab\xab\xab"}))
}

func fails(code codes.Code, message string, err error) error {
	if message != "" && status.Convert(err).Message() != message {
		return fmt.Errorf("message %q instead of %q", status.Convert(err).Message(), message)
	}
	if status.Code(err) != code {
		return fmt.Errorf("%v instead of %v", err, code)
	}
	return nil
}

func equal(actual, expected interface{}) error {
	if !reflect.DeepEqual(actual, expected) {
		return fmt.Errorf("%v instead of %v", actual, expected)
	}
	return nil
}

func all(errors ...error) error {
	for _, err := range errors {
		if err != nil {
			return err
		}
	}
	return nil
}

func sized(sizes ...int) *StreamingOutputCallRequest {
	request := &StreamingOutputCallRequest{}
	for _, size := range sizes {
		request.ResponseParameters = append(request.ResponseParameters, &ResponseParameters{Size: int32(size)})
	}
	return request
}

func zeros(size int) *Payload {
	return &Payload{Body: make([]byte, size)}
}
