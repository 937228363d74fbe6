package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"
)

// place is what the load calls: an address and the request that is sent to it, whose body has 400 bytes if no length is given.
type place struct {
	url     string
	model   string
	headers []string
	length  int
}

// bodyLength is that of a small request, whatever the model is called.
const bodyLength = 400

const filler = "lorem ipsum dolor sit amet "

func (p place) address() string {
	parsed, err := url.Parse(p.url)
	if err != nil {
		panic(err)
	}
	return parsed.Host
}

func (p place) request(stream bool, order string) []byte {
	frame := `{"model":"%s","stream":%t,"max_tokens":64,"messages":[{"role":"system","content":"You are terse."},` +
		`{"role":"user","content":"%s%s"}]}`
	padding := max(0, max(p.length, bodyLength)-len(fmt.Sprintf(frame, p.model, stream, order, "")))
	words := strings.Repeat(filler, padding/len(filler)+1)[:padding]
	parsed, _ := url.Parse(p.url)
	return p.to("POST "+parsed.Path, "application/json", fmt.Sprintf(frame, p.model, stream, order, words))
}

// to is a request to another path of the same server.
func (p place) to(target, contentType, body string) []byte {
	parsed, _ := url.Parse(p.url)
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s HTTP/1.1\r\nHost: %s\r\n", target, parsed.Host)
	if contentType != "" {
		fmt.Fprintf(&text, "Content-Type: %s\r\nContent-Length: %d\r\n", contentType, len(body))
	}
	for _, header := range p.headers {
		text.WriteString(header + "\r\n")
	}
	text.WriteString("\r\n" + body)
	return text.Bytes()
}

// client is one kept-alive connection.
type client struct {
	connection net.Conn
	in         *bufio.Reader
}

func dial(address string) (*client, error) {
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return &client{connection, bufio.NewReaderSize(connection, 8192)}, nil
}

func (c *client) close() { c.connection.Close() }

// send writes a request and reads the answer's head.
func (c *client) send(request []byte) (head, error) {
	c.connection.SetDeadline(time.Now().Add(3 * time.Minute))
	if _, err := c.connection.Write(request); err != nil {
		return head{}, err
	}
	return readHead(c.in)
}

// ask sends one request and reads its whole answer. An answer other than 200 is an error that quotes it.
func (c *client) ask(request []byte) error {
	answer, err := c.send(request)
	if err != nil {
		return err
	}
	body := answer.body(c.in)
	if answer.status() != 200 {
		text, _ := io.ReadAll(io.LimitReader(body, 300))
		c.close()
		return fmt.Errorf("%s: %s", answer.first, text)
	}
	if _, err = io.Copy(io.Discard, body); err == nil && answer.closing {
		c.close()
		err = errClosing
	}
	return err
}

// once asks on a connection of its own.
func once(p place) error {
	c, err := dial(p.address())
	if err != nil {
		return err
	}
	defer c.close()
	if err = c.ask(p.request(false, "")); err == errClosing {
		err = nil
	}
	return err
}
