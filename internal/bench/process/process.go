// Package process tells what processes cost of the processor and of memory. On a machine that others use too, the time of the
// processor says more than that of the clock.
package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of /proc's CPU times; USER_HZ is 100 on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// Pair are the two whose cost is told apart. A server of 0 costs nothing.
type Pair struct{ Server, Postgres int }

// Here are this process and the PostgreSQL that it runs.
func Here() Pair { return Pair{os.Getpid(), PostgresOf(os.Getpid())} }

// Cost is CPU time.
type Cost struct{ Server, Postgres time.Duration }

// Since is what was used after another moment.
func (c Cost) Since(before Cost) Cost {
	return Cost{c.Server - before.Server, c.Postgres - before.Postgres}
}

// Both is the sum.
func (c Cost) Both() time.Duration { return c.Server + c.Postgres }

// Per is the part of each of so many.
func (c Cost) Per(count int) Cost {
	n := time.Duration(max(1, count))
	return Cost{c.Server / n, c.Postgres / n}
}

// Cost is what both have used until now; PostgreSQL's is that of all its processes, ended ones included.
func (p Pair) Cost() Cost {
	var c Cost
	if s, err := readStat(p.Server); err == nil {
		c.Server = s.own
	}
	if s, err := readStat(p.Postgres); err == nil {
		c.Postgres = s.own + s.ended
		for _, child := range children(p.Postgres) {
			c.Postgres += child.own
		}
	}
	return c
}

// Backends is how many processes PostgreSQL runs; none where it is not told which PostgreSQL.
func (p Pair) Backends() int { return len(children(p.Postgres)) }

// Own is the CPU time of this process.
func Own() time.Duration {
	s, err := readStat(os.Getpid())
	if err != nil {
		return 0
	}
	return s.own
}

// Memory is the server's resident size in bytes.
func (p Pair) Memory() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Server))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kilobytes * 1024
		}
	}
	return 0
}

// stat is what /proc/PID/stat says of one process.
type stat struct {
	pid, parent int
	name        string
	own, ended  time.Duration // its own CPU time, and that of its children that have ended
}

func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	return parseStat(string(text))
}

// parseStat reads "1 (a name) S 0 …": the name may hold spaces and brackets.
func parseStat(text string) (stat, error) {
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return stat{}, fmt.Errorf("no process status: %.40q", text)
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 15 {
		return stat{}, fmt.Errorf("short process status: %.40q", text)
	}
	var n [6]int
	for i, at := range []int{1, 11, 12, 13, 14} {
		n[i], _ = strconv.Atoi(fields[at])
	}
	pid, err := strconv.Atoi(strings.TrimSpace(text[:open]))
	return stat{
		pid: pid, parent: n[0], name: text[open+1 : end],
		own: time.Duration(n[1]+n[2]) * clockTick, ended: time.Duration(n[3]+n[4]) * clockTick,
	}, err
}

func children(pid int) []stat {
	if pid == 0 {
		return nil
	}
	var found []stat
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // fails only on a bad pattern
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		if s, err := parseStat(string(text)); err == nil && s.parent == pid {
			found = append(found, s)
		}
	}
	return found
}

// PostgresOf finds the PostgreSQL server that a process runs; 0 when it runs none.
func PostgresOf(pid int) int {
	for _, s := range children(pid) {
		if s.name == "postgres" {
			return s.pid
		}
	}
	return 0
}
