package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	begin = "<!-- figures: begin, written by src/bench/run -->"
	end   = "<!-- figures: end -->"
)

// report holds what has been measured so far, by name; a target that has not been measured has empty figures.
type report struct {
	results map[string]result
	soak    *soaked
	order   []string
	text    strings.Builder
}

// writeReport makes the tables of the results named in order, prints them, and puts them between the document's marks.
func writeReport(directory, document, heading string, order []string) error {
	r := &report{results: map[string]result{}, order: order}
	for _, name := range order {
		var one result
		if readJSON(filepath.Join(directory, name+".json"), &one) {
			r.results[name] = one
		}
	}
	var s soaked
	if readJSON(filepath.Join(directory, "soak.json"), &s) {
		r.soak = &s
	}
	r.text.WriteString(heading + "\n\n")
	r.side()
	r.streams()
	r.budgets()
	r.jmh(directory)
	fmt.Print(r.text.String())
	return replace(document, r.text.String())
}

func readJSON(file string, into any) bool {
	text, err := os.ReadFile(file)
	return err == nil && json.Unmarshal(text, into) == nil
}

func replace(document, text string) error {
	old, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s has no lines %q and %q", document, begin, end)
	}
	return os.WriteFile(document, []byte(before+begin+"\n\n"+text+"\n"+end+after), 0o644)
}

func (r *report) line(format string, values ...any) { fmt.Fprintf(&r.text, format+"\n", values...) }

// side is the table of whole answers, one row a target.
func (r *report) side() {
	r.line("| | CPU us/request | of nginx | added p50, p99 at 1 (ms) | added p50, p99 at 32 (ms) | requests/s, p99 < 10 ms | < 100 ms | first answer (ms) | first 20 s: CPU us/request, p99 of the first 1,000 (ms) | MB idle, warm, 500 streams, peak, a minute after |")
	r.line("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for _, name := range r.order {
		one, measured := r.results[name]
		switch {
		case !measured:
		case one.Skipped != "":
			r.line("| %s | skipped: %s ||||||||", one.Title, one.Skipped)
		case one.Many != nil:
			r.row(one)
		}
	}
	r.line("")
}

func (r *report) row(one result) {
	direct := r.results["direct"]
	r.line("| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |", one.Title, number(one.CPU),
		ratio(one.CPU, r.results["nginx"].CPU), added(one.Alone, direct.Alone), added(one.Many, direct.Many),
		number(rateAt(one, 10_000)), number(rateAt(one, 100_000)), number(one.FirstAnswer), warm(one), memory(one))
}

// streams is the table of streams at once.
func (r *report) streams() {
	r.line("| streams at once | streams | complete | first token p50, p99 (ms) | gap between events p50, p99 (ms) |")
	r.line("|---|--:|--:|--:|--:|")
	for _, name := range r.order {
		one := r.results[name]
		for _, seen := range []*streamed{one.Streams, one.Held} {
			if seen != nil && seen.Complete == 0 {
				r.line("| %s | %d | none: %s | | |", one.Title, seen.MostOpen, seen.FirstError)
			} else if seen != nil {
				r.line("| %s | %d | %d of %d | %s, %s | +%s, +%s |", one.Title, seen.MostOpen, seen.Complete,
					seen.Complete+seen.Broken, millis(seen.FirstP50), millis(seen.FirstP99), millis(seen.GapP50),
					millis(seen.GapP99))
			}
		}
	}
	r.line("")
}

// rateAt is the most requests per second that were answered with a 99th percentile within a bound in microseconds.
func rateAt(one result, bound float64) float64 {
	most := 0.0
	for _, step := range one.Steps {
		if step.P99 <= bound && step.Errors == 0 {
			most = max(most, step.Rate)
		}
	}
	return most
}

func added(one, direct *loaded) string {
	if one == nil || direct == nil {
		return "-"
	}
	if one.Errors > 0 {
		return fmt.Sprintf("%d errors", one.Errors)
	}
	return millis(one.P50-direct.P50) + ", " + millis(one.P99-direct.P99)
}

func warm(one result) string {
	if one.WarmUp == nil {
		return "-"
	}
	return number(one.WarmUp.CPU) + ", " + millis(one.WarmUp.FirstP99)
}

func memory(one result) string {
	if one.Idle == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f, %.0f, %s, %.0f, %.0f", one.Idle, one.IdleWarm, number(one.Streaming), one.Peak, one.After)
}

func number(value float64) string {
	if value == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f", value)
}

func ratio(one, other float64) string {
	if one == 0 || other == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f x", one/other)
}

func millis(microseconds float64) string { return fmt.Sprintf("%.2f", microseconds/1000) }
