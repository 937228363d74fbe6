package main

import (
	"math"
	"path/filepath"
	"strings"
)

// benchmark is what the report needs of an entry in JMH's result file.
type benchmark struct {
	Benchmark string            `json:"benchmark"`
	Params    map[string]string `json:"params"`
	Primary   metric            `json:"primaryMetric"`
	Secondary map[string]metric `json:"secondaryMetrics"`
}

type metric struct {
	Score float64 `json:"score"`
}

// jmh is the table of the microbenchmarks, if they have been run.
func (r *report) jmh(directory string) {
	var all []benchmark
	if !readJSON(filepath.Join(directory, "jmh.json"), &all) {
		return
	}
	r.line("\n| microbenchmark | ns/operation | bytes/operation |")
	r.line("|---|--:|--:|")
	for _, one := range all {
		r.line("| %s | %.0f | %.0f |", one.title(), math.Round(one.Primary.Score), one.Secondary["gc.alloc.rate.norm"].Score)
	}
}

// title is the class without its suffix, the method, and the parameters.
func (b benchmark) title() string {
	parts := strings.Split(b.Benchmark, ".")
	text := strings.TrimSuffix(parts[len(parts)-2], "Benchmark") + " " + parts[len(parts)-1]
	for _, name := range []string{"type", "strategy", "providers"} {
		if value := b.Params[name]; value != "" {
			text += ", " + strings.TrimSpace(name+" "+value)
		}
	}
	return text
}
