package bank_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/page"
)

// manyQuestions fills the bank by the database itself: only what lists and searches read has to be plausible.
const manyQuestions = `
INSERT INTO question (created_by, created_at) SELECT 'system', $1 FROM generate_series(1, 36000);
`

const manyVersions = `
INSERT INTO question_version (question_id, version, is_current, type, body, search, fingerprint, difficulty, key_question, law, article, edition, source_status,
    state, created_by, created_at, edited_at, reviewed_by, published_at)
SELECT q.id, 1, true, 'single', jsonb_build_object('type', 'single', 'stem', repeat('题干文字', 30), 'difficulty', 1 + q.id % 5, 'key_question', q.id % 3 = 0),
    array_to_tsvector(ARRAY[CASE WHEN q.id % 1000 = 0 THEN '稀有' ELSE '常见' END, '词', '客户', '#single', '#' || 1 + q.id % 5, '#t' || 1 + q.id % 5, CASE WHEN q.id % 3 = 0 THEN '#key' ELSE '#other' END]), sha256(int8send(q.id)), 1 + q.id % 5, q.id % 3 = 0,
    CASE WHEN q.id % 20 = 0 THEN '法' || q.id % 400 ELSE '' END, '', '', '', 'published', 'system', $1, $1, 'system', $1
FROM question q;
`

const manyTags = `
INSERT INTO question_version_topic (version_id, topic_id, position) SELECT id, 1 + question_id % 5, 0 FROM question_version;
`

// manyTagged are 500 tags, each on seventy-two questions.
const manyTagged = `
WITH t AS (INSERT INTO tag (name, folded) SELECT '标签' || n, '标签' || n FROM generate_series(1, 500) n RETURNING id)
INSERT INTO question_tag (question_id, tag_id, place) SELECT q.id, t.id, 1 FROM question q JOIN t ON q.id % 500 = t.id % 500
`

// manyReports are 20,000 reports, one in a hundred open; what they belong to is of no matter here.
const manyReports = `
INSERT INTO question_report (version_id, person_id, exam_id, attempt_id, slot, reason, note, reported_at, state, outcome, answer, answered_by, answered_at)
SELECT 1 + n % 30000, 1 + n % 3000, 1, 1 + n % 9000, 1, 'key', '有错', $1, CASE n % 100 WHEN 0 THEN 'open' ELSE 'answered' END,
    CASE WHEN n % 100 <> 0 THEN 'no_fault' END, CASE WHEN n % 100 <> 0 THEN '没有错' END, CASE WHEN n % 100 <> 0 THEN 99999 END, CASE WHEN n % 100 <> 0 THEN $1::timestamptz END
FROM generate_series(1, 20000) n
`

// A bank of 36,000 questions, a hundred times the demo's. Nothing is written to it once it is full.
func TestLargeBank(t *testing.T) {
	b := newStockIn(t, databases.New(t))
	b.lent.Keep()
	fillBank(b)
	for name, test := range map[string]func(*stock){"list": listOfALargeBank, "order": orderOfALargeBank, "plans": plansOfTheList} {
		t.Run(name, func(t *testing.T) {
			of := *b
			of.T = t
			test(&of)
		})
	}
}

func fillBank(b *stock) {
	b.Helper()
	now := b.clock.Now()
	for _, fill := range []struct {
		statement string
		args      []any
	}{{manyQuestions, []any{now}}, {manyVersions, []any{now}}, {manyTags, nil}, {manyTagged, nil}, {"ALTER TABLE question_report DISABLE TRIGGER ALL", nil}, {manyReports, []any{now}}, {"VACUUM ANALYZE", nil}} {
		if _, err := b.db.SQL().Exec(fill.statement, fill.args...); err != nil {
			b.Fatal(err)
		}
	}
}

// The list answers quickly over a large bank: by words, by point, by facts, and sorted.
func listOfALargeBank(b *stock) {
	for name, c := range map[string]struct {
		f     bank.Filter
		total int
		limit time.Duration
	}{
		"newest":                 {bank.Filter{}, 36000, 150 * time.Millisecond},
		"a rare word":            {bank.Filter{Search: "稀有 词"}, 36, 50 * time.Millisecond},
		"a usual word":           {bank.Filter{Search: "客户"}, bank.MaxFound, 150 * time.Millisecond},
		"a usual word, sorted":   {bank.Filter{Search: "客户", Sort: "-difficulty"}, bank.MaxFound, 150 * time.Millisecond},
		"a rare word with facts": {bank.Filter{Search: "稀有", Difficulty: 1, Key: "yes", TopicID: 1}, 12, 50 * time.Millisecond},
		"a tag, sorted":          {bank.Filter{TagID: 7, Sort: "-difficulty"}, 72, 50 * time.Millisecond},
		"a tag with a word":      {bank.Filter{TagID: 7, Search: "客户", TopicID: 3}, 72, 50 * time.Millisecond},
		"facts":                  {bank.Filter{Difficulty: 5, Key: "yes", Sort: "-difficulty"}, 2400, 150 * time.Millisecond},
		"an area, sorted":        {bank.Filter{TopicID: 2, Sort: "difficulty"}, 7200, 300 * time.Millisecond},
	} {
		best := time.Hour
		for range 3 {
			start := time.Now()
			_, total, err := b.s.Questions(ctx, b.trainer, c.f, page.New(1, 20))
			best = min(best, time.Since(start))
			if err != nil || total != c.total {
				b.Errorf("%s: %d, %v", name, total, err)
			}
		}
		b.Logf("%s: %s", name, best)
		if best > c.limit {
			b.Errorf("%s took %s, want at most %s", name, best, c.limit)
		}
	}
}

// However many questions hold a word, pages follow each other in the order asked, and the words hold with the facts.
func orderOfALargeBank(b *stock) {
	for _, words := range []string{"", "客户", "稀有"} { // no words, more and fewer than are counted
		for _, sort := range []string{"", "id", "difficulty", "-difficulty", "type", "-type"} {
			var numbers []bank.QuestionID
			var levels []int
			for n := 1; n <= 2; n++ {
				rows, _, err := b.s.Questions(ctx, b.trainer, bank.Filter{Search: words, Sort: sort, Key: "yes"}, page.New(n, 5))
				b.no(err)
				for _, r := range rows {
					numbers, levels = append(numbers, r.QuestionID), append(levels, r.Question().Difficulty)
					if r.QuestionID%3 != 0 || words == "稀有" && r.QuestionID%1000 != 0 {
						b.Errorf("%q by %q: %d does not fit", words, sort, r.QuestionID)
					}
				}
			}
			forwards := slices.IsSorted(numbers)
			backwards := slices.IsSortedFunc(numbers, func(a, b bank.QuestionID) int { return int(b - a) })
			oldestFirst := sort == "id" || sort == "-difficulty" || sort == "-type"
			if len(slices.Compact(slices.Clone(numbers))) != 10 || !slices.IsSorted(levels) && sort == "difficulty" || slices.Min(levels) < 5 && sort == "-difficulty" && words != "稀有" {
				b.Errorf("%q by %q: %v, %v", words, sort, numbers, levels)
			}
			if words != "稀有" && (forwards != oldestFirst || backwards == oldestFirst) {
				b.Errorf("%q by %q: %v", words, sort, numbers)
			}
		}
	}
}

// What the list's statements read: an index in its order, words with facts from the index of words, and never the whole bank.
func plansOfTheList(b *stock) {
	statements, err := bank.Statements()
	b.no(err)
	for name, c := range map[string]struct {
		args []any
		want []string
		not  []string
	}{
		"list_newest":   {[]any{"", "", 0, "", "", 20, 0}, []string{"Index Only Scan using question_version_current"}, []string{"Sort"}},
		"list_hardest":  {[]any{"", "", 0, "", "", 20, 0}, []string{"Index Only Scan Backward using question_version_by_difficulty"}, []string{"Sort"}},
		"list_types":    {[]any{"", "", 0, "", "", 20, 0}, []string{"Index Only Scan using question_version_by_type"}, []string{"Sort"}},
		"list_numbered": {[]any{"", "", 0, "", "", 77}, []string{"Index Only Scan using question_version_current"}, []string{"Seq Scan"}},
		"list_count":    {[]any{"", "", 0, "", ""}, []string{"Index Only Scan using question_version_"}, nil},
		"found":         {[]any{"'客户' & '#3'", "", "", "", bank.MaxFound, "-difficulty", 20, 0}, []string{"Bitmap Index Scan on question_version_search"}, []string{"Seq Scan on question_version"}},
		"list_tagged":   {[]any{"", "", 0, "", "", "", 20, 0, 1, "", "{}", ""}, []string{"question_tag_of_tag", "question_version_current"}, []string{"Seq Scan on question_version"}},
		"reports":       {[]any{false, "{1}", "open", "{}", 20, 0}, []string{"question_report_listed"}, []string{"Sort", "Seq Scan on question_report"}},
		"walk_newest":   {[]any{"'客户'", "", "", "", 20, 0}, []string{"Index Scan using question_version_current"}, []string{"Sort", "Bitmap"}},
		"walk_hardest":  {[]any{"'客户'", "", "", "never", 20, 0}, []string{"Index Scan Backward using question_version_by_difficulty"}, []string{"Sort", "Bitmap"}},
		"walk_easiest":  {[]any{"'客户'", "", "", "shown", 20, 0}, []string{"Index Scan using question_version_by_difficulty"}, []string{"Sort", "Bitmap"}},
	} {
		plan := b.plan(statements[name], c.args...)
		for _, want := range c.want {
			if !strings.Contains(plan, want) {
				b.Errorf("%s lacks %q:\n%s", name, want, plan)
			}
		}
		for _, not := range c.not {
			if strings.Contains(plan, not) {
				b.Errorf("%s has %q:\n%s", name, not, plan)
			}
		}
	}
}

// plan is what EXPLAIN says of a statement.
func (b *stock) plan(statement string, args ...any) string {
	b.Helper()
	rows, err := b.db.SQL().Query("EXPLAIN "+statement, args...)
	b.no(err)
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		b.no(rows.Scan(&line))
		plan.WriteString(line + "\n")
	}
	b.no(rows.Err())
	return plan.String()
}
