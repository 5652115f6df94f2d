package scale

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/bench/process"
	"github.com/peikao/peikao/internal/platform/db"
)

var (
	figuresFile = flag.String("figures", "", "write the figures of the pages to this file, one JSON object a line")
	asked       = flag.Int("asked", 20, "how often each page is asked for by each role")
	divided     = flag.Int("divided", 1, "measure a clinic of only one in so many, for a first look")
)

// limit is what a page may take at the server, at the 95th percentile.
const limit = 50 * time.Millisecond

// figure is one line of the figures: what was measured, and its part of the limit.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit float64 `json:"limit"`
	Ratio float64 `json:"ratio"`
}

// row is one line of the table.
type row struct {
	address, role      string
	status, statements int
	bytes              int
	p50, p95           time.Duration
	busy               process.Cost // of the processor, for one request; told in steps of 10 ms by the number of requests
	slowest            string
}

// BenchmarkPages asks a clinic a hundred times the demo for every page and list, as every role.
func BenchmarkPages(b *testing.B) {
	file := absolute(b, *figuresFile) // the embedded object store changes the working directory
	c := newClinic(b, hundredfold.divided(*divided))
	c.warm()
	var rows []row
	for b.Loop() {
		rows = c.measure()
	}
	slices.SortStableFunc(rows, func(a, b row) int { return int(b.p95 - a.p95) })
	fmt.Printf("%-8s %-6s %10s %8s %8s %8s %8s  %-11s %s\n", "status", "SQL", "bytes", "p50 ms", "p95 ms", "CPU ms", "CPU of PG", "role", "address (slowest statement)")
	for _, r := range rows {
		fmt.Printf("%-8d %-6d %10d %8.1f %8.1f %8.1f %8.1f  %-11s %s (%s)\n", r.status, r.statements, r.bytes, ms(r.p50), ms(r.p95), ms(r.busy.Server), ms(r.busy.Postgres), r.role, r.address, r.slowest)
	}
	if file != "" {
		c.must(write(file, figuresOf(rows)))
	}
	b.ReportMetric(ms(rows[0].p95), "ms-slowest-p95")
}

// longestRecount is what a night gives the recount of 100,000 results, without the rests that it takes between its batches.
const longestRecount = 15 * time.Minute

// BenchmarkRecount computes all of a large clinic's results a second time. Their marks are copies, so that all of them disagree: the
// dearest case.
func BenchmarkRecount(b *testing.B) {
	c := newClinic(b, hundredfold.divided(*divided))
	for b.Loop() {
		begin := time.Now()
		found, err := c.Reports.Recount(ctx, nil)
		took := time.Since(begin)
		if err != nil || found.Results < int64(100_000/(*divided))/2 || found.Sheets == 0 {
			b.Fatalf("%+v %v", found, err)
		}
		if took > longestRecount/time.Duration(*divided) {
			b.Errorf("%d results took %s", found.Results, took)
		}
		b.ReportMetric(float64(found.Results), "results")
		b.ReportMetric(float64(found.Results)/took.Seconds(), "results/s")
	}
}

func absolute(b *testing.B, path string) string {
	b.Helper()
	if path == "" {
		return ""
	}
	full, err := filepath.Abs(path)
	if err != nil {
		b.Fatal(err)
	}
	return full
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// measure asks for everything; a refusal is asked for once.
func (c *clinic) measure() []row {
	c.t.Helper()
	var out []row
	addresses := c.addresses()
	for _, r := range c.gets() {
		for _, address := range addresses[r.Path] {
			for _, who := range callers {
				if first := c.ask(who.login, address); first.status < 400 {
					out = append(out, c.repeat(who.role, who.login, address))
				}
			}
		}
	}
	return out
}

// here are this process and its PostgreSQL, which the first clinic starts.
var here = sync.OnceValue(process.Here)

func (c *clinic) repeat(role, login, address string) row {
	c.t.Helper()
	var took []time.Duration
	var last seen
	before := here().Cost()
	for range *asked {
		last = c.ask(login, address)
		took = append(took, last.took)
	}
	used := here().Cost().Since(before)
	slices.Sort(took)
	return row{
		address: address, role: role, status: last.status, statements: len(last.runs), bytes: last.bytes,
		p50: took[len(took)/2], p95: took[min(len(took)-1, len(took)*95/100)], slowest: slowest(last.runs),
		busy: process.Cost{Server: used.Server / time.Duration(*asked), Postgres: used.Postgres / time.Duration(*asked)},
	}
}

func slowest(runs []db.Run) string {
	if len(runs) == 0 {
		return "none"
	}
	r := slices.MaxFunc(runs, func(a, b db.Run) int { return int(a.Took - b.Took) })
	return fmt.Sprintf("%s %.1f ms", r.Name, ms(r.Took))
}

// figuresOf are the pages as figures: each address with its slowest role, and how many keep both budgets.
func figuresOf(rows []row) []figure {
	var out []figure
	named := map[string]bool{}
	within := 0
	for _, r := range rows {
		if r.p95 <= limit && r.statements <= budget {
			within++
		}
		if !named[r.address] { // the rows are sorted: the first is the slowest role's
			named[r.address] = true
			out = append(out, against("page "+r.address+" p95 as "+r.role, ms(r.p95), "ms", ms(limit)), against("page "+r.address+" processor as "+r.role, ms(r.busy.Both()), "ms", ms(limit)), against("page "+r.address+" statements", float64(r.statements), "SQL", budget))
		}
	}
	return append([]figure{against("pages within 50 ms and 8 statements", float64(within), "pages", float64(len(rows)))}, out...)
}

func against(name string, value float64, unit string, limit float64) figure {
	return figure{Name: name, Value: value, Unit: unit, Limit: limit, Ratio: float64(int(value/limit*1000)) / 1000}
}

func write(path string, figures []figure) error {
	var b strings.Builder
	for _, f := range figures {
		line, err := json.Marshal(f)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
