package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// overloaded compares a server under the load that it can serve with the same under three times as much.
type overloaded struct {
	Name     string  `json:"name"`
	Title    string  `json:"title"`
	Rate     float64 `json:"requests_per_second"`
	FullP50  float64 `json:"full_p50_ms"`
	FullP99  float64 `json:"full_p99_ms"`
	Before   offered `json:"before"`
	Over     offered `json:"over"`
	After    offered `json:"after"`
	Probe    seen    `json:"probe"`
	Multiple float64 `json:"multiple"`
}

// offered is what became of an open load: requests that come at their times whatever became of those before.
type offered struct {
	Offered    float64 `json:"offered_per_second"`
	Admitted   int     `json:"admitted"`
	Refused    int     `json:"refused"`
	Failed     int     `json:"failed"`
	Unsent     int     `json:"unsent"`
	FirstError string  `json:"first_error,omitempty"`
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
	RefusedP99 float64 `json:"refused_p99_ms"`
}

// mostOpen is how many connections the open load may have; a request that finds none idle is not sent.
const mostOpen = 2000

// overload finds the rate that a server serves, offers a little less, then three times as much, then the first again.
func overload(plan plan, command []string) error {
	server, err := start(plan.core, filepath.Join(plan.directory, plan.name+".log"), command)
	if err != nil {
		return err
	}
	defer server.stop()
	if _, err = server.awaitAnswer(plan.at, plan.patience); err != nil {
		return err
	}
	closedLoop(plan.at, plan.connections, plan.warmUp/2)
	result := overloaded{Name: plan.name, Title: plan.title, Multiple: 3}
	full := closedLoop(plan.at, plan.connections, plan.warmUp/4)
	result.Rate, result.FullP50, result.FullP99 = full.Rate, full.P50/1000, full.P99/1000
	normal := result.Rate * 0.8
	result.Before = openLoop(plan.at, normal, plan.unit)
	// What refuses is warmed up as well: its first seconds are interpreted.
	openLoop(plan.at, result.Multiple*result.Rate, plan.unit/3)
	done := make(chan struct{})
	go func() {
		result.Probe.askUntil(place{url: plan.admin}, operators, time.Now().Add(plan.unit))
		close(done)
	}()
	result.Over = openLoop(plan.at, result.Multiple*result.Rate, plan.unit)
	<-done
	result.After = openLoop(plan.at, normal, plan.unit)
	say(plan, "%.0f/s: p99 %.1f ms; at 0.8: p99 %.1f ms; x%.0f: p99 %.1f ms, %d admitted, %d refused (p99 %.1f ms), %d failed, %d unsent", result.Rate,
		result.FullP99, result.Before.P99, result.Multiple, result.Over.P99, result.Over.Admitted, result.Over.Refused, result.Over.RefusedP99,
		result.Over.Failed, result.Over.Unsent)
	return write(plan, result)
}

func openLoop(at place, rate float64, length time.Duration) offered {
	result := offered{Offered: rate}
	var admitted, refused samples
	var guard sync.Mutex
	idle := connections{free: mostOpen}
	var group sync.WaitGroup
	start := time.Now()
	for n := 0; ; n++ {
		due := start.Add(time.Duration(float64(n) / rate * float64(time.Second)))
		if due.Sub(start) > length {
			break
		}
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		if c, free := idle.take(); free {
			group.Add(1)
			go func() {
				defer group.Done()
				c, err := askFrom(at, c)
				took := micros(time.Since(due)) / 1000
				guard.Lock()
				switch {
				case err == nil:
					admitted = append(admitted, took)
				case errors.Is(err, errRefused):
					refused = append(refused, took)
				default:
					result.Failed++
					if result.FirstError == "" {
						result.FirstError = err.Error()
					}
				}
				guard.Unlock()
				idle.put(c)
			}()
		} else {
			result.Unsent++
		}
	}
	group.Wait()
	for _, c := range idle.open {
		c.close()
	}
	result.Admitted, result.Refused = len(admitted), len(refused)
	result.P50, result.P99, result.RefusedP99 = admitted.percentile(50), admitted.percentile(99), refused.percentile(99)
	return result
}

// connections are those that nothing uses. The one that was used last comes first, as in clients' pools: so there are no more
// of them than are needed.
type connections struct {
	guard sync.Mutex
	open  []*client
	free  int
}

// take returns a connection, or nil where a new one may be opened; false if there are as many as there may be.
func (c *connections) take() (*client, bool) {
	c.guard.Lock()
	defer c.guard.Unlock()
	if c.free == 0 {
		return nil, false
	}
	c.free--
	if len(c.open) == 0 {
		return nil, true
	}
	last := c.open[len(c.open)-1]
	c.open = c.open[:len(c.open)-1]
	return last, true
}

// put gives one back; nil where it has been closed.
func (c *connections) put(one *client) {
	c.guard.Lock()
	defer c.guard.Unlock()
	c.free++
	if one != nil {
		c.open = append(c.open, one)
	}
}

var errRefused = errors.New("429")

// askFrom returns the connection for the next request, or nil where there is none any more.
func askFrom(at place, c *client) (*client, error) {
	if c == nil {
		var err error
		if c, err = dial(at.address()); err != nil {
			return nil, err
		}
	}
	answer, err := c.send(at.request(false, ""))
	if err != nil {
		c.close()
		return nil, err
	}
	var body strings.Builder
	if _, err = copyAll(&body, answer, c); err != nil || answer.closing {
		c.close()
		c = nil
	}
	switch {
	case answer.status() == 429:
		return c, errRefused
	case answer.status() != 200:
		return c, fmt.Errorf("%s: %.200s", answer.first, body.String())
	}
	return c, err
}
