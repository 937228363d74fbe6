package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
)

// head is the part of an HTTP/1.1 message that says how its body ends.
type head struct {
	first   string // the request line or the status line
	length  int64  // of the body in bytes, -1 if it is not said
	chunked bool
	closing bool
}

// readHead reads as little of a message as the load needs: no map, no copies, so that the clients cost less than what
// they measure.
func readHead(in *bufio.Reader) (head, error) {
	result := head{length: -1}
	line, err := in.ReadSlice('\n')
	if err != nil {
		return result, err
	}
	result.first = string(bytes.TrimRight(line, "\r\n"))
	for {
		line, err = in.ReadSlice('\n')
		if err != nil {
			return result, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return result, nil
		}
		result.note(line)
	}
}

func (h *head) note(line []byte) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimSpace(value)
	switch {
	case bytes.EqualFold(name, []byte("content-length")):
		h.length, _ = strconv.ParseInt(string(value), 10, 64)
	case bytes.EqualFold(name, []byte("transfer-encoding")):
		h.chunked = bytes.EqualFold(value, []byte("chunked"))
	case bytes.EqualFold(name, []byte("connection")):
		h.closing = bytes.EqualFold(value, []byte("close"))
	}
}

// status of an answer, 0 if its first line is no status line.
func (h head) status() int {
	if len(h.first) < 12 {
		return 0
	}
	status, _ := strconv.Atoi(h.first[9:12])
	return status
}

// body reads up to the end of this message; it must be read to its end before the next message.
func (h head) body(in *bufio.Reader) io.Reader {
	if h.chunked {
		return &chunkedBody{in: in, chunks: httputil.NewChunkedReader(in)}
	}
	if h.length < 0 {
		return bytes.NewReader(nil)
	}
	return io.LimitReader(in, h.length)
}

// chunkedBody also takes the empty line after the last chunk off the connection, which httputil leaves there.
type chunkedBody struct {
	in     *bufio.Reader
	chunks io.Reader
	ended  bool
}

func (b *chunkedBody) Read(to []byte) (int, error) {
	if b.ended {
		return 0, io.EOF
	}
	n, err := b.chunks.Read(to)
	if errors.Is(err, io.EOF) {
		b.ended = true
		if _, e := b.in.ReadSlice('\n'); e != nil {
			return n, fmt.Errorf("after the last chunk: %w", e)
		}
	}
	return n, err
}
