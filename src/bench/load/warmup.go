package main

import (
	"fmt"
	"path/filepath"
	"time"
)

// warmingSeconds is how long a fresh process is watched; the first firstSeconds of them are what the goal is about.
const (
	warmingSeconds = 30
	firstSeconds   = 20
	firstRequests  = 1000
)

// warming is what a process that has just become ready costs, and how late it answers, in microseconds.
type warming struct {
	FirstP99    float64   `json:"first_1000_p99_us"`
	FirstMost   float64   `json:"first_1000_most_us"`
	CPU         float64   `json:"cpu_us_per_request_20_s"`
	CPUBySecond []float64 `json:"cpu_us_by_second"`
	P99BySecond []float64 `json:"p99_us_by_second"`
	Errors      int       `json:"errors"`
}

// measureWarmUp starts the command once more: a thousand requests one after another, then all connections at once, for
// half a minute from its first answer on.
func measureWarmUp(plan plan, command []string, result *result) error {
	say(plan, "the first %d seconds", warmingSeconds)
	server, err := start(plan.core, filepath.Join(plan.directory, plan.name+".log"), command)
	if err != nil {
		return err
	}
	defer server.stop()
	if plan.urlPrinted {
		if plan.at.url, err = server.awaitURL(plan.patience); err != nil {
			return err
		}
	}
	if err = server.awaitReady(plan); err != nil {
		return fmt.Errorf("%s: %w (see %s.log)", plan.name, err, plan.name)
	}
	seen := &warming{}
	begun, spentBefore := time.Now(), server.cpu()
	first, failed, _ := askTimes(plan.at, firstRequests)
	seen.FirstP99, seen.FirstMost, seen.Errors = first.percentile(99), first.percentile(100), failed
	requests := len(first) + failed
	for second := 0; second < warmingSeconds; second++ {
		before := server.cpu()
		one := closedLoop(plan.at, plan.connections, time.Second)
		seen.Errors += one.Errors
		seen.CPUBySecond = append(seen.CPUBySecond, (server.cpu()-before)/float64(max(1, one.Requests+one.Errors)))
		seen.P99BySecond = append(seen.P99BySecond, one.P99)
		requests += one.Requests + one.Errors
		if seen.CPU == 0 && time.Since(begun) >= firstSeconds*time.Second {
			seen.CPU = (server.cpu() - spentBefore) / float64(requests)
		}
	}
	result.WarmUp = seen
	return nil
}
