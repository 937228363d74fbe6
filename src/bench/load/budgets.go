package main

import "fmt"

// budgets is the table of what the project has set itself, each with what was measured in this run.
func (r *report) budgets() {
	loom, loom17 := r.results["gateway-25"], r.results["gateway-17"]
	floor, direct := r.results["vertx-25"], r.results["direct"]
	r.line("| budget | at most | measured | |")
	r.line("|---|--:|--:|---|")
	r.budget("CPU per request, JDK 25: of the bare Vert.x proxy", 2.5, quotient(loom.CPU, floor.CPU), " x")
	r.budget("CPU per request, JDK 17: of the bare Vert.x proxy", 4, quotient(loom17.CPU, r.results["vertx-17"].CPU), " x")
	r.budget("CPU per request, JDK 25: of Portkey's (a twelfth)", 1.0/12, quotient(loom.CPU, r.results["portkey"].CPU), " x")
	if loom.Alone != nil && floor.Alone != nil && direct.Alone != nil {
		r.budget("added p50 at one connection: of the bare Vert.x proxy's", 4,
			quotient(loom.Alone.P50-direct.Alone.P50, floor.Alone.P50-direct.Alone.P50), " x")
		r.budget("added p99 at one connection", 2, (loom.Alone.P99-direct.Alone.P99)/1000, " ms")
	}
	if loom.Streams != nil && direct.Streams != nil {
		r.budget("added time to first token, p99, 500 streams", 3, (loom.Streams.FirstP99-direct.Streams.FirstP99)/1000, " ms")
		r.budget("added gap between events, p99, 500 streams", 2, (loom.Streams.GapP99-direct.Streams.GapP99)/1000, " ms")
	}
	r.held("5,000 streams held for a minute, JDK 25, 1 GB heap: not complete", "streams-25")
	r.held("1,000 streams held for a minute, JDK 17: not complete", "streams-17")
	for _, one := range []result{r.results["gateway-25-1g"], loom} {
		where := ", on this machine"
		if one.Name == "gateway-25-1g" {
			where = ", as in its container"
		}
		r.budget("resident idle, JDK 25"+where, 200, one.Idle, " MB")
		r.budget("resident under load, JDK 25"+where, 350, one.Peak, " MB")
		r.budget("resident after load, JDK 25"+where+": of idle after warm-up", 1.1, quotient(one.After, one.IdleWarm), " x")
	}
	if r.soak != nil {
		r.budget(fmt.Sprintf("soak of %.0f minutes: last third of the middle third", r.soak.Minutes), 1.05,
			quotient(r.soak.Late, r.soak.Early), " x")
	}
	r.budget("start to first answer, JDK 17", 2, r.results["start-17"].FirstAnswer/1000, " s")
	r.budget("start to first answer, JDK 17 with a CDS archive", 2, r.results["start-17-cds"].FirstAnswer/1000, " s")
	r.budget("start to first answer, JDK 25 with AOT cache", 1, r.results["start-25-aot"].FirstAnswer/1000, " s")
	r.budget("CPU per request with 10 x the providers", 1.2, quotient(r.results["providers-x10"].CPU, loom.CPU), " x")
	r.budget("CPU per request with 10 x the models", 1.2, quotient(r.results["models-x10"].CPU, loom.CPU), " x")
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
