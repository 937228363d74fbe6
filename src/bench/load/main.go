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
		fail(fmt.Errorf("usage: load upstream|measure|soak|hostile|overload|fire|skip|report|defences [flags]"))
	}
	switch os.Args[1] {
	case "upstream":
		fail(upstreamCommand(os.Args[2:]))
	case "measure":
		fail(measureCommand(os.Args[2:], measure))
	case "soak":
		fail(measureCommand(os.Args[2:], soak))
	case "hostile":
		fail(measureCommand(os.Args[2:], hostile))
	case "watch":
		fail(measureCommand(os.Args[2:], watchCommand))
	case "overload":
		fail(measureCommand(os.Args[2:], overload))
	case "fire":
		fail(measureCommand(os.Args[2:], fire))
	case "defences":
		fail(defencesCommand(os.Args[2:]))
	case "skip":
		fail(measureCommand(os.Args[2:], skip))
	case "report":
		fail(reportCommand(os.Args[2:]))
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

func measureCommand(arguments []string, do func(plan, []string) error) error {
	flags := flag.NewFlagSet("measure", flag.ExitOnError)
	p := plan{phases: set{}}
	flags.StringVar(&p.name, "name", "", "name of the result's file")
	flags.StringVar(&p.title, "title", "", "name in the table")
	flags.StringVar(&p.core, "core", "1", "core that the server is pinned to")
	flags.StringVar(&p.directory, "directory", "target/bench", "where results and logs go")
	flags.StringVar(&p.at.url, "url", "", "URL that is asked")
	flags.BoolVar(&p.urlPrinted, "url-printed", false, "the server prints its base URL, which is asked instead")
	flags.StringVar(&p.at.model, "model", "bench", "model that is asked for")
	flags.Var((*list)(&p.at.headers), "header", "a header of the request, as 'name: value'; repeatable")
	flags.Var(p.phases, "phases", "start,warm-up,cpu,latency,rate,streams,prompts,beside,held")
	flags.DurationVar(&p.warmUp, "warm-up", 150*time.Second, "longest load before the first measurement; a third of it for streams")
	flags.IntVar(&p.warmUpRequests, "warm-up-requests", 500000, "requests after which the warm-up ends")
	flags.DurationVar(&p.unit, "unit", 4*time.Second, "length of one measurement")
	flags.DurationVar(&p.rest, "rest", 3*time.Second, "quiet time before memory is looked at")
	flags.DurationVar(&p.calm, "calm", time.Minute, "quiet time after the load before memory is looked at again")
	flags.IntVar(&p.connections, "connections", 32, "connections for warm-up and CPU")
	flags.IntVar(&p.streams, "streams", 500, "streams at once for their delays")
	flags.IntVar(&p.held, "held", 0, "streams held for a minute")
	flags.DurationVar(&p.patience, "patience", 2*time.Minute, "longest time to the first answer")
	flags.DurationVar(&p.soak, "soak", 10*time.Minute, "length of a soak, or of hostile clients")
	flags.StringVar(&p.leaveOut, "leave-out", "", "kinds of hostile clients that are left out: a regular expression that their names match")
	flags.StringVar(&p.admin, "admin", "", "URL of the admin port that is asked by hostile, overload and fire")
	flags.StringVar(&p.ready, "ready", "", "URL that answers 200 once the server is ready; without it, its first answer says so")
	flags.StringVar(&p.files, "files", "", "directory with ai-gateway.yaml and routes, for fire")
	flags.Parse(arguments)
	return do(p, flags.Args())
}

// skip notes why a target has no figures.
func skip(plan plan, reason []string) error {
	return write(plan, result{Name: plan.name, Title: plan.title, Skipped: strings.Join(reason, " ")})
}

func reportCommand(arguments []string) error {
	flags := flag.NewFlagSet("report", flag.ExitOnError)
	directory := flags.String("directory", "target/bench", "where the results are")
	document := flags.String("document", "docs/performance.md", "file whose marked part is replaced")
	heading := flags.String("heading", "", "what stands above the tables")
	flags.Parse(arguments)
	return writeReport(*directory, *document, *heading, flags.Args())
}

func defencesCommand(arguments []string) error {
	flags := flag.NewFlagSet("defences", flag.ExitOnError)
	directory := flags.String("directory", "target/bench", "where the results are")
	document := flags.String("document", "docs/defences.md", "file whose marked part is replaced")
	heading := flags.String("heading", "", "what stands above the tables")
	flags.Parse(arguments)
	return writeDefences(*directory, *document, *heading)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
