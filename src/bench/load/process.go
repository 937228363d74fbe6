package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// microsPerTick: USER_HZ is 100 on every Linux that Go runs on.
const microsPerTick = 1e6 / 100

// process is a server under measurement, with all that it has started.
type process struct {
	command *exec.Cmd
	log     string
	started time.Time
	ended   chan struct{}
}

// start runs a command pinned to one core, in a process group of its own.
func start(core string, log string, command []string) (*process, error) {
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	c := exec.Command("taskset", append([]string{"-c", core}, command...)...)
	c.Stdout, c.Stderr = out, out
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p := &process{c, log, time.Now(), make(chan struct{})}
	if err := c.Start(); err != nil {
		return nil, err
	}
	go func() {
		c.Wait()
		close(p.ended)
	}()
	return p, nil
}

// stop ends the whole group, by force after three minutes: a JVM that writes a cache at its end takes its time.
func (p *process) stop() {
	group := -p.command.Process.Pid
	syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(3 * time.Minute):
	}
	syscall.Kill(group, syscall.SIGKILL)
	<-p.ended
}

// printed is a line of a server's log that is nothing but its base URL.
var printed = regexp.MustCompile(`(?m)^http://\S+$`)

// awaitURL returns where a server that chooses its own port, and prints its base URL, answers chat requests.
func (p *process) awaitURL(patience time.Duration) (string, error) {
	for time.Since(p.started) < patience {
		text, _ := os.ReadFile(p.log)
		if base := printed.Find(text); base != nil {
			return string(base) + "/chat/completions", nil
		}
		select {
		case <-p.ended:
			return "", fmt.Errorf("it ended before it printed its URL")
		case <-time.After(5 * time.Millisecond):
		}
	}
	return "", fmt.Errorf("it printed no URL within %s", patience)
}

// awaitReady waits for the server's own word that it is ready, or, where it gives none, for its first good answer.
func (p *process) awaitReady(plan plan) error {
	if plan.ready == "" {
		_, err := p.awaitAnswer(plan.at, plan.patience)
		return err
	}
	for time.Since(p.started) < plan.patience {
		if answer, err := http.Get(plan.ready); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.ended:
			return fmt.Errorf("it ended before it was ready")
		case <-time.After(5 * time.Millisecond):
		}
	}
	return fmt.Errorf("not ready within %s", plan.patience)
}

// awaitAnswer returns the time from the start of the process to the end of its first good answer.
func (p *process) awaitAnswer(at place, patience time.Duration) (time.Duration, error) {
	var err error
	for time.Since(p.started) < patience {
		if err = once(at); err == nil {
			return time.Since(p.started), nil
		}
		select {
		case <-p.ended:
			return 0, fmt.Errorf("it ended before it answered")
		case <-time.After(5 * time.Millisecond):
		}
	}
	return 0, fmt.Errorf("no answer within %s: %w", patience, err)
}

// cpu is the time in microseconds that the process and its living descendants have spent, user and system.
func (p *process) cpu() float64 {
	ticks := 0.0
	for _, pid := range p.tree() {
		ticks += ticksOf(stat(pid))
	}
	return ticks * microsPerTick
}

// threads is the same time by kind of thread: by its name without numbers. A thread that has ended is not in it.
func (p *process) threads() map[string]float64 {
	result := map[string]float64{}
	for _, pid := range p.tree() {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
		for _, file := range files {
			text, _ := os.ReadFile(file)
			if from, to := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')'); from > 0 && to > from {
				name := strings.TrimRight(string(text[from+1:to]), "0123456789-#")
				result[name] += ticksOf(strings.Fields(string(text[to+1:]))) * microsPerTick
			}
		}
	}
	return result
}

// ticksOf the fields of a line of stat.
func ticksOf(fields []string) float64 {
	if len(fields) < 15 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return user + system
}

// rss is the resident memory in MB of the process and its descendants; pages that they share count for each.
func (p *process) rss() float64 {
	pages := 0
	for _, pid := range p.tree() {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			resident, _ := strconv.Atoi(fields[1])
			pages += resident
		}
	}
	return float64(pages) * float64(os.Getpagesize()) / (1 << 20)
}

// tree is the process with all its descendants.
func (p *process) tree() []int {
	children := map[int][]int{}
	entries, _ := filepath.Glob("/proc/[0-9]*")
	for _, entry := range entries {
		pid, _ := strconv.Atoi(filepath.Base(entry))
		if fields := stat(pid); len(fields) > 1 {
			parent, _ := strconv.Atoi(fields[1])
			children[parent] = append(children[parent], pid)
		}
	}
	all := []int{p.command.Process.Pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// stat is the line of /proc/PID/stat after the command's name: state, parent, ...; utime and stime are 11 and 12.
func stat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
}
