package main

import (
	"errors"
	"sync"
	"time"
)

var errClosing = errors.New("the server closes the connection after each answer")

// loaded is what a closed loop of clients has seen.
type loaded struct {
	Connections int     `json:"connections"`
	Requests    int     `json:"requests"`
	Rate        float64 `json:"requests_per_second"`
	P50         float64 `json:"p50_us"`
	P99         float64 `json:"p99_us"`
	Errors      int     `json:"errors"`
	FirstError  string  `json:"first_error,omitempty"`
}

// closedLoop lets each connection ask again as soon as it has its answer.
func closedLoop(p place, connections int, length time.Duration) loaded {
	var all samples
	result := loaded{Connections: connections}
	var guard sync.Mutex
	var group sync.WaitGroup
	start := time.Now()
	for i := 0; i < connections; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			seen, failed, first := askUntil(p, start.Add(length))
			guard.Lock()
			defer guard.Unlock()
			all = append(all, seen...)
			result.Errors += failed
			if result.FirstError == "" {
				result.FirstError = first
			}
		}()
	}
	group.Wait()
	result.Requests = len(all)
	result.Rate = float64(len(all)) / time.Since(start).Seconds()
	result.P50, result.P99 = all.percentile(50), all.percentile(99)
	return result
}

// askUntil asks on one connection until a moment.
func askUntil(p place, end time.Time) (seen samples, failed int, first string) {
	return askWhile(p, func(int) bool { return time.Now().Before(end) })
}

// askTimes asks so many times on one connection.
func askTimes(p place, times int) (seen samples, failed int, first string) {
	return askWhile(p, func(asked int) bool { return asked < times })
}

// askWhile asks on one connection, which it opens anew after an error, while more(asked so far) says so.
func askWhile(p place, more func(int) bool) (seen samples, failed int, first string) {
	request := p.request(false, "")
	var c *client
	for more(len(seen) + failed) {
		var err error
		if c == nil {
			if c, err = dial(p.address()); err != nil {
				failed, first = failed+1, err.Error()
				time.Sleep(10 * time.Millisecond)
				continue
			}
		}
		before := time.Now()
		err = c.ask(request)
		if err == nil || err == errClosing {
			seen = append(seen, micros(time.Since(before)))
		} else {
			failed, first = failed+1, err.Error()
		}
		if err != nil {
			c.close()
			c = nil
		}
	}
	if c != nil {
		c.close()
	}
	return seen, failed, first
}
