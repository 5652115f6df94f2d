package bank_test

import (
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
    array_to_tsvector(ARRAY[CASE WHEN q.id % 1000 = 0 THEN '稀有' ELSE '常见' END, '词', '客户']), sha256(int8send(q.id)), 1 + q.id % 5, q.id % 3 = 0,
    CASE WHEN q.id % 20 = 0 THEN '法' || q.id % 400 ELSE '' END, '', '', '', 'published', 'system', $1, $1, 'system', $1
FROM question q;
`

const manyTags = `
INSERT INTO question_version_topic (version_id, topic_id, position) SELECT id, 1 + id % 5, 0 FROM question_version;
`

// The list answers quickly over a bank of 36,000 questions, a hundred times the demo's: by words, by point, by facts, and sorted.
func TestListOfALargeBank(t *testing.T) {
	b := newStock(t)
	now := b.clock.Now()
	for _, fill := range []struct {
		statement string
		args      []any
	}{{manyQuestions, []any{now}}, {manyVersions, []any{now}}, {manyTags, nil}, {"VACUUM ANALYZE", nil}} {
		if _, err := b.db.SQL().Exec(fill.statement, fill.args...); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		f     bank.Filter
		total int
		limit time.Duration
	}{
		"newest":          {bank.Filter{}, 36000, 150 * time.Millisecond},
		"a rare word":     {bank.Filter{Search: "稀有 词"}, 36, 50 * time.Millisecond},
		"a usual word":    {bank.Filter{Search: "客户"}, bank.MaxFound, 150 * time.Millisecond},
		"facts":           {bank.Filter{Difficulty: 5, Key: "yes", Sort: "-difficulty"}, 2400, 150 * time.Millisecond},
		"an area, sorted": {bank.Filter{TopicID: 2, Sort: "difficulty"}, 7200, 300 * time.Millisecond},
	} {
		best := time.Hour
		for range 3 {
			start := time.Now()
			_, total, err := b.s.Questions(ctx, b.trainer, c.f, page.New(1, 20))
			best = min(best, time.Since(start))
			if err != nil || total != c.total {
				t.Errorf("%s: %d, %v", name, total, err)
			}
		}
		t.Logf("%s: %s", name, best)
		if best > c.limit {
			t.Errorf("%s took %s, want at most %s", name, best, c.limit)
		}
	}
}
