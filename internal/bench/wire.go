package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"time"
)

// requestTimeout is when the generator gives a request up and counts an error.
const requestTimeout = 30 * time.Second

// wire is one kept-alive HTTP/1.1 connection. It does as little as possible: generator and server share the machine, and
// net/http's client would take as much of it as the server does. Not safe for concurrent use.
type wire struct {
	address string
	c       net.Conn
	patient time.Time // until when the connection waits
	in      *bufio.Reader
	out     []byte
	body    []byte
}

func newWire(address string) *wire { return &wire{address: address} }

func (w *wire) close() {
	if w.c != nil {
		_ = w.c.Close()
		w.c = nil
	}
}

// dial connects beforehand, as a page has that waits for the start.
func (w *wire) dial() error {
	if w.c != nil {
		return nil
	}
	c, err := net.Dial("tcp", w.address)
	if err != nil {
		return err
	}
	w.c, w.in, w.patient = c, bufio.NewReaderSize(c, 4<<10), time.Time{}
	return nil
}

// do sends a request as a browser does from a page of the program and returns status and body; the body is good until the
// next call. cookie is the session, "" before log-in; tab names the holder of leases.
func (w *wire) do(method, path, cookie, tab string, body []byte) (int, []byte, error) {
	if err := w.dial(); err != nil {
		return 0, nil, err
	}
	w.out = append(w.out[:0], method...)
	w.out = append(append(append(w.out, ' '), path...), " HTTP/1.1\r\nHost: "...)
	w.out = append(append(w.out, w.address...), "\r\nSec-Fetch-Site: same-origin\r\nAccept: application/json\r\nAccept-Encoding: gzip, br\r\n"...)
	if cookie != "" {
		w.out = append(append(append(w.out, "Cookie: peikao="...), cookie...), "\r\n"...)
	}
	if tab != "" {
		w.out = append(append(append(w.out, "Client-Id: "...), tab...), "\r\n"...)
	}
	if body != nil {
		w.out = append(w.out, "Content-Type: application/json\r\nContent-Length: "...)
		w.out = append(strconv.AppendInt(w.out, int64(len(body)), 10), "\r\n"...)
	}
	w.out = append(append(w.out, "\r\n"...), body...)
	status, answer, err := w.exchange()
	if err != nil {
		w.close()
	}
	return status, answer, err
}

func (w *wire) exchange() (int, []byte, error) {
	if err := w.wait(); err != nil {
		return 0, nil, err
	}
	if _, err := w.c.Write(w.out); err != nil {
		return 0, nil, err
	}
	line, err := w.line()
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, nil, fmt.Errorf("no HTTP answer: %.40q", line)
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, nil, err
	}
	h, err := w.headers()
	if err != nil {
		return 0, nil, err
	}
	if err := w.read(h, status); err != nil {
		return 0, nil, err
	}
	if h.close {
		w.close()
	}
	return status, w.body, nil
}

// wait gives the next answer its time, once a second for all requests of that second: a deadline is two timers of the runtime's.
func (w *wire) wait() error {
	until := time.Now().Add(requestTimeout)
	if until.Sub(w.patient) < time.Second {
		return nil
	}
	w.patient = until
	return w.c.SetDeadline(until)
}

type headers struct {
	length         int // -1 when not told
	chunked, close bool
}

func (w *wire) headers() (headers, error) {
	h := headers{length: -1}
	for {
		line, err := w.line()
		if err != nil || len(line) == 0 {
			return h, err
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if h.length, err = strconv.Atoi(string(value)); err != nil {
				return h, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			h.chunked = true
		case bytes.EqualFold(name, []byte("Connection")):
			h.close = bytes.EqualFold(value, []byte("close"))
		}
	}
}

func (w *wire) line() ([]byte, error) {
	line, err := w.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

func (w *wire) read(h headers, status int) error {
	w.body = w.body[:0]
	switch {
	case status == 204 || h.length == 0:
		return nil
	case h.chunked:
		text, err := io.ReadAll(httputil.NewChunkedReader(w.in))
		if err != nil {
			return err
		}
		w.body = append(w.body, text...)
		_, err = w.line() // after the last chunk
		return err
	case h.length > 0:
		if cap(w.body) < h.length {
			w.body = make([]byte, h.length)
		}
		w.body = w.body[:h.length]
		_, err := io.ReadFull(w.in, w.body)
		return err
	}
	return errors.New("an answer without a length")
}
