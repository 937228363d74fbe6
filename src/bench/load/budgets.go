package main

import (
	"fmt"
	"math"
)

// budgets is the table of what the project has set itself, each with what was measured in this run.
func (r *report) budgets() {
	loom, large, floor := r.results["gateway-25"], r.results["gateway-25-1g"], r.results["vertx-25"]
	loom17, direct := r.results["gateway-17"], r.results["direct"]
	r.line("| budget | at most | measured | |")
	r.line("|---|--:|--:|---|")
	r.budget("CPU per request, warm, JDK 25", 100, loom.CPU, " us")
	r.budget("CPU per request, JDK 25: of the bare Vert.x proxy", 2.5, quotient(loom.CPU, floor.CPU), " x")
	r.budget("CPU per request, JDK 17: of the bare Vert.x proxy", 4, quotient(loom17.CPU, r.results["vertx-17"].CPU), " x")
	for _, one := range []result{loom, loom17} {
		if one.WarmUp != nil {
			r.budget("CPU per request in the first 20 s, "+version(one)+": of the warm figure", 1.5, quotient(one.WarmUp.CPU, one.CPU), " x")
			r.budget("99th percentile of the first 1,000 requests, "+version(one), 10, one.WarmUp.FirstP99/1000, " ms")
		}
	}
	r.budget("start to ready, JDK 25, bin/loom with its cache", 1, r.results["start-25-aot"].Ready/1000, " s")
	r.budget("start to ready, JDK 17, bin/loom with its archive", 2, r.results["start-17-cds"].Ready/1000, " s")
	if loom.Alone != nil && floor.Alone != nil && direct.Alone != nil {
		r.budget("added p50 at one connection: of the bare Vert.x proxy's", 4,
			quotient(loom.Alone.P50-direct.Alone.P50, floor.Alone.P50-direct.Alone.P50), " x")
		r.budget("added p99 at one connection", 2, (loom.Alone.P99-direct.Alone.P99)/1000, " ms")
	}
	for _, one := range []result{loom, large} {
		if one.Streams != nil && direct.Streams != nil {
			r.budget("added time to first token, p99, 500 streams, "+heap(one), 3, (one.Streams.FirstP99-direct.Streams.FirstP99)/1000, " ms")
			r.budget("added gap between events, p99, 500 streams, "+heap(one), 2, (one.Streams.GapP99-direct.Streams.GapP99)/1000, " ms")
		}
	}
	r.held("5,000 streams held for a minute, JDK 25, 1 GB heap: not complete", "streams-25")
	r.held("20,000 streams, or as many as the machine allows, held for a minute, JDK 25, 2 GB heap: not complete", "streams-20000")
	r.held("1,000 streams held for a minute, JDK 17: not complete", "streams-17")
	r.budget("resident idle, JDK 25", 150, loom.Idle, " MB")
	r.budget("resident with 500 streams, JDK 25", 250, loom.Streaming, " MB")
	r.budget("resident with 5,000 streams, JDK 25", 700, r.results["streams-25"].Peak, " MB")
	r.budget("resident a minute after the load, JDK 25: of idle", 1.1, quotient(loom.After, loom.Idle), " x")
	if r.soak != nil {
		r.budget(fmt.Sprintf("soak of %.0f minutes: last third of the middle third", r.soak.Minutes), 1.05,
			quotient(r.soak.Late, r.soak.Early), " x")
	}
	few := r.results["providers-2"].CPU
	r.budget("CPU per request with 200 providers instead of 2", 1.1, quotient(r.results["providers-200"].CPU, few), " x")
	r.budget("CPU per request with 1,000 models instead of 1", 1.1, quotient(r.results["models-1000"].CPU, few), " x")
	r.budget("CPU per request with 4 recipes of the cookbook", 1.1, quotient(r.results["cookbook"].CPU, few), " x")
	r.budget("CPU per request beside 5,000 open streams", 1.1, quotient(r.results["beside"].CPU, few), " x")
	for _, name := range []string{"prompts", "prompts-vertx"} {
		for _, one := range r.results[name].slopes() {
			r.line("| CPU per further byte of a request, %d to %d bytes%s | - | %.2f ns | |", one.from, one.to, whose[name], one.nanos)
		}
	}
	r.budget("CPU per further byte of a request: of a copy in memory", 2,
		quotient(r.results["prompts"].slope(), r.results["prompts"].Copying), " x")
	r.budget("CPU per further byte of a request, bare Vert.x proxy: of a copy in memory", 2,
		quotient(r.results["prompts-vertx"].slope(), r.results["prompts-vertx"].Copying), " x")
}

func version(one result) string {
	if one.Name == "gateway-17" {
		return "JDK 17"
	}
	return "JDK 25"
}

func heap(one result) string {
	if one.Name == "gateway-25-1g" {
		return "1 GB"
	}
	return "512 MB"
}

var whose = map[string]string{"prompts-vertx": ", bare Vert.x proxy"}

// slope is the CPU time in nanoseconds of each further byte of a request between two sizes.
type slope struct {
	from, to int
	nanos    float64
}

func (one result) slopes() []slope {
	var all []slope
	for i := 1; i < len(one.Prompts); i++ {
		low, high := one.Prompts[i-1], one.Prompts[i]
		nanos := 1000 * (high.CPU - low.CPU) / float64(high.Bytes-low.Bytes)
		all = append(all, slope{low.Bytes, high.Bytes, math.Round(nanos*100) / 100})
	}
	return all
}

// slope is that from the shortest to the longest request, 0 if it was not measured.
func (one result) slope() float64 {
	if len(one.Prompts) == 0 {
		return 0
	}
	low, high := one.Prompts[0], one.Prompts[len(one.Prompts)-1]
	return 1000 * (high.CPU - low.CPU) / float64(high.Bytes-low.Bytes)
}

// budget writes one row; a figure of 0 has not been measured.
func (r *report) budget(what string, most, measured float64, unit string) {
	verdict := "met"
	switch {
	case measured == 0:
		r.line("| %s | %.4g%s | - | not measured |", what, most, unit)
		return
	case measured > most:
		verdict = fmt.Sprintf("missed by %.0f %%", 100*(measured/most-1))
	}
	r.line("| %s | %.3g%s | %.3g%s | %s |", what, most, unit, measured, unit, verdict)
}

func (r *report) held(what, name string) {
	seen := r.results[name].Held
	if seen == nil {
		r.line("| %s | 0 | - | not measured |", what)
		return
	}
	missing := seen.Streams - min(seen.Complete, seen.MostOpen)
	verdict := "met"
	if missing > 0 {
		verdict = "missed: " + seen.FirstError
	}
	r.line("| %s | 0 | %d | %s |", what, missing, verdict)
}

func quotient(one, other float64) float64 {
	if other <= 0 {
		return 0
	}
	return one / other
}
