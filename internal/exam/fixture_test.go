package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest/lent"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// secretWord stands in every key and explanation of the fixture; it must never be in what an examinee gets.
const secretWord = "答案泄漏哨兵"

// memoryBank is a bank of 120 single choice questions at four knowledge points; every other one is 重点, so that a retake
// always finds unseen ones. The right option of version n is "b".
type memoryBank struct {
	pool []PoolItem
	kept map[int64]bank.Statistics // by analysis
}

func newMemoryBank() memoryBank {
	b := memoryBank{kept: map[int64]bank.Statistics{}}
	for n := range int64(120) {
		b.pool = append(b.pool, item(n+1, "single", int(n%5)+1, n%2 == 0, TopicID(n%4+1)))
	}
	return b
}

func (b memoryBank) Pool(_ context.Context, _ db.Q, topics []TopicID) (Pool, error) {
	var out Pool
	for _, it := range b.pool {
		if len(topics) == 0 || slices.Contains(topics, it.TopicIDs[0]) {
			out.Items = append(out.Items, it)
		}
	}
	return out, nil
}

func (b memoryBank) Pools(ctx context.Context, x db.Q, sets [][]TopicID) ([]Pool, error) {
	out := make([]Pool, len(sets))
	for i, topics := range sets {
		out[i], _ = b.Pool(ctx, x, topics)
	}
	return out, nil
}

func (b memoryBank) Versions(_ context.Context, _ db.Q, ids []VersionID) (map[VersionID]Question, error) {
	out := map[VersionID]Question{}
	for _, id := range ids {
		it := b.pool[id-1]
		out[id] = Question{TopicIDs: it.TopicIDs, Question: questionbank.Question{
			Type: questionbank.Single, Stem: fmt.Sprintf("第 %d 题", id), Options: options("a", "b", "c", "d"),
			Key: questionbank.Key{Choices: []string{"b"}}, Explanation: secretWord, Difficulty: it.Difficulty, KeyQuestion: it.Key,
		}}
	}
	return out, nil
}

// QuestionsOf: this bank has one version of each question.
func (b memoryBank) QuestionsOf(_ context.Context, _ db.Q, ids []VersionID) (map[VersionID]int64, error) {
	out := make(map[VersionID]int64, len(ids))
	for _, id := range ids {
		out[id] = b.pool[id-1].QuestionID
	}
	return out, nil
}

func (memoryBank) MarkUsed(context.Context, *db.Tx, []VersionID) error { return nil }

// Facilities are made up: in exams long ago every question was done by as many as its number.
func (memoryBank) Facilities(_ context.Context, _ db.Q, ids []VersionID) (map[VersionID]int, error) {
	out := map[VersionID]int{}
	for _, id := range ids {
		out[id] = int(id) % 100
	}
	return out, nil
}

func (b memoryBank) KeepStatistics(_ context.Context, _ *db.Tx, st bank.Statistics) error {
	b.kept[st.AnalysisID] = st
	return nil
}

func (b memoryBank) StatisticsOf(_ context.Context, _ db.Q, analysis int64) ([]bank.AnalysedItem, error) {
	var out []bank.AnalysedItem
	for _, it := range b.kept[analysis].Items {
		out = append(out, bank.AnalysedItem{VersionID: it.VersionID, QuestionID: bank.QuestionID(it.VersionID), Number: 1, Shown: it.Shown, Sums: db.JSONOf(it.Sums)})
	}
	return out, nil
}

// resolveAll invites the people that are named.
type resolveAll struct{}

func (resolveAll) KeepSessions(context.Context, *db.Tx, []account.Stay) error {
	return nil
}

func (resolveAll) Resolve(_ context.Context, _ db.Q, _ account.Viewer, _ account.Action, a account.Audience) ([]account.PersonID, error) {
	return a.PersonIDs, nil
}

// clinic is a service over a database of its own with a clock that is moved by hand.
type clinic struct {
	*Service
	t     testing.TB
	d     *db.DB
	clock *clock.Fake
	ctx   context.Context
	staff account.Viewer
	lent  *lent.Database[prepared]
}

// prepared are the statements of a clinic, and the committer's connection.
type prepared struct {
	store store
	line  saveLine
}

var databases = lent.Shelf[prepared]{Prepare: func(t testing.TB, d *db.DB) prepared {
	// The questions of this bank are in memory; bank_test.go goes through the stored one.
	for _, table := range []string{"paper_slot", "invigilation", "mark_task"} {
		_, err := d.SQL().Exec("ALTER TABLE " + table + " DROP CONSTRAINT " + table + "_version_id_fkey")
		must(t, err)
	}
	st, err := openStore(context.Background(), d)
	must(t, err)
	line, err := openLine(context.Background(), d)
	must(t, err)
	return prepared{st, staying{line}}
}}

// staying is a line that a committer's end does not end.
type staying struct{ saveLine }

func (staying) Close() error { return nil }

func newClinic(t testing.TB, people int) *clinic {
	t.Helper()
	return newClinicIn(t, databases.Take(t), people)
}

// newUntouchedClinic is for tests of plans.
func newUntouchedClinic(t testing.TB, people int) *clinic {
	t.Helper()
	return newClinicIn(t, databases.New(t), people)
}

func newClinicIn(t testing.TB, d *lent.Database[prepared], people int) *clinic {
	t.Helper()
	ctx := context.Background()
	policies, err := policy.NewStore(ctx, d.DB)
	must(t, err)
	s := over(Deps{DB: d.DB, Questions: newMemoryBank(), People: resolveAll{}, Policies: policies}, d.Prepared.store, d.Prepared.line)
	t.Cleanup(func() { _ = s.Close() })
	c := &clinic{Service: s, t: t, d: d.DB, clock: d.Clock, ctx: ctx, staff: account.Operator("test"), lent: d}
	must(t, s.EnsurePolicies(ctx))
	c.employ(people)
	return c
}

func (c *clinic) employ(people int) {
	c.t.Helper()
	for n := range people {
		c.exec(`INSERT INTO person (employee_no, name, pinyin, initials, created_at) VALUES ($1, '某人', 'mouren', 'mr', $2)`, fmt.Sprintf("P%d", n), c.clock.Now())
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (c *clinic) exec(statement string, args ...any) {
	c.t.Helper()
	if c.lent != nil && !ofRows.MatchString(statement) {
		c.lent.Keep()
	}
	_, err := c.d.SQL().Exec(statement, args...)
	must(c.t, err)
}

// ofRows are statements that change rows alone.
var ofRows = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s`)

func (c *clinic) count(query string, args ...any) (n int) {
	c.t.Helper()
	must(c.t, c.d.SQL().QueryRow(query, args...).Scan(&n))
	return n
}

func examinee(n int) account.Viewer { return account.Viewer{PersonID: account.PersonID(n)} }

func (c *clinic) settings() Settings {
	return Settings{
		Title: "一季度考核", Kind: Quarterly, OpensAt: c.clock.Now(), ClosesAt: c.clock.Now().Add(2 * time.Hour), LimitSeconds: 3600, GraceSeconds: 60,
		ShuffleSlots: true, ShuffleOptions: true, Review: ReviewKeys, Release: ReleaseByHand, AttemptsAllowed: 1,
	}
}

func (c *clinic) paperOf(slots int) PaperID {
	c.t.Helper()
	return c.paperFor(Quarterly, slots)
}

// paperFor is a paper for an exam of a kind: one for a mock is drawn as such.
func (c *clinic) paperFor(kind Kind, slots int) PaperID {
	c.t.Helper()
	b := Blueprint{Title: "一季度", Practice: kind == Mock, Rows: []BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: slots, Points: score.Whole(10)}}, KeyPercent: 20}
	id, err := c.CreateBlueprint(c.ctx, c.staff, b)
	must(c.t, err)
	paper, short, err := c.DrawPaper(c.ctx, c.staff, id, "")
	must(c.t, err)
	if len(short) > 0 {
		c.t.Fatalf("short: %+v", short)
	}
	return paper
}

// published is an exam of ten questions of 10 points for the first people.
func (c *clinic) published(people int, change func(*Settings)) ExamID {
	c.t.Helper()
	in := c.settings()
	if change != nil {
		change(&in)
	}
	return c.publishedOf(in, c.paperFor(in.Kind, 10), people)
}

func (c *clinic) publishedOf(in Settings, paper PaperID, people int) ExamID {
	c.t.Helper()
	id, err := c.CreateExam(c.ctx, c.staff, in, paper)
	must(c.t, err)
	var who account.Audience
	for n := range people {
		who.PersonIDs = append(who.PersonIDs, account.PersonID(n+1))
	}
	_, err = c.Invite(c.ctx, c.staff, id, who)
	must(c.t, err)
	must(c.t, c.Publish(c.ctx, c.staff, id))
	return id
}

func (c *clinic) begin(exam ExamID, person int) Sheet {
	c.t.Helper()
	sheet, created, err := c.Start(c.ctx, examinee(person), exam, Arrival{Client: "tab"})
	must(c.t, err)
	if !created || sheet.Lease == "" {
		c.t.Fatalf("started: %v, lease %q", created, sheet.Lease)
	}
	return sheet
}

func choose(slot int, seq int64, option string) Change {
	return Change{Slot: slot, ClientSeq: seq, Response: json.RawMessage(fmt.Sprintf(`{"choice":%q}`, option))}
}

// answer saves slots 1…right with the right option and the rest with a wrong one.
func (c *clinic) answer(sheet Sheet, person, right int) {
	c.t.Helper()
	var changes []Change
	for i := range sheet.Slots {
		option := "a"
		if i < right {
			option = "b"
		}
		changes = append(changes, choose(i+1, int64(i+1), option))
	}
	reply, err := c.Save(c.ctx, examinee(person), sheet.AttemptID, sheet.Lease, changes, c.clock.Now())
	must(c.t, err)
	if reply.Only() != Saved {
		c.t.Fatalf("%+v", reply)
	}
}

func (c *clinic) submit(sheet Sheet, person int) Receipt {
	c.t.Helper()
	r, err := c.Submit(c.ctx, examinee(person), sheet.AttemptID, sheet.Lease, c.clock.Now())
	must(c.t, err)
	return r
}

func (c *clinic) due() {
	c.t.Helper()
	must(c.t, c.Due(c.ctx, c.clock.Now()))
}

// newestOf is the version of an attempt's result that counts.
func (c *clinic) newestOf(id AttemptID) ResultRow {
	c.t.Helper()
	r, err := c.newest(c.ctx, c.d, id)
	must(c.t, err)
	return r
}
