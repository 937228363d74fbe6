package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

func copyAll(to io.Writer, answer head, c *client) (int64, error) {
	return io.Copy(to, answer.body(c.in))
}

// writeDefences makes the tables of what hostile clients and overload did, prints them, and puts them between the
// document's marks.
func writeDefences(directory, document, heading string) error {
	var text strings.Builder
	text.WriteString(heading + "\n\n")
	writeHostile(&text, directory)
	writeOverload(&text, directory)
	writeFire(&text, directory)
	writeFuzz(&text, directory)
	writeFiles(&text, directory, "faults-*.txt", faultsHead)
	writeFiles(&text, directory, "faults-*.lines", "| connections that are harmed or stale | Java | requests | another's answer | second attempts |\n|---|--:|--:|--:|--:|\n")
	writeLast(&text, directory, "faults-*.md")
	fmt.Print(text.String())
	return replace(document, text.String())
}

func writeHostile(text *strings.Builder, directory string) {
	fmt.Fprintln(text, "| hostile clients at once | kinds | minutes | ended | a good client: answers, refused, failed | p50, p99, worst (ms) | over 1 s, of these in the first 20 s | `/ready`, `/ai/providers`: answers, failed | p50, p99, worst (ms) | MB resident |")
	fmt.Fprintln(text, "|---|--:|--:|---|--:|--:|--:|--:|--:|--:|")
	files, _ := filepath.Glob(filepath.Join(directory, "hostile-*.json"))
	var last beset
	for _, file := range files {
		var one beset
		if readJSON(file, &one) {
			fmt.Fprintf(text, "| %s | %d | %.0f | %s | %d, %d, %d | %.0f, %.0f, %.0f | %s | %d, %d | %.0f, %.0f, %.0f | %.0f |\n", one.Title, len(one.Attacks), one.Minutes,
				yes(one.Ended), one.Good.Answers, one.Good.Refused, one.Good.Failed, one.Good.P50, one.Good.P99, one.Good.Worst, one.Good.lates(),
				one.Probe.Answers, one.Probe.Failed, one.Probe.P50, one.Probe.P99, one.Probe.Worst, one.Peak)
			if len(one.Attacks) >= len(last.Attacks) {
				last = one
			}
		}
	}
	fmt.Fprint(text, "\n| clients | times, in the last of these runs with most kinds |\n|---|--:|\n")
	names := make([]string, 0, len(last.Attacks))
	for name := range last.Attacks {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(text, "| %s | %d |\n", name, last.Attacks[name])
	}
	fmt.Fprintln(text)
}

const faultsHead = "| faults, on Java | kinds | requests | at once | not as expected | another's answer |\n|--:|--:|--:|--:|--:|--:|\n"

// writeFiles puts the lines that runs of tests have left below a table's head.
func writeFiles(text *strings.Builder, directory, pattern, head string) {
	files, _ := filepath.Glob(filepath.Join(directory, pattern))
	if len(files) > 0 {
		text.WriteString(head)
	}
	for _, file := range files {
		lines, _ := os.ReadFile(file)
		text.Write(lines)
	}
	if len(files) > 0 {
		text.WriteString("\n")
	}
}

// writeFuzz has a line for each Java; a run leaves one for each reader: its name, Java, inputs, escapes.
func writeFuzz(text *strings.Builder, directory string) {
	fmt.Fprintln(text, "| inputs that nobody has written, on Java | readers | inputs | escapes |")
	fmt.Fprintln(text, "|--:|--:|--:|--:|")
	files, _ := filepath.Glob(filepath.Join(directory, "fuzz-*.txt"))
	for _, file := range files {
		lines, _ := os.ReadFile(file)
		java, readers, inputs, escapes := "", 0, 0, 0
		for _, line := range strings.Split(strings.TrimSpace(string(lines)), "\n") {
			cells := strings.Split(line, " | ")
			if len(cells) != 4 {
				continue
			}
			java = cells[1]
			readers++
			inputs += count(cells[2])
			escapes += count(strings.TrimSuffix(cells[3], " |"))
		}
		fmt.Fprintf(text, "| %s | %d | %d | %d |\n", java, readers, inputs, escapes)
	}
	fmt.Fprintln(text)
}

func count(text string) int {
	value, _ := strconv.Atoi(text)
	return value
}

func writeLast(text *strings.Builder, directory, pattern string) {
	if files, _ := filepath.Glob(filepath.Join(directory, pattern)); len(files) > 0 {
		lines, _ := os.ReadFile(files[len(files)-1])
		text.Write(lines)
	}
}

func writeFire(text *strings.Builder, directory string) {
	fmt.Fprintln(text, "| fire | minutes | requests/s | good | hung up | lost | wrong | configuration saved, routes | in flight afterwards | sockets before, after | threads before, after | MB resident before, after |")
	fmt.Fprintln(text, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	files, _ := filepath.Glob(filepath.Join(directory, "fire-*.json"))
	for _, file := range files {
		var one fired
		if readJSON(file, &one) {
			fmt.Fprintf(text, "| %s | %.0f | %.0f | %d | %d | %d | %d | %d, %d | %d | %d, %d | %d, %d | %.0f, %.0f |\n", one.Title, one.Minutes,
				one.Rate, one.Good, one.HangUps, one.Lost+one.Unsent, one.Wrong, one.Saves, one.Touches, one.InFlight,
				one.Before.Sockets, one.After.Sockets, one.Before.Threads, one.After.Threads, one.Before.RSS, one.After.RSS)
		}
	}
	fmt.Fprintln(text)
}

func yes(is bool) string {
	if is {
		return "**yes**"
	}
	return "no"
}

func writeOverload(text *strings.Builder, directory string) {
	fmt.Fprintln(text, "| three times the load | requests/s that it serves | p50, p99 at that rate (ms) | p50, p99 at 0.8 of it (ms) | p50, p99 of what is admitted of 3 x (ms) | admitted, refused, failed | p99 of a refusal (ms) | afterwards: p50, p99 at 0.8 (ms) | `/ready`, `/ai/providers`: p99, worst (ms) |")
	fmt.Fprintln(text, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	files, _ := filepath.Glob(filepath.Join(directory, "overload-*.json"))
	for _, file := range files {
		var one overloaded
		if readJSON(file, &one) {
			fmt.Fprintf(text, "| %s | %.0f | %.1f, %.1f | %.1f, %.1f | %.1f, %.1f | %d, %d, %d | %.1f | %.1f, %.1f | %.0f, %.0f |\n", one.Title, one.Rate,
				one.FullP50, one.FullP99, one.Before.P50, one.Before.P99, one.Over.P50, one.Over.P99, one.Over.Admitted, one.Over.Refused, one.Over.Failed,
				one.Over.RefusedP99, one.After.P50, one.After.P99, one.Probe.P99, one.Probe.Worst)
		}
	}
	fmt.Fprintln(text)
}
