package exam

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

func TestHowLongASlotTook(t *testing.T) {
	for _, k := range []struct {
		name  string
		slots []int64
		atMS  []int64
		want  map[int]int
	}{
		{"nothing", nil, nil, map[int]int{}},
		{"one after the other", []int64{1, 2, 3}, []int64{30_000, 50_000, 50_600}, map[int]int{1: 30, 2: 20, 3: 1}},
		{"coming back counts too", []int64{1, 2, 1}, []int64{10_000, 30_000, 75_000}, map[int]int{1: 55, 2: 20}},
		{"typing a text", []int64{1, 1, 1, 2}, []int64{4000, 5000, 9000, 10_000}, map[int]int{1: 9, 2: 1}},
		{"together, after a broken line", []int64{1, 2, 3, 4}, []int64{10_000, 70_000, 70_000, 70_000}, map[int]int{1: 10, 2: 20, 3: 20, 4: 20}},
		{"two together at the start", []int64{5, 6}, []int64{9000, 9000}, map[int]int{5: 5, 6: 5}},
		{"a clock that goes back", []int64{1, 2, 3}, []int64{20_000, 15_000, 25_000}, map[int]int{1: 20, 2: 0, 3: 5}},
		{"rounded", []int64{1, 2}, []int64{1499, 2999}, map[int]int{1: 1, 2: 2}},
	} {
		got := changes{slots: k.slots, atMS: k.atMS}.seconds()
		if fmt.Sprint(got) != fmt.Sprint(k.want) {
			t.Errorf("%s: %v, want %v", k.name, got, k.want)
		}
	}
}

func TestWhichOptionsWereChosen(t *testing.T) {
	for text, want := range map[string][]string{"": {""}, "[]": {""}, "a": {"a"}, `["a", "c"]`: {"a", "c"}, "[": {""}, "true": {"true"}} {
		if got := choicesOf(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
	for text, want := range map[string]string{`{"choice":"b"}`: "b", `{"choices":["a","c"]}`: `["a","c"]`, `null`: "", `{"text":"x"}`: "", `x`: "", `{"choices":[]}`: "[]"} {
		if got := chosenIn(json.RawMessage(text)); got != want {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// analysed is a clinic over the stored bank with an exam of four questions: two of one option, one of several (partial marks) and
// one that is true or false.
type analysed struct {
	*clinic
	bank *bank.Service
}

// twelve are how the people answer; slots are in the order of the paper. The last did not answer the first question.
var twelve = []string{"bbTac", "bbTac", "bbTac", "baTac", "bbFa", "acTac", "bbTb", "aaTa", "ccFa", "aaFb", "baFb", " aF "}

func newAnalysed(t *testing.T, people int) *analysed {
	t.Helper()
	d, fake := dbtest.NewFake(t)
	c := &clinic{t: t, d: d, clock: fake, ctx: t.Context(), staff: account.Operator("test")}
	b, err := bank.New(c.ctx, d)
	must(t, err)
	policies, err := policy.NewStore(c.ctx, d)
	must(t, err)
	c.Service, err = New(c.ctx, Deps{DB: d, Questions: Stored(b), People: resolveAll{}, Policies: policies})
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	must(t, c.EnsurePolicies(c.ctx))
	for n := range people {
		c.exec(`INSERT INTO person (employee_no, name, pinyin, initials, created_at) VALUES ($1, '某人', 'mouren', 'mr', $2)`, fmt.Sprintf("P%d", n), fake.Now())
	}
	return &analysed{clinic: c, bank: b}
}

func (c *analysed) write(stem string, kind questionbank.Type, options []questionbank.Option, key ...string) bank.QuestionID {
	c.t.Helper()
	tree, err := c.bank.Topics(c.ctx, c.staff)
	must(c.t, err)
	id, err := c.bank.Create(c.ctx, c.staff, bank.Draft{TopicIDs: []bank.TopicID{tree.Area(1)}, Question: questionbank.Question{
		Type: kind, Stem: stem, Options: options, Key: questionbank.Key{Choices: key}, Explanation: secretWord, Difficulty: 3, KeyQuestion: true,
	}})
	must(c.t, err)
	must(c.t, c.bank.Publish(c.ctx, c.staff, id))
	return id
}

// fourQuestions fill the bank; the paper's rows take one type each, so that slots 1 and 2 are the single ones.
func (c *analysed) fourQuestions() PaperID {
	c.t.Helper()
	c.write("术前应当确认的第一件事", questionbank.Single, options("a", "b", "c"), "b")
	c.write("术后随访的第一件事", questionbank.Single, options("a", "b", "c"), "b")
	c.write("玻尿酸可以被酶溶解", questionbank.TrueFalse, nil, "true")
	c.write("属于注射材料的有", questionbank.Multiple, options("a", "b", "c", "d"), "a", "c")
	row := func(kind string, count int) BlueprintRow {
		return BlueprintRow{Section: kind, Type: kind, DifficultyMin: 1, DifficultyMax: 5, Count: count, Points: score.Whole(10)}
	}
	id, err := c.CreateBlueprint(c.ctx, c.staff, Blueprint{Title: "专项", Rows: []BlueprintRow{row("single", 2), row("true_false", 1), row("multiple", 1)}})
	must(c.t, err)
	paper, short, err := c.DrawPaper(c.ctx, c.staff, id, "")
	must(c.t, err)
	if len(short) > 0 {
		c.t.Fatalf("%+v", short)
	}
	return paper
}

// sat lets everybody sit an exam of the paper, ten seconds a slot, and closes it.
func (c *analysed) sat(paper PaperID, answers []string, change func(*Settings)) ExamID {
	c.t.Helper()
	in := c.settings()
	in.ShuffleSlots = false
	if change != nil {
		change(&in)
	}
	id, err := c.CreateExam(c.ctx, c.staff, in, paper)
	must(c.t, err)
	var who account.Audience
	for n := range answers {
		who.PersonIDs = append(who.PersonIDs, account.PersonID(n+1))
	}
	_, err = c.Invite(c.ctx, c.staff, id, who)
	must(c.t, err)
	must(c.t, c.Publish(c.ctx, c.staff, id))
	for n, a := range answers {
		c.sit(id, n+1, a)
	}
	c.clock.Set(in.ClosesAt.Add(time.Hour))
	c.due()
	return id
}

func (c *analysed) sit(id ExamID, person int, answers string) {
	c.t.Helper()
	sheet := c.begin(id, person)
	for i, response := range responses(answers) {
		c.clock.Advance(10 * time.Second)
		if response == "" {
			continue
		}
		reply, err := c.Save(c.ctx, examinee(person), sheet.AttemptID, sheet.Lease, []Change{{Slot: i + 1, ClientSeq: int64(i + 1), Response: json.RawMessage(response)}}, c.clock.Now())
		must(c.t, err)
		if reply.Only() != Saved {
			c.t.Fatalf("%+v", reply)
		}
	}
	c.submit(sheet, person)
}

// responses reads "bcTac": two options, true or false, and the options of the last question; a space is no answer.
func responses(answers string) [4]string {
	var out [4]string
	for i := range 2 {
		if answers[i] != ' ' {
			out[i] = fmt.Sprintf(`{"choice":"%c"}`, answers[i])
		}
	}
	out[2] = map[byte]string{'T': `{"choice":"true"}`, 'F': `{"choice":"false"}`}[answers[2]]
	if rest := answers[3:]; rest != " " {
		ids := make([]string, len(rest))
		for i, r := range rest {
			ids[i] = string(r)
		}
		text, _ := json.Marshal(map[string][]string{"choices": ids})
		out[3] = string(text)
	}
	return out
}

// place gives everybody a branch: unit 2 or 3 below unit 1.
func (c *analysed) place(branchOf func(person int) int) {
	c.t.Helper()
	now := c.clock.Now()
	c.exec(`INSERT INTO org_unit (kind, name, position, created_at) VALUES ('company', '总院', 0, $1)`, now)
	c.exec(`INSERT INTO org_unit (parent_id, kind, name, position, created_at) VALUES (1, 'department', '甲部', 0, $1), (1, 'department', '乙部', 1, $1)`, now)
	c.exec(`INSERT INTO post (code, name, kind, created_at) VALUES ('online', '网络咨询员', 'online', $1)`, now)
	for n := 1; n <= c.count(`SELECT count(*) FROM person`); n++ {
		c.exec(`INSERT INTO assignment (person_id, unit_id, post_id, from_on, is_place, created_at) VALUES ($1, $2, 1, '2026-01-01', true, $3)`, n, branchOf(n), now)
	}
}

// The statistics of an exam are what the tables say, computed a second time by SQL alone: corr(), stddev_samp(), the option
// counts by thirds, and the times by lag().
func TestAnalysisAgreesWithTheTables(t *testing.T) {
	c := newAnalysed(t, len(twelve))
	exam := c.sat(c.fourQuestions(), twelve, nil)
	got, err := c.Analysis(c.ctx, c.staff, exam)
	must(t, err)
	if got.Gap != "" || got.People != 12 || got.Released || got.Version != 1 || got.Pending || len(got.Items) != 4 {
		t.Fatalf("%+v", got)
	}
	const standing = `WITH m AS (
		SELECT r.attempt_id, r.score_hundredths::float8 AS total, (e ->> 'version_id')::bigint AS version_id, (e ->> 'slot')::integer AS slot,
			100 * (e ->> 'mark')::float8 AS mark, 100 * (e ->> 'points')::float8 AS points, r.total_hundredths::float8 AS most
		FROM result r, jsonb_array_elements(r.marks) e WHERE r.exam_id = $1
	) `
	number := func(query string, args ...any) (v *float64) {
		t.Helper()
		must(t, c.d.SQL().QueryRow(standing+query, append([]any{int64(exam)}, args...)...).Scan(&v))
		return v
	}
	for _, it := range got.Items {
		id := int64(it.VersionID)
		for name, k := range map[string]struct {
			got  itemstat.Figure
			want *float64
		}{
			"facility":       {it.Item.Facility.Figure, number(`SELECT 100 * avg(mark / points) FROM m WHERE version_id = $2`, id)},
			"SD":             {it.Item.SD, number(`SELECT 100 * stddev_samp(mark / points) FROM m WHERE version_id = $2`, id)},
			"discrimination": {it.Item.Discrimination.Figure, number(`SELECT 100 * corr(mark, total - mark) FROM m WHERE version_id = $2`, id)},
			"efficiency": {it.Item.Efficiency, number(`SELECT 100 * covar_samp(m.mark, m.total - m.mark) / (SELECT covar_samp(a.mark, b.rest) FROM
				(SELECT mark, row_number() OVER (ORDER BY mark) AS n FROM m WHERE version_id = $2) a JOIN
				(SELECT total - mark AS rest, row_number() OVER (ORDER BY total - mark) AS n FROM m WHERE version_id = $2) b USING (n)) FROM m WHERE version_id = $2`, id)},
			"intended": {it.Item.Intended, number(`SELECT 100 * avg(points / most) FROM m WHERE version_id = $2`, id)},
			"effective": {it.Item.Effective, number(`SELECT 100 * sqrt(greatest(covar_samp(mark, total), 0)) / (SELECT sum(sqrt(greatest(c, 0))) FROM
				(SELECT covar_samp(mark, total) AS c FROM m GROUP BY version_id) q) FROM m WHERE version_id = $2`, id)},
			"median time": {it.Item.MedianSeconds, number(`, gaps AS (
				SELECT j.attempt_id, j.slot, extract(epoch FROM j.received_at - coalesce(lag(j.received_at) OVER (PARTITION BY j.attempt_id ORDER BY j.epoch, j.client_seq), a.started_at)) AS took
				FROM journal j JOIN attempt a ON a.id = j.attempt_id
			) SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY s.took) FROM (SELECT g.attempt_id, sum(g.took)::float8 AS took FROM gaps g
				JOIN m ON m.attempt_id = g.attempt_id AND m.slot = g.slot WHERE m.version_id = $2 GROUP BY 1) s`, id)},
		} {
			if k.want == nil || !k.got.Known || math.Abs(k.got.Value-*k.want) > 1e-6 {
				t.Errorf("slot %d, %s: %v, the tables say %v", it.Slot, name, k.got, show(k.want))
			}
		}
		for _, choice := range it.Choices {
			if choice.ID == itemstat.NoChoice {
				continue
			}
			want := number(`, last AS (
				SELECT DISTINCT ON (attempt_id, slot) attempt_id, slot, response FROM journal ORDER BY attempt_id, slot, epoch DESC, client_seq DESC
			) SELECT 100 * corr((coalesce(l.response ->> 'choice' = $3, l.response -> 'choices' ? $3, false))::integer, m.total - m.mark)
			FROM m LEFT JOIN last l ON l.attempt_id = m.attempt_id AND l.slot = m.slot WHERE m.version_id = $2`, id, choice.ID)
			if choice.Biserial.Known != (want != nil) || want != nil && math.Abs(choice.Biserial.Value-*want) > 1e-6 {
				t.Errorf("slot %d, option %s: %v, the tables say %v", it.Slot, choice.ID, choice.Biserial, show(want))
			}
			for part, found := range map[string]int{"rank <= 4": choice.Lower, "rank > 8": choice.Upper, "rank > 4 AND rank <= 8": choice.Middle} {
				counted := number(`, last AS (
					SELECT DISTINCT ON (attempt_id, slot) attempt_id, slot, response FROM journal ORDER BY attempt_id, slot, epoch DESC, client_seq DESC
				), ranked AS (SELECT attempt_id, row_number() OVER (ORDER BY score_hundredths, attempt_id) AS rank FROM result WHERE exam_id = $1)
				SELECT count(*)::float8 FROM m JOIN ranked r USING (attempt_id) JOIN last l ON l.attempt_id = m.attempt_id AND l.slot = m.slot
				WHERE m.version_id = $2 AND coalesce(l.response ->> 'choice' = $3, l.response -> 'choices' ? $3) AND `+part, id, choice.ID)
				if int(*counted) != found {
					t.Errorf("slot %d, option %s, %s: %d, the tables say %v", it.Slot, choice.ID, part, found, *counted)
				}
			}
		}
	}
	alpha := number(`SELECT 100 * 4 / 3.0 * (1 - (SELECT sum(v) FROM (SELECT var_samp(mark) AS v FROM m GROUP BY version_id) q) / var_samp(total)) FROM (SELECT DISTINCT attempt_id, total FROM m) s`)
	if !got.Paper.Consistency.Known || math.Abs(got.Paper.Consistency.Value-*alpha) > 1e-6 {
		t.Errorf("consistency %v, the tables say %v", got.Paper.Consistency, show(alpha))
	}
	for name, k := range map[string]struct {
		got  itemstat.Figure
		want *float64
	}{
		"mean":   {got.Paper.Mean, number(`SELECT avg(total / most) * 100 FROM (SELECT DISTINCT attempt_id, total, most FROM m) s`)},
		"median": {got.Paper.Median, number(`SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total / most) * 100 FROM (SELECT DISTINCT attempt_id, total, most FROM m) s`)},
		"SD":     {got.Paper.SD, number(`SELECT stddev_samp(total / most) * 100 FROM (SELECT DISTINCT attempt_id, total, most FROM m) s`)},
	} {
		if math.Abs(k.got.Value-*k.want) > 1e-6 {
			t.Errorf("%s %v, the tables say %v", name, k.got, show(k.want))
		}
	}
}

func show(v *float64) any {
	if v == nil {
		return "nothing"
	}
	return *v
}

// A version's statistics are pooled over exams once their results are released; exposure counts what is over, released or not.
func TestStatisticsArePooledAfterTheRelease(t *testing.T) {
	c := newAnalysed(t, len(twelve))
	paper := c.fourQuestions()
	mock := c.sat(paper, twelve[:6], func(s *Settings) { s.Title, s.Kind = "模拟", Mock })
	first := c.sat(paper, twelve, nil)
	second := c.sat(paper, twelve[:7], func(s *Settings) { s.Title = "二季度考核" })
	versions := []bank.VersionID{}
	for _, it := range must1(c.Analysis(c.ctx, c.staff, first))(t).Items {
		versions = append(versions, it.VersionID)
	}
	pooled := func() map[bank.VersionID]bank.VersionStatistics {
		return must1(c.bank.Statistics(c.ctx, c.staff, versions))(t)
	}
	for id, s := range pooled() {
		if s.Sums.N != 0 || s.Papers != 1 || s.Exams != 3 || s.Shown != 25 || s.LastShownAt == nil {
			t.Errorf("before the release, %d: %+v", id, s)
		}
	}
	for _, exam := range []ExamID{first, second, mock} {
		must1(c.Release(c.ctx, c.staff, exam))(t)
		c.due()
		if got := must1(c.Analysis(c.ctx, c.staff, exam))(t); got.Version != 2 || !got.Released || got.Pending {
			t.Errorf("%+v", got)
		}
	}
	a, b := must1(c.Analysis(c.ctx, c.staff, first))(t), must1(c.Analysis(c.ctx, c.staff, second))(t)
	for i, id := range versions {
		got, want := pooled()[id], a.Items[i].Sums.V.Add(b.Items[i].Sums.V)
		if got.Sums.N != 19 || got.Sums.Exams != 2 || got.Exams != 3 || got.Shown != 25 || got.Sums.Item() != want.Item() {
			t.Errorf("%d: %+v\n%+v", id, got.Sums.Item(), want.Item())
		}
	}
	if n := c.count(`SELECT count(*) FROM exam_analysis_due`); n != 0 {
		t.Errorf("%d analyses are still due", n)
	}
	if _, err := c.d.SQL().Exec(`UPDATE item_statistic SET shown = 1`); err == nil {
		t.Error("statistics can be changed")
	}
	if _, err := c.bank.Statistics(c.ctx, examinee(1), versions); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a consultant: %v", err)
	}
}

func must1[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// Few answers say little and could be read off: under five there are no figures, of a version and of an exam.
func TestFewAnswersAreNotShown(t *testing.T) {
	c := newAnalysed(t, len(twelve))
	paper := c.fourQuestions()
	four := c.sat(paper, twelve[:4], nil)
	if got := must1(c.Analysis(c.ctx, c.staff, four))(t); got.Gap != GapFew || got.People != 4 || got.Items != nil || got.Paper.Mean.Known {
		t.Errorf("%+v", got)
	}
	must1(c.Release(c.ctx, c.staff, four))(t)
	c.due()
	version := bank.VersionID(c.count(`SELECT min(version_id) FROM paper_slot`))
	if got := must1(c.bank.Statistics(c.ctx, c.staff, []bank.VersionID{version}))(t)[version]; got.Sums.N != 4 || got.Sums.Item().N != 4 || got.Sums.Options != nil || got.Sums.X != 0 || got.Shown != 4 {
		t.Errorf("%+v", got)
	}
}

// Who may know: all of those who sat are inside the viewer's part of the tree, or enough are beyond it; before the release only
// whoever releases all of it, and not whose own result waits.
func TestWhoSeesAnAnalysis(t *testing.T) {
	c := newAnalysed(t, 14)
	answers := slices.Concat(twelve, twelve[:1])
	c.place(func(person int) int { return 2 + person/13 }) // 1–12 in branch a (2), 13 and 14 in branch b (3)
	exam := c.sat(c.fourQuestions(), answers, nil)
	hr, self := inUnits(account.HR, 1, 2, 3), inUnits(account.HR, 1, 2, 3)
	self.PersonID = 1
	cases := []struct {
		name          string
		v             account.Viewer
		before, after AnalysisGap
	}{
		{"HR of all", hr, "", ""},
		{"HR whose own result waits", self, GapUnreleased, ""},
		{"a trainer of all", inUnits(account.Trainer, 1, 2, 3), GapUnreleased, ""},
		{"a trainer of branch b, with twelve beyond", inUnits(account.Trainer, 3), GapUnreleased, ""},
		{"HR of branch b", inUnits(account.HR, 3), GapUnreleased, ""},
		{"a trainer of branch a, with one beyond", inUnits(account.Trainer, 2), GapBeyond, GapBeyond},
		{"HR of branch a", inUnits(account.HR, 2), GapBeyond, GapBeyond},
	}
	for _, k := range cases {
		if got := must1(c.Analysis(c.ctx, k.v, exam))(t); got.Gap != k.before || (got.Items != nil) != (k.before == "") || got.Paper.Mean.Known != (k.before == "") {
			t.Errorf("%s before the release: %q, %d items", k.name, got.Gap, len(got.Items))
		}
	}
	must1(c.Release(c.ctx, c.staff, exam))(t)
	if got := must1(c.Analysis(c.ctx, hr, exam))(t); !got.Pending || got.Version != 1 {
		t.Errorf("between the release and its analysis: %+v", got)
	}
	c.due()
	for _, k := range cases {
		if got := must1(c.Analysis(c.ctx, k.v, exam))(t); got.Gap != k.after || (len(got.Items) == 4) != (k.after == "") {
			t.Errorf("%s after the release: %q, %d items", k.name, got.Gap, len(got.Items))
		}
	}
	for _, v := range []account.Viewer{examinee(1), inUnits(account.Lead, 1, 2, 3)} {
		if _, err := c.Analysis(c.ctx, v, exam); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%v", err)
		}
	}
	if _, err := c.Analysis(c.ctx, hr, 999); !errs.Is(err, errs.NotFound) {
		t.Errorf("no exam: %v", err)
	}
	draft := must1(c.CreateExam(c.ctx, c.staff, c.settings(), 0))(t)
	if _, err := c.Analysis(c.ctx, hr, draft); !errs.Is(err, errs.NotFound) {
		t.Errorf("a draft: %v", err)
	}
}

// An analysis comes when nobody is waited for any more, and again after a correction; news that come while it is computed are not lost.
func TestAnalysesFollowTheResults(t *testing.T) {
	c := newAnalysed(t, len(twelve))
	paper := c.fourQuestions()
	in := c.settings()
	in.ShuffleSlots = false
	id := must1(c.CreateExam(c.ctx, c.staff, in, paper))(t)
	var who account.Audience
	for n := range twelve {
		who.PersonIDs = append(who.PersonIDs, account.PersonID(n+1))
	}
	must1(c.Invite(c.ctx, c.staff, id, who))(t)
	must(t, c.Publish(c.ctx, c.staff, id))
	for n, a := range twelve {
		c.sit(id, n+1, a)
	}
	c.due()
	if got := must1(c.Analysis(c.ctx, c.staff, id))(t); got.Gap != GapNotMarked || got.Pending {
		t.Errorf("while the exam is open: %+v", got)
	}
	c.clock.Set(in.ClosesAt.Add(time.Hour))
	must(t, c.settleExams(c.ctx, c.clock.Now()))
	if got := must1(c.Analysis(c.ctx, c.staff, id))(t); got.Gap != GapComputing || !got.Pending {
		t.Errorf("marked and not yet computed: %+v", got)
	}
	c.due()
	was := must1(c.Analysis(c.ctx, c.staff, id))(t)
	c.corrected(id, 12, 4000, false) // a newer version of the last person's result
	c.exec(`INSERT INTO exam_analysis_due (exam_id, wanted, due_at) VALUES ($1, 1, $2)`, int64(id), c.clock.Now())
	c.due()
	is := must1(c.Analysis(c.ctx, c.staff, id))(t)
	if is.Version != 2 || is.People != 12 || is.Paper.Mean.Value <= was.Paper.Mean.Value {
		t.Errorf("after a correction: %+v, before %+v", is.Paper.Mean, was.Paper.Mean)
	}
	// Claimed, and wanted again before it is done: it is computed once more.
	c.exec(`INSERT INTO exam_analysis_due (exam_id, wanted, due_at) VALUES ($1, 2, $2)`, int64(id), c.clock.Now())
	tx := func(wanted int) {
		must(t, c.d.InTx(c.ctx, func(tx *db.Tx) error { return c.analyse(c.ctx, tx, id, wanted) }))
	}
	tx(1)
	if n := c.count(`SELECT count(*) FROM exam_analysis_due WHERE due_at <= $1`, c.clock.Now()); n != 1 {
		t.Error("news that came meanwhile are lost")
	}
	tx(2)
	if n := c.count(`SELECT count(*) FROM exam_analysis_due`); n != 0 {
		t.Error("it is computed for ever")
	}
	c.exec(`UPDATE exam SET state = 'published', marked_at = NULL WHERE id = $1`, int64(id))
	must(t, c.d.InTx(c.ctx, func(tx *db.Tx) error { return c.wantAnalysis(c.ctx, tx, id) }))
	if n := c.count(`SELECT count(*) FROM exam_analysis_due`); n != 0 {
		t.Error("an exam that is sat is analysed")
	}
}

// An answer that an order has admitted is the one that counts, in marks and in options; the approval wants the analysis anew.
func TestAdmittedAnswersAreAnalysed(t *testing.T) {
	o := newOffice(t, 7, 7)
	exam := o.published(5, func(s *Settings) { s.ShuffleSlots = false })
	late := o.late(exam, 1, 5, choose(6, 11, "b"))
	for person := 2; person <= 5; person++ {
		sheet := o.begin(exam, person)
		o.answer(sheet, person, 2*person)
		o.submit(sheet, person)
	}
	o.clock.Advance(2 * time.Hour)
	o.due()
	sixth := func() AnalysisItem {
		for _, it := range must1(o.Analysis(o.ctx, o.staff, exam))(t).Items {
			if it.Slot == 6 {
				return it
			}
		}
		t.Fatal("no such question")
		return AnalysisItem{}
	}
	before := sixth()
	k := o.propose(o.hr(6), late.AttemptID, 1)
	must(t, o.ApproveCorrection(o.ctx, o.hr(7), k, o.newestOf(late.AttemptID).ID, ""))
	o.due()
	after := sixth()
	count := func(it AnalysisItem, id string) int {
		for _, c := range it.Choices {
			if c.ID == id {
				return c.N
			}
		}
		return -1
	}
	if count(after, "b") != count(before, "b")+1 || count(after, "a") != count(before, "a")-1 || after.Item.Facility.Value <= before.Item.Facility.Value {
		t.Errorf("before %+v, after %+v", before.Choices, after.Choices)
	}
}
