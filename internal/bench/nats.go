package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// nats is a bare NATS server on this machine: what fan-out costs when nothing is stored and nobody is asked whether he may hear it.
type nats struct {
	address string
	cmd     *exec.Cmd
}

// startNATS starts the program at binary, without persistence, and waits until it answers.
func startNATS(ctx context.Context, binary string) (*nats, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n := &nats{address: address, cmd: exec.Command(binary, "--addr", host, "--port", port)} // not bound to ctx: close ends it in an orderly way
	n.cmd.Stderr = io.Discard                                                               // its log
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return n, c.Close()
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return nil, errors.Join(fmt.Errorf("NATS does not answer: %w", err), n.close())
		}
	}
}

func (n *nats) close() error {
	if err := n.cmd.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	return n.cmd.Wait()
}

// natsClient is a member: it counts what it hears.
type natsClient struct {
	net   net.Conn
	in    *bufio.Reader
	heard atomic.Int64
	own   chan struct{} // a message came that this client sent
}

const natsSubject = "group"

// dial connects and subscribes; the server answers PING in order, so PONG says that it knows of both.
func (n *nats) dial(number int) (*natsClient, error) {
	nc, err := net.Dial("tcp", n.address)
	if err != nil {
		return nil, err
	}
	c := &natsClient{net: nc, in: bufio.NewReaderSize(nc, 32<<10), own: make(chan struct{}, 1024)}
	_, err = fmt.Fprintf(nc, "CONNECT {\"verbose\":false,\"pedantic\":false,\"name\":\"%d\"}\r\nSUB %s 1\r\nPING\r\n", number, natsSubject)
	for err == nil {
		var line string
		line, err = c.in.ReadString('\n')
		if strings.HasPrefix(line, "PONG") {
			return c, nil
		}
		if strings.HasPrefix(line, "-ERR") {
			err = errors.New(line)
		}
	}
	return nil, errors.Join(err, nc.Close())
}

// read counts deliveries until the connection ends. mark is what this client's own messages begin with.
func (c *natsClient) read(mark []byte) {
	var body []byte
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return
		}
		switch {
		case bytes.HasPrefix(line, []byte("MSG ")):
			fields := bytes.Fields(line)
			size, err := strconv.Atoi(string(fields[len(fields)-1]))
			if err != nil {
				return
			}
			if cap(body) < size+2 {
				body = make([]byte, size+2)
			}
			if _, err := io.ReadFull(c.in, body[:size+2]); err != nil {
				return
			}
			c.heard.Add(1)
			if bytes.HasPrefix(body[:size], mark) {
				c.own <- struct{}{}
			}
		case bytes.HasPrefix(line, []byte("PING")):
			if _, err := c.net.Write([]byte("PONG\r\n")); err != nil {
				return
			}
		}
	}
}

// publish sends messages of 200 bytes until end, o.Window of them on their way back to this client.
func (c *natsClient) publish(mark []byte, o FanoutOptions, end time.Time) (sent int64, err error) {
	payload := append(bytes.Clone(mark), text200...)[:len(text200)]
	message := fmt.Appendf(nil, "PUB %s %d\r\n%s\r\n", natsSubject, len(payload), payload)
	outstanding := 0
	for time.Now().Before(end) || outstanding > 0 {
		for ; outstanding < max(1, o.Window) && time.Now().Before(end); outstanding++ {
			if _, err := c.net.Write(message); err != nil {
				return sent, err
			}
			sent++
		}
		select {
		case <-c.own:
			outstanding--
		case <-time.After(30 * time.Second):
			return sent, errors.New("a message did not come back within 30 s")
		}
	}
	return sent, nil
}

// BareNATS measures saturated fan-out of a NATS server at binary with the shape of o. Value is deliveries/s, cost the server's.
func BareNATS(ctx context.Context, binary string, o FanoutOptions) (out run, err error) {
	n, err := startNATS(ctx, binary)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	clients := make([]*natsClient, o.Members)
	var readers sync.WaitGroup
	defer func() {
		for _, c := range clients {
			if c != nil {
				_ = c.net.Close() // its reader sees it
			}
		}
		readers.Wait()
	}()
	mark := func(i int) []byte { return fmt.Appendf(nil, "%06d ", i) }
	for i := range clients {
		if clients[i], err = n.dial(i); err != nil {
			return out, err
		}
		readers.Go(func() { clients[i].read(mark(i)) })
	}
	heard := func() (sum int64) {
		for _, c := range clients {
			sum += c.heard.Load()
		}
		return sum
	}
	start := time.Now().Add(o.WarmUp)
	end := start.Add(o.Duration)
	var sent atomic.Int64
	done := make(chan error, o.Senders)
	for i := range o.Senders {
		go func() {
			k, err := clients[i].publish(mark(i), o, end)
			sent.Add(k)
			done <- err
		}()
	}
	time.Sleep(time.Until(start))
	cpu, before := cpuOf(n.cmd.Process.Pid), heard()
	time.Sleep(time.Until(end))
	cpu, deliveries := cpuOf(n.cmd.Process.Pid)-cpu, float64(heard()-before)
	for range o.Senders {
		err = errors.Join(err, <-done)
	}
	if err != nil {
		return out, err
	}
	if want := sent.Load() * int64(o.Members); !await(30*time.Second, func() bool { return heard() >= want }) {
		return out, fmt.Errorf("NATS delivered %d of %d", heard(), want)
	}
	return run{value: deliveries / o.Duration.Seconds(), cost: perMillion(cpu, deliveries)}, nil
}
