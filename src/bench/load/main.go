// The upstream, the clients and the bookkeeping of the benchmark; src/bench/run calls it.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

// set is a comma-separated flag.
type set map[string]bool

func (s set) String() string { return "" }

func (s set) Set(text string) error {
	for _, each := range strings.Split(text, ",") {
		s[each] = true
	}
	return nil
}

type list []string

func (l *list) String() string { return strings.Join(*l, ", ") }

func (l *list) Set(text string) error {
	*l = append(*l, text)
	return nil
}

func main() {
	if len(os.Args) < 2 {
		fail(fmt.Errorf("usage: bench upstream|measure|report [flags]"))
	}
	switch os.Args[1] {
	case "upstream":
		fail(upstreamCommand(os.Args[2:]))
	case "measure":
		fail(measureCommand(os.Args[2:]))
	default:
		fail(fmt.Errorf("no such command: %s", os.Args[1]))
	}
}

func upstreamCommand(arguments []string) error {
	flags := flag.NewFlagSet("upstream", flag.ExitOnError)
	address := flags.String("listen", "127.0.0.1:9100", "address to answer on")
	failures := flags.Float64("failures", 0, "share of requests that get 503, 0 to 1")
	flags.Parse(arguments)
	return upstream(*address, *failures)
}

func measureCommand(arguments []string) error {
	flags := flag.NewFlagSet("measure", flag.ExitOnError)
	p := plan{phases: set{}}
	flags.StringVar(&p.name, "name", "", "name of the result's file")
	flags.StringVar(&p.title, "title", "", "name in the table")
	flags.StringVar(&p.core, "core", "1", "core that the server is pinned to")
	flags.StringVar(&p.directory, "directory", "target/bench", "where results and logs go")
	flags.StringVar(&p.at.url, "url", "", "URL that is asked")
	flags.StringVar(&p.at.model, "model", "bench", "model that is asked for")
	flags.Var((*list)(&p.at.headers), "header", "a header of the request, as 'name: value'; repeatable")
	flags.Var(p.phases, "phases", "cpu,latency,rate,streams,held")
	flags.DurationVar(&p.warmUp, "warm-up", 90*time.Second, "longest load before the first measurement")
	flags.IntVar(&p.warmUpRequests, "warm-up-requests", 150000, "requests after which the warm-up ends")
	flags.DurationVar(&p.unit, "unit", 4*time.Second, "length of one measurement")
	flags.DurationVar(&p.rest, "rest", 3*time.Second, "quiet time before memory is looked at")
	flags.IntVar(&p.connections, "connections", 32, "connections for warm-up and CPU")
	flags.IntVar(&p.streams, "streams", 500, "streams at once for their delays")
	flags.IntVar(&p.held, "held", 0, "streams held for a minute")
	flags.DurationVar(&p.patience, "patience", 2*time.Minute, "longest time to the first answer")
	flags.Parse(arguments)
	return measure(p, flags.Args())
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
