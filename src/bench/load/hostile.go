package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// beset is what a good client, and a probe of the admin port, have seen of a server among hostile clients. Times are in
// milliseconds, memory is resident, in MB.
type beset struct {
	Name    string           `json:"name"`
	Title   string           `json:"title"`
	Minutes float64          `json:"minutes"`
	Attacks map[string]int64 `json:"attacks"`
	Good    seen             `json:"good"`
	Probe   seen             `json:"probe"`
	Ended   bool             `json:"ended"`
	Peak    float64          `json:"rss_peak_mb"`
}

// seen are the answers to one who asks again and again.
type seen struct {
	Answers    int     `json:"answers"`
	Refused    int     `json:"refused"`
	Failed     int     `json:"failed"`
	FirstError string  `json:"first_error,omitempty"`
	P50        float64 `json:"p50_ms"`
	P99        float64 `json:"p99_ms"`
	Worst      float64 `json:"worst_ms"`
	Late       []late  `json:"over_1_s,omitempty"`
}

// late is an answer that took more than a second, and how many seconds after the beginning it was asked for.
type late struct {
	At   float64 `json:"at_s"`
	Took float64 `json:"took_ms"`
}

// attack is one kind of hostile client: how many there are of it at once, and what each does over and over.
type attack struct {
	name  string
	count int
	once  func(at place, end time.Time)
}

// patient is how long a client that does not read, or does not go on, waits before it leaves.
const patient = 20 * time.Second

// breath is how long a client waits before it does the same again. They are to fill memory and hold what they get, and not
// to ask for more than a core can do, which overload measures.
const breath = 250 * time.Millisecond

var attacks = []attack{
	{"stops to read a stream of 16 KB events", 50, func(at place, end time.Time) {
		neverRead(at, at.request(true, flooding), end)
	}},
	{"sends 19 MB", 20, func(at place, end time.Time) {
		exchange(at, at.request(false, strings.Repeat("y", 19_000_000)), end)
	}},
	{"asks for an answer without an end", 16, func(at place, end time.Time) { exchange(at, at.request(false, endless), end) }},
	{"sends a head byte by byte", 100, func(at place, end time.Time) { trickle(at, end) }},
	{"falls silent in a body", 50, func(at place, end time.Time) {
		request := at.request(false, strings.Repeat("y", 200_000))
		awaitEnd(at, request[:len(request)/2], end)
	}},
	{"connects and says nothing", 100, func(at place, end time.Time) { awaitEnd(at, nil, end) }},
	{"sends requests without reading answers", 20, func(at place, end time.Time) {
		neverRead(at, []byte(strings.Repeat(string(at.request(false, "")), 2000)), end)
	}},
	{"sends requests with two meanings", 10, func(at place, end time.Time) {
		for _, header := range twofold {
			exchange(at, []byte("POST /v1/chat/completions HTTP/1.1\r\nContent-Type: application/json\r\n"+header), end)
		}
	}},
	{"sends chunks with long extensions", 5, func(at place, end time.Time) {
		chunk := "1;" + strings.Repeat("a", 2000) + "\r\nx\r\n"
		exchange(at, []byte("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
			"Transfer-Encoding: chunked\r\n\r\n"+strings.Repeat(chunk, 1000)), end)
	}},
	{"floods with frames of HTTP/2", 5, func(at place, end time.Time) {
		frame := "\x00\x00\x01\x09\x00\x00\x00\x00\x01\x82"
		exchange(at, []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"+strings.Repeat(frame, 100_000)), end)
	}},
	{"leaves in the middle of a request", 20, func(at place, end time.Time) {
		request := at.request(true, "bench:100:10 ")
		leaveAfter(at, request[:len(request)-10])
		leaveAfter(at, request)
	}},
	{"asks for 3,000 models without reading the answers", 50, func(at place, end time.Time) {
		neverRead(at, []byte(strings.Repeat(string(at.to("GET /v1/models", "", "")), 50)), end)
	}},
	{"asks on without a key, again and again, and reads nothing", 10, func(at place, end time.Time) {
		neverRead(at, []byte(strings.Repeat("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200_000)), end)
	}},
	{"goes on from a response of 5 MB, and asks for it without reading", 5, goOn},
	{"leaves at the beginning of an upload", 20, func(at place, end time.Time) {
		upload := at.to("POST /v1/files", "multipart/form-data; boundary=b", "--b\r\n"+strings.Repeat("x", 100_000))
		leaveAfter(at, upload[:len(upload)-100_000])
		leaveAtOnce(at, upload[:len(upload)-50_000])
	}},
}

// kept finds the id of a response.
var kept = regexp.MustCompile(`"id":"(resp_[^"]+)"`)

// goOn lets the server keep a large response, names it in small requests, and looks it up.
func goOn(at place, end time.Time) {
	ask := `{"model":"` + at.model + `","input":"%s","previous_response_id":%s}`
	answer := answerTo(at, at.to("POST /v1/responses", "application/json", fmt.Sprintf(ask, strings.Repeat("y", 5_000_000), "null")), end)
	id := kept.FindSubmatch(answer)
	if id == nil {
		return
	}
	var group sync.WaitGroup
	for n := 0; n < 10; n++ {
		group.Add(2)
		go func() {
			defer group.Done()
			exchange(at, at.to("POST /v1/responses", "application/json", fmt.Sprintf(ask, "on", `"`+string(id[1])+`"`)), end)
		}()
		go func() {
			defer group.Done()
			neverRead(at, at.to("GET /v1/responses/"+string(id[1])+"/input_items", "", ""), end)
		}()
	}
	group.Wait()
}

var twofold = []string{
	"Host: a\r\nHost: b\r\n\r\n",
	"Host: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"Host: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
	"Host: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
	"Host: a\r\n" + strings.Repeat("a: b\r\n", 300) + "\r\n",
}

// hostile lets all of these clients loose on a server at once, while a good one and a probe ask four times a second.
func hostile(plan plan, command []string) error {
	server, err := start(plan.core, filepath.Join(plan.directory, plan.name+".log"), command)
	if err != nil {
		return err
	}
	defer server.stop()
	if _, err = server.awaitAnswer(plan.at, plan.patience); err != nil {
		return err
	}
	closedLoop(plan.at, plan.connections, plan.warmUp/4)
	result := beset{Name: plan.name, Title: plan.title, Minutes: plan.soak.Minutes(), Attacks: map[string]int64{}}
	stopPeak := watchPeak(server, &result.Peak)
	end := time.Now().Add(plan.soak)
	var group sync.WaitGroup
	attacks, err := plan.attacks()
	if err != nil {
		return err
	}
	counts := make([]int64, len(attacks))
	for i := range attacks {
		for n := 0; n < attacks[i].count; n++ {
			group.Add(1)
			go func(i int) {
				defer group.Done()
				for time.Now().Before(end) {
					attacks[i].once(plan.at, end)
					atomic.AddInt64(&counts[i], 1)
					time.Sleep(breath)
				}
			}(i)
		}
	}
	err = watch(plan, &result)
	group.Wait()
	stopPeak()
	for i := range attacks {
		result.Attacks[fmt.Sprintf("%d x %s", attacks[i].count, attacks[i].name)] = counts[i]
	}
	select {
	case <-server.ended:
		result.Ended = true
	default:
	}
	if err != nil {
		return err
	}
	return write(plan, result)
}

// attacks are all kinds but those that are to be left out.
func (p plan) attacks() ([]attack, error) {
	without, err := regexp.Compile(p.leaveOut)
	if err != nil || p.leaveOut == "" {
		return attacks, err
	}
	return slices.DeleteFunc(slices.Clone(attacks), func(one attack) bool { return without.MatchString(one.name) }), nil
}

// watch lets a process of its own be the good client and the probe: in this one they would wait behind the hostile clients.
func watch(plan plan, result *beset) error {
	arguments := []string{"watch", "-url", plan.at.url, "-model", plan.at.model, "-admin", plan.admin, "-soak", plan.soak.String()}
	for _, header := range plan.at.headers {
		arguments = append(arguments, "-header", header)
	}
	command := exec.Command(os.Args[0], arguments...)
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return err
	}
	var both watched
	err = json.Unmarshal(output, &both)
	result.Good, result.Probe = both.Good, both.Probe
	return err
}

// watched is what that process prints.
type watched struct {
	Good  seen `json:"good"`
	Probe seen `json:"probe"`
}

// watchCommand asks both ports four times a second until the end, each time on a connection of its own.
func watchCommand(plan plan, _ []string) error {
	var both watched
	end := time.Now().Add(plan.soak)
	var group sync.WaitGroup
	for _, each := range []struct {
		into     *seen
		at       place
		requests [][]byte
	}{
		{&both.Good, plan.at, [][]byte{plan.at.request(false, "")}},
		{&both.Probe, place{url: plan.admin}, operators},
	} {
		each := each
		group.Add(1)
		go func() {
			defer group.Done()
			each.into.askUntil(each.at, each.requests, end)
		}()
	}
	group.Wait()
	return json.NewEncoder(os.Stdout).Encode(both)
}

// lates says how many answers took more than a second, and how many of these were asked for while the server was new; older results do not have it.
func (s seen) lates() string {
	if len(s.Late) == 0 && s.Worst > 1000 {
		return "-"
	}
	early := 0
	for _, one := range s.Late {
		if one.At <= 20 {
			early++
		}
	}
	return fmt.Sprintf("%d, %d", len(s.Late), early)
}

// operators ask the admin port: a probe, and somebody who looks at the providers.
var operators = [][]byte{
	[]byte("GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
	[]byte("GET /ai/providers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
}

// askUntil sends one of the requests after the other, four a second.
func (s *seen) askUntil(at place, requests [][]byte, end time.Time) {
	var times samples
	begun := time.Now()
	for n := 0; time.Now().Before(end); n++ {
		before := time.Now()
		status, err := statusOf(at, requests[n%len(requests)])
		took := micros(time.Since(before)) / 1000
		switch {
		case status == 200:
			times = append(times, took)
		case status == 429:
			s.Refused++
		default:
			s.Failed++
			if s.FirstError == "" {
				s.FirstError = fmt.Sprintf("%d %v after %.0f ms", status, err, took)
			}
		}
		s.Worst = max(s.Worst, took)
		if took > 1000 {
			s.Late = append(s.Late, late{math.Round(before.Sub(begun).Seconds()), math.Round(took)})
		}
		time.Sleep(250 * time.Millisecond)
	}
	s.Answers, s.P50, s.P99 = len(times), times.percentile(50), times.percentile(99)
}

func statusOf(at place, request []byte) (int, error) {
	c, err := dial(at.address())
	if err != nil {
		return 0, err
	}
	defer c.close()
	c.connection.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err = c.connection.Write(request); err != nil {
		return 0, err
	}
	answer, err := readHead(c.in)
	if err == nil {
		_, err = io.Copy(io.Discard, answer.body(c.in))
	}
	return answer.status(), err
}

func until(end time.Time) time.Time {
	if soon := time.Now().Add(patient); soon.Before(end) {
		return soon
	}
	return end
}

// neverRead sends, as far as it is taken, and reads nothing.
func neverRead(at place, request []byte, end time.Time) {
	if c, err := dial(at.address()); err == nil {
		defer c.close()
		c.connection.(*net.TCPConn).SetReadBuffer(4096)
		c.connection.SetDeadline(until(end))
		c.connection.Write(request)
		time.Sleep(time.Until(until(end)))
	}
}

// exchange sends and reads what comes to its end.
func exchange(at place, request []byte, end time.Time) {
	if c, err := dial(at.address()); err == nil {
		defer c.close()
		c.connection.SetDeadline(until(end))
		c.connection.Write(request)
		answer, err := readHead(c.in)
		if err == nil {
			io.Copy(io.Discard, answer.body(c.in))
		}
	}
}

func answerTo(at place, request []byte, end time.Time) []byte {
	c, err := dial(at.address())
	if err != nil {
		return nil
	}
	defer c.close()
	c.connection.SetDeadline(until(end))
	c.connection.Write(request)
	answer, err := readHead(c.in)
	if err != nil {
		return nil
	}
	body, _ := io.ReadAll(answer.body(c.in))
	return body
}

// awaitEnd sends and waits for the server to end the connection.
func awaitEnd(at place, request []byte, end time.Time) {
	if c, err := dial(at.address()); err == nil {
		defer c.close()
		c.connection.SetDeadline(end)
		c.connection.Write(request)
		io.Copy(io.Discard, c.in)
	}
}

func trickle(at place, end time.Time) {
	if c, err := dial(at.address()); err == nil {
		defer c.close()
		c.connection.SetDeadline(end)
		for _, each := range []byte("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + strings.Repeat("a", 4000)) {
			if _, err = c.connection.Write([]byte{each}); err != nil || time.Now().After(end) {
				return
			}
			time.Sleep(time.Second)
		}
	}
}

func leaveAtOnce(at place, request []byte) {
	if c, err := dial(at.address()); err == nil {
		c.connection.Write(request)
		c.close()
	}
}

func leaveAfter(at place, request []byte) {
	if c, err := dial(at.address()); err == nil {
		c.connection.Write(request)
		time.Sleep(5 * time.Millisecond)
		c.close()
	}
}
