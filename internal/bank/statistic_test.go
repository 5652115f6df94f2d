package bank_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/bank/itemstat"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// analysed adds an exam that is over with an analysis; the exam's own facts do not matter to the bank.
func (b *stock) analysed(exam int64) int64 {
	b.Helper()
	var id int64
	_, err := b.db.SQL().Exec(`INSERT INTO exam (id, title, kind, state, opens_at, closes_at, limit_seconds, shuffle_slots, shuffle_options, review, release, attempts_allowed, seed, created_by, created_at)
		OVERRIDING SYSTEM VALUE VALUES ($1, '考核', 'mock', 'draft', $2, $2::timestamptz + interval '1 hour', 60, true, true, 'score', 'by_hand', 1, 1, 'system', $2) ON CONFLICT DO NOTHING`, exam, b.clock.Now())
	b.no(err)
	b.no(b.db.SQL().QueryRow(`INSERT INTO exam_analysis (exam_id, version, people, released, computed_at, paper)
		SELECT $1, count(*) + 1, 6, true, $2, '{}' FROM exam_analysis WHERE exam_id = $1 RETURNING id`, exam, b.clock.Now()).Scan(&id))
	return id
}

func (b *stock) keep(st bank.Statistics) {
	b.Helper()
	b.no(b.db.InTx(ctx, func(tx *db.Tx) error { return b.s.KeepStatistics(ctx, tx, st) }))
}

func sums(n int) itemstat.Sums { return itemstat.Sums{N: n, Exams: 1, X: float64(n) / 2} }

// The newest analysis of an exam counts, versions are kept apart, and the list is chosen and sorted by exposure.
func TestExposure(t *testing.T) {
	b := newStock(t)
	var questions []bank.QuestionID
	var versions []bank.VersionID
	for n := range 4 {
		id := b.create(fmt.Sprintf("发布医疗广告须先取得什么，第 %d 题", n))
		b.no(b.s.Publish(ctx, viewer(8, "trainer"), id))
		questions, versions = append(questions, id), append(versions, b.detail(id).Current().ID)
	}
	day := func(n int) time.Time { return b.clock.Now().AddDate(0, 0, n) }
	first, second := b.analysed(71), b.analysed(72)
	b.keep(bank.Statistics{AnalysisID: first, ExamID: 71, Released: true, Pooled: true, Items: []bank.Statistic{
		{VersionID: versions[0], Shown: 6, LastShownAt: day(1), Sums: sums(6)}, {VersionID: versions[1], Shown: 9, LastShownAt: day(1), Sums: sums(9)}, {VersionID: versions[2]},
	}})
	b.keep(bank.Statistics{AnalysisID: second, ExamID: 72, Released: false, Pooled: true, Items: []bank.Statistic{{VersionID: versions[0], Shown: 7, LastShownAt: day(2), Sums: sums(7)}}})
	b.keep(bank.Statistics{AnalysisID: b.analysed(71), ExamID: 71, Released: true, Pooled: true, Items: []bank.Statistic{
		{VersionID: versions[0], Shown: 8, LastShownAt: day(1), Sums: sums(8)}, {VersionID: versions[1], Shown: 9, LastShownAt: day(3), Sums: sums(9)},
	}})
	b.keep(bank.Statistics{AnalysisID: b.analysed(73), ExamID: 73, Released: true, Pooled: false, Items: []bank.Statistic{{VersionID: versions[0], Shown: 100, LastShownAt: day(0), Sums: sums(100)}}})
	b.keep(bank.Statistics{AnalysisID: b.analysed(74), ExamID: 74})

	got, err := b.s.Statistics(ctx, b.trainer, versions)
	b.no(err)
	if s := got[versions[0]]; s.Exams != 3 || s.Shown != 115 || s.Sums.N != 8 || s.Sums.X != 4 || !s.LastShownAt.Equal(day(2)) {
		t.Errorf("what is pooled is released and stands for everybody: %+v", s)
	}
	if s := got[versions[1]]; s.Exams != 1 || s.Shown != 9 || s.Sums.N != 9 {
		t.Errorf("%+v", s)
	}
	if s := got[versions[2]]; s.Exams != 0 || s.Shown != 0 || s.LastShownAt != nil || s.Sums.N != 0 {
		t.Errorf("%+v", s)
	}
	measured, err := b.s.Facilities(ctx, b.db, versions)
	b.no(err)
	if want := map[bank.VersionID]int{versions[0]: 50, versions[1]: 50}; !maps.Equal(measured, want) {
		t.Errorf("facilities %v, want %v", measured, want)
	}
	for _, k := range []struct {
		name   string
		filter bank.Filter
		want   []int
	}{
		{"most shown first", bank.Filter{Sort: "-shown"}, []int{0, 1, 3, 2}},
		{"least shown first", bank.Filter{Sort: "shown"}, []int{3, 2, 1, 0}},
		{"shown last, first, and then the others", bank.Filter{Sort: "-last_shown"}, []int{1, 0, 3, 2}},
		{"shown last, first", bank.Filter{Sort: "-last_shown", Exposure: "shown"}, []int{1, 0}},
		{"longest not shown", bank.Filter{Sort: "last_shown"}, []int{3, 2, 0, 1}},
		{"never shown", bank.Filter{Exposure: "never"}, []int{3, 2}},
		{"shown", bank.Filter{Exposure: "shown", Sort: "shown"}, []int{1, 0}},
		{"shown, with words", bank.Filter{Exposure: "shown", Search: "第 1 题"}, []int{1}},
		{"never, at a point", bank.Filter{Exposure: "never", TopicID: b.law, Search: "医疗广告"}, []int{3, 2}},
		{"never, of a law that is none", bank.Filter{Exposure: "never", Law: "民法典"}, nil},
		{"never, retired", bank.Filter{Exposure: "never", State: "retired"}, nil},
	} {
		ids, total := b.list(k.filter)
		var want []bank.QuestionID
		for _, n := range k.want {
			want = append(want, questions[n])
		}
		if !slices.Equal(ids, want) || total != len(want) {
			t.Errorf("%s: %v of %d, want %v", k.name, ids, total, want)
		}
	}
	// Page by page it is the same list, whichever statement a page comes from.
	for _, sort := range []string{"shown", "-shown", "last_shown", "-last_shown"} {
		whole, _ := b.list(bank.Filter{Sort: sort})
		for _, size := range []int{1, 2, 3} {
			var paged []bank.QuestionID
			for n := 1; (n-1)*size < len(whole); n++ {
				rows, total, err := b.s.Questions(ctx, b.trainer, bank.Filter{Sort: sort}, page.New(n, size))
				b.no(err)
				for _, r := range rows {
					paged = append(paged, r.QuestionID)
				}
				if total != 4 {
					t.Errorf("%s: %d in all", sort, total)
				}
			}
			if !slices.Equal(paged, whole) {
				t.Errorf("%s by %d: %v, want %v", sort, size, paged, whole)
			}
		}
	}
	rows, total, err := b.s.Questions(ctx, b.trainer, bank.Filter{Sort: "-shown"}, page.New(2, 1))
	if err != nil || total != 4 || len(rows) != 1 || rows[0].Shown != 9 || !rows[0].LastShownAt.Equal(day(3)) {
		t.Errorf("%+v of %d, %v", rows, total, err)
	}
	kept, err := b.s.StatisticsOf(ctx, b.db, first)
	if err != nil || len(kept) != 3 || kept[1].Sums.V.N != 9 || kept[1].QuestionID != questions[1] || kept[1].Number != 1 || kept[2].Shown != 0 {
		t.Errorf("%+v %v", kept, err)
	}
	_, err = b.s.Statistics(ctx, viewer(9, "consultant"), versions)
	b.kind(err, errs.Forbidden)
}
