// gorilla/websocket: a client when it gets URLs, else a server. See acts.mjs for what it does. Built without modules, from Debian's sources.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const reason = "fin 👋"

type seen struct {
	Path   string `json:"path"`
	Code   int    `json:"code"`
	Reason string `json:"reason"`
	Error  string `json:"error,omitempty"`
}

func control(connection *websocket.Conn, kind int, payload []byte) {
	_ = connection.WriteControl(kind, payload, time.Now().Add(time.Second))
}

// Through a writer, which makes a frame whenever its buffer is full, or as one frame.
func reply(connection *websocket.Conn, inFragments bool, kind int, message []byte) error {
	if !inFragments {
		return connection.WriteMessage(kind, message)
	}
	writer, err := connection.NextWriter(kind)
	if err != nil {
		return err
	}
	if _, err = io.Copy(writer, strings.NewReader(string(message))); err != nil {
		return err
	}
	return writer.Close()
}

func play(path string, connection *websocket.Conn) {
	defer connection.Close()
	act := path[strings.LastIndex(path, "/")+1:]
	if act == "ping" {
		control(connection, websocket.PingMessage, []byte("are you there?"))
	}
	if strings.HasPrefix(act, "close-") {
		code, _ := strconv.Atoi(strings.TrimPrefix(act, "close-"))
		text := reason
		if code == 1000 {
			text = ""
		}
		control(connection, websocket.CloseMessage, websocket.FormatCloseMessage(code, text))
	}
	for {
		kind, message, err := connection.ReadMessage()
		if err == nil {
			err = reply(connection, act == "fragments", kind, message)
		}
		if err == nil {
			continue
		}
		result := seen{Path: path, Code: 1006, Error: err.Error()}
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			result = seen{Path: path, Code: closed.Code, Reason: closed.Text}
		}
		line, _ := json.Marshal(result)
		fmt.Println(string(line))
		return
	}
}

func serve() {
	upgrader := websocket.Upgrader{EnableCompression: true}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	panic(http.Serve(listener, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if connection, err := upgrader.Upgrade(response, request, nil); err == nil {
			play(request.URL.Path, connection)
		}
	})))
}

func main() {
	// When the tests are gone, however they went, stdin ends, and so does this.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	if len(os.Args) == 1 {
		serve()
	}
	dialer := websocket.Dialer{EnableCompression: true}
	for _, address := range os.Args[1:] {
		parsed, err := url.Parse(address)
		if err != nil {
			panic(err)
		}
		connection, _, err := dialer.Dial(address, nil)
		if err != nil {
			panic(err)
		}
		play(parsed.Path, connection)
	}
}
