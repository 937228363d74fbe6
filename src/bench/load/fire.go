package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// fired is what became of a steady load while the configuration and the routes were edited.
type fired struct {
	Name       string  `json:"name"`
	Title      string  `json:"title"`
	Minutes    float64 `json:"minutes"`
	Rate       float64 `json:"requests_per_second"`
	Good       int     `json:"good"`
	HangUps    int     `json:"hang_ups"`
	Lost       int     `json:"lost"`
	Wrong      int     `json:"wrong"`
	Unsent     int     `json:"unsent"`
	FirstError string  `json:"first_error,omitempty"`
	Saves      int     `json:"configuration_saves"`
	Touches    int     `json:"route_touches"`
	Reloads    int     `json:"reloads"`
	InFlight   int     `json:"in_flight_afterwards"`
	Before     left    `json:"before"`
	After      left    `json:"after"`
}

// left is what a process holds when nobody asks.
type left struct {
	Sockets int     `json:"sockets"`
	Threads int     `json:"threads"`
	RSS     float64 `json:"rss_mb"`
}

// fireRate is the requests in a second; hangUps the share of clients that leave in the middle of a stream.
const fireRate, hangUps = 200, 0.1

// rest is how long nobody asks before it is looked at what is left: idle connections end within 75 seconds.
const fireRest = 90 * time.Second

var identity = regexp.MustCompile(`id-\d+-`)

// fire asks at a steady rate, a tenth of the clients leaving, while the configuration is saved every two seconds and a
// route every ten. The files are in the directory "files"; the server is started there.
func fire(plan plan, command []string) error {
	server, err := start(plan.core, filepath.Join(plan.directory, plan.name+".log"), command)
	if err != nil {
		return err
	}
	defer server.stop()
	if _, err = server.awaitAnswer(plan.at, plan.patience); err != nil {
		return err
	}
	result := fired{Name: plan.name, Title: plan.title, Minutes: plan.soak.Minutes(), Rate: fireRate}
	result.run(plan.at, 10*time.Second)
	result.Good, result.HangUps = 0, 0
	time.Sleep(fireRest)
	result.Before = server.left()
	stop := make(chan struct{})
	var editors sync.WaitGroup
	editors.Add(2)
	go result.edit(&editors, stop, 2*time.Second, filepath.Join(plan.files, "ai-gateway.yaml"), "request price", &result.Saves)
	go result.edit(&editors, stop, 10*time.Second, filepath.Join(plan.files, "routes/hooks.camel.yaml"), "touched", &result.Touches)
	result.run(plan.at, plan.soak)
	close(stop)
	editors.Wait()
	result.InFlight = inFlight(plan.admin)
	time.Sleep(fireRest)
	result.After = server.left()
	log, _ := os.ReadFile(server.log)
	result.Reloads = bytes.Count(log, []byte("The configuration was read again; ")) + bytes.Count(log, []byte(" was saved and is in use"))
	say(plan, "%d good, %d hang-ups, %d lost, %d wrong, %d unsent; %d saves, %d touches; %d in flight; %+v, then %+v %s", result.Good,
		result.HangUps, result.Lost, result.Wrong, result.Unsent, result.Saves, result.Touches, result.InFlight, result.Before,
		result.After, result.FirstError)
	return write(plan, result)
}

// edit saves a file with another number in its last line each time, as an editor does: a new file in the place of the old.
func (f *fired) edit(group *sync.WaitGroup, stop chan struct{}, every time.Duration, file, what string, count *int) {
	defer group.Done()
	text, err := os.ReadFile(file)
	for err == nil {
		select {
		case <-stop:
			return
		case <-time.After(every):
		}
		*count++
		changed := strings.ReplaceAll(string(text), "0.0123", fmt.Sprintf("0.0%d", 100+*count%900))
		if err = os.WriteFile(file+".new", []byte(fmt.Sprintf("%s\n# %s %d\n", changed, what, *count)), 0o644); err == nil {
			err = os.Rename(file+".new", file)
		}
	}
	fmt.Fprintln(os.Stderr, err)
}

func (f *fired) run(at place, length time.Duration) {
	var guard sync.Mutex
	var group sync.WaitGroup
	idle := make(chan *client, mostOpen)
	for i := 0; i < mostOpen; i++ {
		idle <- nil
	}
	start := time.Now()
	for n := 0; ; n++ {
		due := start.Add(time.Duration(n) * time.Second / fireRate)
		if due.Sub(start) > length {
			break
		}
		time.Sleep(time.Until(due))
		select {
		case c := <-idle:
			group.Add(1)
			go func(n int) {
				defer group.Done()
				c, outcome := fireOne(at, c, n)
				guard.Lock()
				f.count(outcome)
				guard.Unlock()
				idle <- c
			}(n)
		default:
			f.Unsent++
		}
	}
	group.Wait()
	for i := 0; i < mostOpen; i++ {
		if c := <-idle; c != nil {
			c.close()
		}
	}
}

func (f *fired) count(outcome string) {
	switch {
	case outcome == "good":
		f.Good++
	case outcome == "left":
		f.HangUps++
	case strings.HasPrefix(outcome, "wrong"):
		f.Wrong++
	default:
		f.Lost++
	}
	if f.FirstError == "" && outcome != "good" && outcome != "left" {
		f.FirstError = outcome
	}
}

// fireOne asks once, for a stream or a whole answer, with an id that must be in the answer and no other.
func fireOne(at place, c *client, n int) (*client, string) {
	if c == nil {
		var err error
		if c, err = dial(at.address()); err != nil {
			return nil, err.Error()
		}
	}
	id := fmt.Sprintf("id-%d-", n)
	stream := n%2 == 0
	answer, err := c.send(at.request(stream, "bench:5:20 "+echo+id+" "))
	if err != nil {
		c.close()
		return nil, err.Error()
	}
	if stream && rand.Float64() < 2*hangUps {
		time.Sleep(time.Duration(rand.Intn(80)) * time.Millisecond)
		c.close()
		return nil, "left"
	}
	body, err := io.ReadAll(answer.body(c.in))
	outcome := judge(answer, body, err, id, stream)
	if outcome != "good" || answer.closing {
		c.close()
		return nil, outcome
	}
	return c, outcome
}

func judge(answer head, body []byte, err error, id string, stream bool) string {
	for _, found := range identity.FindAll(body, -1) {
		if string(found) != id {
			return fmt.Sprintf("wrong: %s got %s", id, found)
		}
	}
	whole := err == nil && answer.status() == 200 && bytes.Contains(body, []byte(id)) && !bytes.Contains(body, []byte(`"error"`))
	if whole && (!stream || bytes.Contains(body, []byte("[DONE]"))) {
		return "good"
	}
	return fmt.Sprintf("%v %s: %.300s", err, answer.first, body)
}

func inFlight(admin string) int {
	answer, err := http.Get(admin)
	if err != nil {
		return -1
	}
	defer answer.Body.Close()
	var seen struct {
		Providers []struct {
			InFlight int `json:"in_flight"`
		} `json:"providers"`
	}
	if json.NewDecoder(answer.Body).Decode(&seen) != nil {
		return -1
	}
	sum := 0
	for _, provider := range seen.Providers {
		sum += provider.InFlight
	}
	return sum
}

func (p *process) left() left {
	result := left{RSS: p.rss()}
	for _, pid := range p.tree() {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, file := range files {
			if target, _ := os.Readlink(file); strings.HasPrefix(target, "socket:") {
				result.Sockets++
			}
		}
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
		result.Threads += len(threads)
	}
	return result
}
