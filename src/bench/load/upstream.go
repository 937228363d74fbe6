package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// order is what a prompt may ask of the upstream: "bench:<events>:<milliseconds between them>".
var order = regexp.MustCompile(`bench:(\d+):(\d+)`)

// answerBody has every field of an answer of OpenAI's, so that no gateway has anything to add to it.
const answerBody = `{"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,"model":"bench","choices":[{"index":0,` +
	`"message":{"role":"assistant","content":"The quick brown fox jumps over the lazy dog, and the dog does not mind: it has ` +
	`seen many foxes, and this one is no quicker than the others were.","refusal":null,"annotations":[]},"logprobs":null,` +
	`"finish_reason":"stop"}],"usage":{"prompt_tokens":80,"completion_tokens":32,"total_tokens":112,"prompt_tokens_details":` +
	`{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,` +
	`"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_bench"}`

const modelsBody = `{"object":"list","data":[{"id":"bench","object":"model","created":1760000000,"owned_by":"bench"}]}`

const failureBody = `{"error":{"message":"The engine is overloaded","type":"server_error","param":null,"code":null}}`

var (
	answer  = whole(200, answerBody)
	models  = whole(200, modelsBody)
	failure = whole(503, failureBody)
)

const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

const eventFormat = `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,"model":"bench",` +
	`"choices":[{"index":0,"delta":{%s"content":"@%d@ "},"logprobs":null,"finish_reason":null}]}` + "\n\n"

const lastEvents = `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,"model":"bench",` +
	`"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}` + "\n\ndata: [DONE]\n\n"

// What hostile clients ask for: a stream of events of 16 KB, and an answer in JSON, both without an end.
const flooding, endless = "bench:flood ", "bench:endless "

// echo asks for the word behind it in the answer: in each event, or in the place of its id.
const echo = "bench:echo:"

var echoed = regexp.MustCompile(echo + `(\S+)`)

var largeEvent = `data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1760000000,"model":"bench",` +
	`"choices":[{"index":0,"delta":{"content":"` + strings.Repeat("x", 16000) + `"},"logprobs":null,"finish_reason":null}]}` + "\n\n"

// flood writes one chunk over and over until nobody takes it any more.
func flood(out io.Writer, kind, text string) error {
	chunk := appendChunk([]byte("HTTP/1.1 200 OK\r\nContent-Type: "+kind+"\r\nTransfer-Encoding: chunked\r\n\r\n"), text)
	for {
		if _, err := out.Write(chunk); err != nil {
			return err
		}
		chunk = appendChunk(chunk[:0], text)
	}
}

func whole(status int, body string) []byte {
	return []byte(fmt.Sprintf("HTTP/1.1 %d Mock\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		status, len(body), body))
}

// upstream plays an OpenAI-compatible provider: it answers at once, and its streams keep time and say in every event
// when it was sent. failures is the share of requests that get 503.
func upstream(address string, failures float64) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go serve(connection, failures)
	}
}

func serve(connection net.Conn, failures float64) {
	defer connection.Close()
	in := bufio.NewReaderSize(connection, 8192)
	var body bytes.Buffer
	for {
		request, err := readHead(in)
		if err != nil {
			return
		}
		body.Reset()
		if _, err = io.Copy(&body, request.body(in)); err != nil {
			return
		}
		if err = reply(connection, request, body.Bytes(), failures); err != nil || request.closing {
			return
		}
	}
}

func reply(out io.Writer, request head, body []byte, failures float64) error {
	var err error
	switch {
	case bytes.Contains(body, []byte(flooding)):
		err = flood(out, "text/event-stream", largeEvent)
	case bytes.Contains(body, []byte(endless)):
		err = flood(out, "application/json", strings.Repeat("a", 1<<16))
	case len(request.first) > 3 && request.first[:3] == "GET":
		_, err = out.Write(models)
	case failures > 0 && rand.Float64() < failures:
		_, err = out.Write(failure)
	case bytes.Contains(body, []byte(`"stream":true`)), bytes.Contains(body, []byte(`"stream": true`)):
		err = stream(out, body)
	case bytes.Contains(body, []byte(echo)):
		_, err = out.Write(whole(200, strings.ReplaceAll(answerBody, "chatcmpl-bench", wanted(body))))
	default:
		_, err = out.Write(answer)
	}
	return err
}

// wanted is the word that is to be echoed, or the answer's usual id.
func wanted(body []byte) string {
	if found := echoed.FindSubmatch(body); found != nil {
		return string(found[1])
	}
	return "chatcmpl-bench"
}

// stream sends events at fixed moments after the request, so that a late one does not shift those after it.
func stream(out io.Writer, body []byte) error {
	events, pause := 20, 50*time.Millisecond
	if found := order.FindSubmatch(body); found != nil {
		events, _ = strconv.Atoi(string(found[1]))
		milliseconds, _ := strconv.Atoi(string(found[2]))
		pause = time.Duration(milliseconds) * time.Millisecond
	}
	start := time.Now()
	event := strings.Replace(eventFormat, "chatcmpl-bench", wanted(body), 1)
	role := `"role":"assistant",`
	text := []byte(streamHead)
	for i := 0; i < events; i++ {
		time.Sleep(time.Until(start.Add(time.Duration(i) * pause)))
		text = appendChunk(text, fmt.Sprintf(event, role, time.Now().UnixNano()))
		if _, err := out.Write(text); err != nil {
			return err
		}
		role, text = "", text[:0]
	}
	_, err := out.Write(append(appendChunk(text, strings.Replace(lastEvents, "chatcmpl-bench", wanted(body), 1)), "0\r\n\r\n"...))
	return err
}

func appendChunk(to []byte, text string) []byte {
	return append(append(strconv.AppendInt(to, int64(len(text)), 16), "\r\n"...), text+"\r\n"...)
}
