package largebank

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bench/process"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

var figuresFile = flag.String("figures", "", "write the figures to this file, one JSON object a line")

const (
	files, perFile = 5, 20_000

	importGoal = 3000.0 // questions a second
	searchGoal = 50.0   // ms, p95
	paperGoal  = 300.0  // ms, p95
	memoryGoal = 300.0  // MiB
)

var ctx = context.Background()

// figure is one line of the figures: what was measured beside its goal, if it has one.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit float64 `json:"limit,omitempty"`
	Ratio float64 `json:"ratio,omitempty"`
}

func against(name string, value float64, unit string, limit float64) figure {
	return figure{name, float64(int(value*100)) / 100, unit, limit, float64(int(value/limit*1000)) / 1000}
}

// spent is what the processor took for each of so many, in ms: of this program and of PostgreSQL.
func spent(name string, used process.Cost, count int) []figure {
	each := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(count) }
	return []figure{{Name: name + " processor, program", Value: each(used.Server), Unit: "ms"}, {Name: name + " processor, PostgreSQL", Value: each(used.Postgres), Unit: "ms"}}
}

// BenchmarkBank fills a bank of 100,000 questions, searches it and draws papers from it.
func BenchmarkBank(b *testing.B) {
	d := dbtest.New(b)
	stock, err := bank.New(ctx, d)
	no(b, err)
	policies, err := policy.NewStore(ctx, d)
	no(b, err)
	exams, err := exam.New(ctx, exam.Deps{DB: d, Questions: exam.Stored(stock), Policies: policies})
	no(b, err)
	defer exams.Close()
	random := rand.New(rand.NewPCG(2026, 11))
	here := process.Here()
	var figures []figure
	for b.Loop() {
		figures = fill(b, stock, random, here)
		_, err = d.SQL().ExecContext(ctx, "VACUUM ANALYZE")
		no(b, err)
		forget(b)
		before := here.Cost()
		figures = append(figures, against("bank search p95", searches(b, stock, random), "ms", searchGoal))
		figures = append(figures, spent("bank search", here.Cost().Since(before), searched)...)
		blueprint := rivals(b, d, stock, exams)
		unlearnt := cold(b, d, policies, blueprint)
		learns := time.Now()
		no(b, stock.LearnPool(ctx)) // as a server does when it starts
		figures = append(figures, figure{Name: "bank learnt by a process", Value: float64(time.Since(learns).Milliseconds()), Unit: "ms"})
		before = here.Cost()
		first, usual := papers(b, exams, blueprint)
		figures = append(figures, against("bank paper of 100 questions p95", usual, "ms", paperGoal), against("bank first paper of a process", first, "ms", paperGoal),
			figure{Name: "bank first paper, nothing learnt before", Value: unlearnt, Unit: "ms"})
		figures = append(figures, spent("bank paper", here.Cost().Since(before), drawn)...)
		figures = append(figures, against("bank search and papers peak memory", peak(b), "MiB", memoryGoal))
	}
	for _, f := range figures {
		goal := ""
		if f.Limit > 0 {
			goal = fmt.Sprintf("goal %6.0f", f.Limit)
		}
		fmt.Printf("%-44s %10.2f %-12s %s\n", f.Name, f.Value, f.Unit, goal)
	}
	if *figuresFile != "" {
		no(b, write(*figuresFile, figures))
	}
}

// fill imports the workbooks as a trainer does. The memory is that of the import alone: making the workbooks is not counted.
func fill(b *testing.B, stock *bank.Service, random *rand.Rand, here process.Pair) []figure {
	b.Helper()
	staff := account.Operator("bench")
	var took time.Duration
	var used process.Cost
	imported, most := 0, 0.0
	for n := range files {
		data := workbook(b, random, n, perFile)
		forget(b)
		before, began := here.Cost(), time.Now()
		id, err := stock.PreviewImport(ctx, staff, bank.File{Name: fmt.Sprintf("%d.xlsx", n), Data: bytes.NewReader(data)})
		no(b, err)
		previewed := time.Since(began)
		got, err := stock.ApplyImport(ctx, staff, id, bank.Choice{Publish: true})
		no(b, err)
		b.Logf("workbook %d: previewed in %v, applied in %v", n, previewed, time.Since(began)-previewed)
		took += time.Since(began)
		now := here.Cost().Since(before)
		used.Server, used.Postgres = used.Server+now.Server, used.Postgres+now.Postgres
		imported += got
		most = max(most, peak(b))
	}
	if imported != files*perFile {
		b.Fatalf("%d questions came in", imported)
	}
	return append([]figure{against("bank import from XLSX", float64(imported)/took.Seconds(), "questions/s", importGoal), against("bank import peak memory", most, "MiB", memoryGoal)},
		spent("bank import of a question", used, imported)...)
}

// searched and drawn are how often a search is made and a paper drawn.
const searched, drawn = 400, 40

// initials are of two letters, which many stems hold, to five.
var initials = []string{"bns", "kh", "sg", "jg", "pf", "zxyhd", "hf", "ylgg", "sh"}

// searches asks for words of every commonness, by themselves and with a filter, and returns the 95th percentile.
func searches(b *testing.B, stock *bank.Service, random *rand.Rand) float64 {
	b.Helper()
	staff := account.Operator("bench")
	one := func(words []string) string { return words[random.IntN(len(words))] }
	tree, err := stock.Topics(ctx, staff)
	no(b, err)
	var took []time.Duration
	for n := range searched {
		f := bank.Filter{Search: one(subjects) + " " + one(asked)}
		switch n % 9 {
		case 1:
			f = bank.Filter{Search: one(subjects)}
		case 2:
			f = bank.Filter{Search: "客户"} // in every stem
		case 3:
			f = bank.Filter{Search: one(subjects), Type: "multiple", Difficulty: 1 + n%5}
		case 4:
			f = bank.Filter{Search: one(asked), TopicID: tree.Area(1 + n%5)}
		case 5:
			f = bank.Filter{Search: strconv.Itoa(random.IntN(perFile))}
		case 6:
			f = bank.Filter{Search: one(subjects) + one(moments)} // side by side: seldom or never
		case 7:
			f = bank.Filter{Search: one(subjects), Key: "yes", Sort: "-difficulty"}
		case 8:
			f = bank.Filter{Search: one(initials)}
		}
		began := time.Now()
		_, _, err := stock.Questions(ctx, staff, f, page.New(1, 20))
		no(b, err)
		took = append(took, time.Since(began))
		if took[n] > 50*time.Millisecond {
			b.Logf("%v: %+v", took[n], f)
		}
	}
	return p95(took)
}

// rivals makes 5,000 sets of rivals, and the blueprint of a paper of 100 questions: ten rows, ranges of knowledge points, a share of 重点.
func rivals(b *testing.B, d *db.DB, stock *bank.Service, exams *exam.Service) exam.BlueprintID {
	b.Helper()
	staff := account.Operator("bench")
	tree, err := stock.Topics(ctx, staff)
	no(b, err)
	blueprint := exam.Blueprint{Title: "综合卷", KeyPercent: 40}
	for area := 1; area <= 5; area++ {
		id := exam.TopicID(tree.Area(area))
		for _, kind := range []string{"single", "multiple"} {
			blueprint.Rows = append(blueprint.Rows, exam.BlueprintRow{Section: kind, TopicIDs: []exam.TopicID{id}, Type: kind, DifficultyMin: 2, DifficultyMax: 5, Count: 10, Points: score.Whole(1)})
		}
		below := tree.Below(tree.Area(area))
		blueprint.Quotas = append(blueprint.Quotas, exam.TopicQuota{TopicID: exam.TopicID(below[1]), Min: 3, Max: 6}, exam.TopicQuota{TopicID: exam.TopicID(below[2]), Max: 2})
	}
	_, err = d.SQL().ExecContext(ctx, `WITH s AS (INSERT INTO rival_set (note, created_by, created_at) SELECT '', 'bench', $1 FROM generate_series(1, 5000) RETURNING id)
		INSERT INTO rival SELECT s.id, 1 + (s.id * 7 + k * 13) % 100000 FROM s, generate_series(0, 2) k`, d.Now())
	no(b, err)
	id, err := exams.CreateBlueprint(ctx, staff, blueprint)
	no(b, err)
	return id
}

// cold draws a paper in a process that nobody let learn what the bank's questions are, and returns how long it took.
func cold(b *testing.B, d *db.DB, policies *policy.Store, blueprint exam.BlueprintID) float64 {
	b.Helper()
	stock, err := bank.New(ctx, d)
	no(b, err)
	exams, err := exam.New(ctx, exam.Deps{DB: d, Questions: exam.Stored(stock), Policies: policies})
	no(b, err)
	defer exams.Close()
	began := time.Now()
	_, _, err = exams.DrawPaper(ctx, account.Operator("bench"), blueprint, "")
	no(b, err)
	return float64(time.Since(began).Microseconds()) / 1000
}

// papers draws papers, and returns how long the first took and the 95th percentile of all. Papers that are drawn are used, so that the later ones see exposure.
func papers(b *testing.B, exams *exam.Service, blueprint exam.BlueprintID) (first, most float64) {
	b.Helper()
	var took []time.Duration
	for range drawn {
		began := time.Now()
		_, short, err := exams.DrawPaper(ctx, account.Operator("bench"), blueprint, "")
		took = append(took, time.Since(began))
		no(b, err)
		if len(short) > 0 {
			b.Fatalf("short: %+v", short)
		}
	}
	first = float64(took[0].Microseconds()) / 1000
	return first, p95(took)
}

func p95(took []time.Duration) float64 {
	slices.Sort(took)
	return float64(took[len(took)*95/100].Microseconds()) / 1000
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peak is the most memory that this process has held since forget, in MiB.
func peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	no(b, err)
	found := highWater.FindSubmatch(status)
	if found == nil {
		b.Fatal("no VmHWM in /proc/self/status")
	}
	kib, err := strconv.Atoi(string(found[1]))
	no(b, err)
	return float64(kib) / 1024
}

// forget gives back what was held before and begins to watch the memory anew.
func forget(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory()
	no(b, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0))
}

func write(path string, figures []figure) error {
	var out bytes.Buffer
	for _, f := range figures {
		line, err := json.Marshal(f)
		if err != nil {
			return err
		}
		out.Write(append(line, '\n'))
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}
