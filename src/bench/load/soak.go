package main

import (
	"fmt"
	"math/rand"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// soaked is what a long mixed load has seen. Memory is resident, in MB, one value every ten seconds.
type soaked struct {
	Name     string    `json:"name"`
	Minutes  float64   `json:"minutes"`
	Requests int64     `json:"requests"`
	Streams  int64     `json:"streams"`
	HangUps  int64     `json:"hang_ups"`
	Errors   int64     `json:"errors"`
	RSS      []float64 `json:"rss_mb"`
	Early    float64   `json:"rss_early_mb"`
	Late     float64   `json:"rss_late_mb"`
}

// soak keeps whole answers, streams and clients that leave in the middle of a stream coming, at a steady rate.
func soak(plan plan, command []string) error {
	server, err := start(plan.core, filepath.Join(plan.directory, plan.name+".log"), command)
	if err != nil {
		return err
	}
	defer server.stop()
	if _, err = server.awaitAnswer(plan.at, plan.patience); err != nil {
		return err
	}
	result := soaked{Name: plan.name, Minutes: plan.soak.Minutes()}
	end := time.Now().Add(plan.soak)
	var group sync.WaitGroup
	for i := 0; i < 100; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			for time.Now().Before(end) {
				result.one(plan.at, i)
			}
		}(i)
	}
	for time.Now().Before(end) {
		time.Sleep(10 * time.Second)
		result.RSS = append(result.RSS, server.rss())
		say(plan, "%4.0f MB, %d requests", result.RSS[len(result.RSS)-1], atomic.LoadInt64(&result.Requests))
	}
	group.Wait()
	third := len(result.RSS) / 3
	result.Early, result.Late = mean(result.RSS[third:2*third]), mean(result.RSS[2*third:])
	return write(plan, result)
}

// one lets a fifth of the clients stream, a fifth leave in the middle, and the others ask for whole answers.
func (s *soaked) one(at place, i int) {
	var err error
	switch i % 5 {
	case 0:
		l := listener{at: at}
		_, err = l.read(40, 20*time.Millisecond)
		atomic.AddInt64(&s.Streams, 1)
	case 1:
		err = leave(at, time.Duration(rand.Intn(400))*time.Millisecond)
		atomic.AddInt64(&s.HangUps, 1)
	default:
		err = once(at)
		time.Sleep(50 * time.Millisecond)
	}
	atomic.AddInt64(&s.Requests, 1)
	if err != nil {
		atomic.AddInt64(&s.Errors, 1)
	}
}

// leave begins a stream and closes the connection after a while.
func leave(at place, after time.Duration) error {
	c, err := dial(at.address())
	if err != nil {
		return err
	}
	defer c.close()
	answer, err := c.send(at.request(true, "bench:40:20 "))
	if err == nil && answer.status() != 200 {
		err = fmt.Errorf("%s", answer.first)
	}
	time.Sleep(after)
	return err
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, value := range values {
		sum += value
	}
	return sum / float64(max(1, len(values)))
}
