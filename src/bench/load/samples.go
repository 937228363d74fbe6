package main

import (
	"sort"
	"time"
)

// samples are durations in microseconds.
type samples []float64

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// percentile sorts the samples; of none it is 0.
func (s samples) percentile(p float64) float64 {
	if len(s) == 0 {
		return 0
	}
	if !sort.Float64sAreSorted(s) {
		sort.Float64s(s)
	}
	return s[min(len(s)-1, int(float64(len(s))*p/100))]
}

func (s samples) median() float64 { return s.percentile(50) }
