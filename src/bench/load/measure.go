package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// result is all that has been measured of one target. Times are in microseconds, memory in MB, unless a name says else.
type result struct {
	Name        string             `json:"name"`
	Title       string             `json:"title"`
	Skipped     string             `json:"skipped,omitempty"`
	FirstAnswer float64            `json:"first_answer_ms,omitempty"`
	Ready       float64            `json:"ready_ms,omitempty"`
	CPU         float64            `json:"cpu_us_per_request,omitempty"`
	CPURounds   []float64          `json:"cpu_rounds,omitempty"`
	CPUThreads  map[string]float64 `json:"cpu_us_by_thread,omitempty"`
	Alone       *loaded            `json:"one_connection,omitempty"`
	Many        *loaded            `json:"many_connections,omitempty"`
	Steps       []loaded           `json:"steps,omitempty"`
	Streams     *streamed          `json:"streams,omitempty"`
	Held        *streamed          `json:"held,omitempty"`
	Prompts     []costing          `json:"prompts,omitempty"`
	Copying     float64            `json:"copy_ns_per_byte,omitempty"`
	WarmUp      *warming           `json:"warm_up,omitempty"`
	Idle        float64            `json:"rss_idle_mb,omitempty"`
	IdleWarm    float64            `json:"rss_idle_warm_mb,omitempty"`
	Peak        float64            `json:"rss_peak_mb,omitempty"`
	Streaming   float64            `json:"rss_streams_mb,omitempty"`
	After       float64            `json:"rss_after_mb,omitempty"`
}

// plan says how a target is measured. unit is the length of one measurement.
type plan struct {
	name, title, core, directory string
	admin, files, ready          string
	leaveOut                     string
	at                           place
	urlPrinted                   bool
	phases                       set
	warmUp, unit, rest, soak     time.Duration
	calm                         time.Duration
	warmUpRequests               int
	connections, streams, held   int
	patience                     time.Duration
}

// measure starts the command, unless there is none, measures it, and writes NAME.json.
func measure(plan plan, command []string) error {
	result := result{Name: plan.name, Title: plan.title}
	if plan.phases["start"] {
		if err := measureStarts(plan, command, &result); err != nil {
			return err
		}
	}
	if plan.phases["warm-up"] {
		if err := measureWarmUp(plan, command, &result); err != nil {
			return err
		}
	}
	if plan.onlyFresh() {
		return write(plan, result)
	}
	var server *process
	if len(command) > 0 {
		var err error
		if server, err = start(plan.core, filepath.Join(plan.directory, plan.name+".log"), command); err != nil {
			return err
		}
		defer server.stop()
		if plan.urlPrinted {
			if plan.at.url, err = server.awaitURL(plan.patience); err != nil {
				return fmt.Errorf("%s: %w (see %s.log)", plan.name, err, plan.name)
			}
		}
		first, err := server.awaitAnswer(plan.at, plan.patience)
		if err != nil {
			return fmt.Errorf("%s: %w (see %s.log)", plan.name, err, plan.name)
		}
		if result.FirstAnswer == 0 {
			result.FirstAnswer = micros(first) / 1000
		}
		time.Sleep(plan.rest)
		result.Idle = server.rss()
		defer watchPeak(server, &result.Peak)()
	}
	run(plan, server, &result)
	return write(plan, result)
}

// onlyFresh: nothing is measured but what processes of their own are started for.
func (p plan) onlyFresh() bool {
	for phase := range p.phases {
		if phase != "start" && phase != "warm-up" {
			return false
		}
	}
	return true
}

// measureStarts takes the middle of five starts, on whatever cores the plan allows.
func measureStarts(plan plan, command []string, result *result) error {
	var answers, readies samples
	for i := 0; i < 5; i++ {
		say(plan, "start %d", i+1)
		server, err := start(plan.core, filepath.Join(plan.directory, plan.name+".log"), command)
		if err != nil {
			return err
		}
		first, err := server.awaitAnswer(plan.at, plan.patience)
		if err == nil {
			err = server.awaitReady(plan)
		}
		ready := time.Since(server.started)
		server.stop()
		if err != nil {
			return fmt.Errorf("%s: %w (see %s.log)", plan.name, err, plan.name)
		}
		answers, readies = append(answers, micros(first)/1000), append(readies, micros(ready)/1000)
	}
	result.FirstAnswer, result.Ready = answers.median(), readies.median()
	return nil
}

func run(plan plan, server *process, result *result) {
	warmUp(plan, server != nil)
	if server != nil {
		time.Sleep(plan.rest)
		result.IdleWarm = server.rss()
	}
	if plan.phases["cpu"] {
		say(plan, "CPU at %d connections", plan.connections)
		measureCPU(plan, server, result)
	}
	if plan.phases["latency"] {
		say(plan, "latency at 1 connection")
		alone := closedLoop(plan.at, 1, plan.unit)
		result.Alone = &alone
	}
	if plan.phases["rate"] {
		for _, connections := range []int{4, 8, 16, 32, 64, 128, 256} {
			say(plan, "rate at %d connections", connections)
			result.Steps = append(result.Steps, closedLoop(plan.at, connections, plan.unit/2))
		}
	}
	if plan.phases["streams"] {
		if server != nil {
			say(plan, "warm-up with %d streams", plan.streams)
			streams(plan.at, plan.streams, 200, 50*time.Millisecond, plan.warmUp/3)
		}
		say(plan, "%d streams", plan.streams)
		stop := func() {}
		if server != nil {
			stop = watchPeak(server, &result.Streaming)
		}
		seen := streams(plan.at, plan.streams, 200, 50*time.Millisecond, plan.unit*3)
		stop()
		result.Streams = &seen
	}
	if plan.phases["prompts"] {
		result.Prompts = measurePrompts(plan, server)
		result.Copying = measureCopy()
	}
	if plan.phases["beside"] && plan.held > 0 {
		say(plan, "CPU beside %d streams", plan.held)
		measureBeside(plan, server, result)
	}
	if plan.phases["held"] && plan.held > 0 {
		say(plan, "%d streams held for a minute", plan.held)
		seen := hold(plan.at, plan.held, time.Minute)
		result.Held = &seen
	}
	if server != nil {
		time.Sleep(plan.calm)
		result.After = server.rss()
	}
}

// warmUp loads the target until it has answered so many requests (a slow or busy machine compiles for longer), and not
// beyond the time given for it.
func warmUp(plan plan, needed bool) {
	say(plan, "warm-up")
	end := time.Now().Add(plan.warmUp)
	for done := 0; done < plan.warmUpRequests && time.Now().Before(end) && (needed || done == 0); {
		done += closedLoop(plan.at, plan.connections, time.Second).Requests
	}
}

// measureCPU takes the middle of three rounds: what other work on the machine does to one of them does not count.
func measureCPU(plan plan, server *process, result *result) {
	var rounds samples
	var middle loaded
	for i := 0; i < 3; i++ {
		if server == nil {
			middle = closedLoop(plan.at, plan.connections, plan.unit)
			continue
		}
		before, threads := server.cpu(), server.threads()
		middle = closedLoop(plan.at, plan.connections, plan.unit)
		requests := float64(max(1, middle.Requests+middle.Errors))
		rounds = append(rounds, (server.cpu()-before)/requests)
		result.CPUThreads = spent(threads, server.threads(), requests)
	}
	result.CPURounds = append([]float64{}, rounds...)
	result.CPU = rounds.median()
	result.Many = &middle
}

// costing is the CPU time in microseconds of a request whose body has so many bytes.
type costing struct {
	Bytes int     `json:"bytes"`
	CPU   float64 `json:"cpu_us_per_request"`
}

// measurePrompts measures CPU for bodies of 400 bytes to 1 MB.
func measurePrompts(plan plan, server *process) []costing {
	var all []costing
	for _, length := range []int{bodyLength, 10_000, 100_000, 1_000_000} {
		say(plan, "bodies of %d bytes", length)
		plan.at.length = length
		closedLoop(plan.at, plan.connections, plan.unit)
		var one result
		measureCPU(plan, server, &one)
		all = append(all, costing{length, one.CPU})
	}
	return all
}

// measureCopy is the time in nanoseconds of each byte of a copy in memory, of a body of 1 MB to another place. There are more
// bodies than the caches of a core hold, as between requests.
func measureCopy() float64 {
	const length, bodies, rounds = 1_000_000, 64, 50
	var all [bodies][]byte
	for i := range all {
		all[i] = make([]byte, length)
		for at := range all[i] {
			all[i][at] = byte(at)
		}
	}
	began := time.Now()
	for range rounds {
		for i := range all {
			copy(all[(i+1)%bodies], all[i])
		}
	}
	return float64(time.Since(began).Nanoseconds()) / (length * bodies * rounds)
}

// measureBeside measures CPU while so many streams are open that hardly say anything: an event every 20 seconds.
func measureBeside(plan plan, server *process, result *result) {
	seen := make(chan streamed)
	const pause, events = 20 * time.Second, 6
	go func() {
		l := &listener{at: plan.at, from: time.Now(), until: time.Now().Add(events * pause), seen: streamed{Streams: plan.held}}
		l.each(plan.held, func(i int) {
			time.Sleep(ramp * time.Duration(i) / time.Duration(plan.held))
			l.listen(events, pause)
		})
		seen <- l.result()
	}()
	time.Sleep(ramp + plan.rest)
	measureCPU(plan, server, result)
	held := <-seen
	result.Held = &held
}

// spent is the CPU time per request of each kind of thread that took more than a tenth of a microsecond.
func spent(before, after map[string]float64, requests float64) map[string]float64 {
	result := map[string]float64{}
	for name, ticks := range after {
		if each := (ticks - before[name]) / requests; each > 0.1 {
			result[name] = math.Round(each*10) / 10
		}
	}
	return result
}

// watchPeak keeps the largest resident size that it sees, until the function that it returns is called.
func watchPeak(server *process, peak *float64) func() {
	var done atomic.Bool
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for !done.Load() {
			*peak = max(*peak, server.rss())
			time.Sleep(250 * time.Millisecond)
		}
	}()
	return func() {
		done.Store(true)
		<-ended
	}
}

func write(plan plan, result any) error {
	text, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(plan.directory, plan.name+".json"), append(text, '\n'), 0o644)
}

func say(plan plan, format string, values ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s: %s\n", time.Now().Format("15:04:05"), plan.name, fmt.Sprintf(format, values...))
}
