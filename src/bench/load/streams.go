package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// streamed is what clients of many streams have seen. Delays are the microseconds between the upstream's write of an
// event and its arrival; gaps are how much longer than in the upstream two events are apart.
type streamed struct {
	Streams    int     `json:"streams"`
	MostOpen   int     `json:"most_open"`
	Complete   int     `json:"complete"`
	Broken     int     `json:"broken"`
	FirstError string  `json:"first_error,omitempty"`
	Events     int     `json:"events"`
	FirstP50   float64 `json:"first_token_p50_us"`
	FirstP99   float64 `json:"first_token_p99_us"`
	DelayP50   float64 `json:"delay_p50_us"`
	DelayP99   float64 `json:"delay_p99_us"`
	GapP50     float64 `json:"gap_p50_us"`
	GapP99     float64 `json:"gap_p99_us"`
}

// listener gathers what the clients of one run see between two moments.
type listener struct {
	at                  place
	from, until         time.Time
	guard               sync.Mutex
	open                atomic.Int64
	first, delays, gaps samples
	seen                streamed
}

// streams keeps so many streams open for so long: each is followed by the next. Their starts are spread evenly, but for a part
// of a pause that is left to chance: events of many streams would come at the same moment, as they do from no real clients.
// Only what happens while all are there is counted.
func streams(at place, count, events int, pause, length time.Duration) streamed {
	life := time.Duration(events) * pause
	from := time.Now().Add(life + pause)
	l := &listener{at: at, from: from, until: from.Add(length), seen: streamed{Streams: count}}
	l.each(count, func(i int) {
		chance := rand.New(rand.NewPCG(1, uint64(i)))
		time.Sleep(life*time.Duration(i)/time.Duration(count) + time.Duration(chance.Int64N(int64(pause))))
		for time.Now().Before(l.until) {
			l.listen(events, pause)
		}
	})
	return l.result()
}

// ramp is the time within which many streams are opened.
const ramp = 15 * time.Second

// hold opens so many streams within fifteen seconds, each of which lasts until all have been open for the time given.
func hold(at place, count int, length time.Duration) streamed {
	l := &listener{at: at, from: time.Now(), until: time.Now().Add(length + ramp), seen: streamed{Streams: count}}
	l.each(count, func(i int) {
		time.Sleep(ramp * time.Duration(i) / time.Duration(count))
		l.listen(int((length+ramp)/time.Second), time.Second)
	})
	return l.result()
}

func (l *listener) each(count int, do func(int)) {
	var group sync.WaitGroup
	for i := 0; i < count; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			do(i)
		}(i)
	}
	group.Wait()
}

func (l *listener) result() streamed {
	l.seen.FirstP50, l.seen.FirstP99 = l.first.percentile(50), l.first.percentile(99)
	l.seen.DelayP50, l.seen.DelayP99 = l.delays.percentile(50), l.delays.percentile(99)
	l.seen.GapP50, l.seen.GapP99 = l.gaps.percentile(50), l.gaps.percentile(99)
	l.seen.Events = len(l.delays)
	return l.seen
}

// listen reads one stream on a connection of its own.
func (l *listener) listen(events int, pause time.Duration) {
	times, err := l.read(events, pause)
	l.guard.Lock()
	defer l.guard.Unlock()
	if err == nil && times.events != events {
		err = fmt.Errorf("%d of %d events", times.events, events)
	}
	if err != nil {
		l.seen.Broken++
		if l.seen.FirstError == "" {
			l.seen.FirstError = err.Error()
		}
		return
	}
	l.seen.Complete++
	l.first = append(l.first, times.first...)
	l.delays = append(l.delays, times.delays...)
	l.gaps = append(l.gaps, times.gaps...)
}

// streamTimes is what one client has seen; events are all, the samples those within the time that counts.
type streamTimes struct {
	events              int
	first, delays, gaps samples
}

func (l *listener) read(events int, pause time.Duration) (times streamTimes, err error) {
	c, err := dial(l.at.address())
	if err != nil {
		return times, err
	}
	defer c.close()
	request := l.at.request(true, fmt.Sprintf("bench:%d:%d ", events, pause.Milliseconds()))
	start := time.Now()
	answer, err := c.send(request)
	if err != nil {
		return times, err
	}
	if answer.status() != 200 {
		text, _ := io.ReadAll(io.LimitReader(answer.body(c.in), 300))
		return times, fmt.Errorf("%s: %s", answer.first, text)
	}
	l.opened()
	defer l.open.Add(-1)
	lines := bufio.NewReaderSize(answer.body(c.in), 1024)
	return times, times.follow(lines, start, l)
}

func (l *listener) opened() {
	open := int(l.open.Add(1))
	l.guard.Lock()
	defer l.guard.Unlock()
	l.seen.MostOpen = max(l.seen.MostOpen, open)
}

// follow reads to the end of the stream, which must be said: without [DONE] it is broken.
func (t *streamTimes) follow(lines *bufio.Reader, start time.Time, l *listener) error {
	done := false
	previous := 0.0
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		done = done || bytes.Contains(line, []byte("[DONE]"))
		sent, found := sentAt(line)
		if !found {
			continue
		}
		now := time.Now()
		delay := micros(time.Duration(now.UnixNano() - sent))
		if now.After(l.from) && now.Before(l.until) {
			t.note(delay, previous, now.Sub(start))
		}
		previous = delay
		t.events++
	}
	if !done {
		return errors.New("the stream ends without [DONE]")
	}
	return nil
}

func (t *streamTimes) note(delay, previous float64, since time.Duration) {
	if t.events == 0 {
		t.first = append(t.first, micros(since))
	} else {
		t.gaps = append(t.gaps, max(0, delay-previous))
	}
	t.delays = append(t.delays, delay)
}

// sentAt finds the upstream's time in an event.
func sentAt(line []byte) (int64, bool) {
	_, rest, found := bytes.Cut(line, []byte("@"))
	if !found {
		return 0, false
	}
	text, _, found := bytes.Cut(rest, []byte("@"))
	if !found {
		return 0, false
	}
	sent, err := strconv.ParseInt(string(text), 10, 64)
	return sent, err == nil
}
