package exam

import (
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

// Parallel forms are dealt evenly at the publication, on and on to who joins later; everybody sits the own form, and the
// invigilator may put any form's question right.
func TestFormsAreDealtToCandidates(t *testing.T) {
	c := newClinic(t, 8)
	b, err := c.CreateBlueprint(c.ctx, c.staff, Blueprint{Title: "季度", Rows: []BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: 6, Points: score.Whole(10)}}, KeyPercent: 20})
	must(t, err)
	for _, n := range []int{0, 1, 5} {
		if _, _, _, err := c.DrawForms(c.ctx, c.staff, b, "", n); !errs.Is(err, errs.Invalid) {
			t.Errorf("%d forms: %v", n, err)
		}
	}
	papers, forms, short, err := c.DrawForms(c.ctx, c.staff, b, "", 2)
	must(t, err)
	if len(papers) != 2 || forms.Overlap != 0 || len(short) != 0 {
		t.Fatalf("%v %+v %+v", papers, forms, short)
	}
	views, err := c.FormsOf(c.ctx, c.staff, papers[1])
	must(t, err)
	if len(views) != 2 || views[0].ID != papers[0] || views[1].Form != "B" || views[1].Title != "季度（B 卷）" || views[0].Difficulty != views[1].Difficulty {
		t.Fatalf("%+v", views)
	}
	invite := func(id ExamID, from, to int) {
		var who account.Audience
		for n := from; n <= to; n++ {
			who.PersonIDs = append(who.PersonIDs, account.PersonID(n))
		}
		_, err := c.Invite(c.ctx, c.staff, id, who)
		must(t, err)
	}
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), papers[0])
	must(t, err)
	invite(id, 1, 5)
	must(t, c.Publish(c.ctx, c.staff, id))
	dealt := func() []int {
		return []int{c.count(`SELECT count(*) FROM candidate WHERE exam_id = $1 AND paper_id = $2`, int64(id), int64(papers[0])), c.count(`SELECT count(*) FROM candidate WHERE exam_id = $1 AND paper_id = $2`, int64(id), int64(papers[1]))}
	}
	if got := dealt(); !slices.Equal(got, []int{3, 2}) {
		t.Fatal(got)
	}
	invite(id, 6, 6)
	if got := dealt(); !slices.Equal(got, []int{3, 3}) {
		t.Fatal(got)
	}
	invite(id, 7, 8)
	if got := dealt(); !slices.Equal(got, []int{4, 4}) {
		t.Fatal(got)
	}
	for person := 1; person <= 8; person++ {
		row, err := c.BoardPerson(c.ctx, c.staff, id, account.PersonID(person))
		must(t, err)
		sheet := c.begin(id, person)
		if n := c.count(`SELECT count(*) FROM attempt WHERE id = $1 AND paper_id = $2`, int64(sheet.AttemptID), int64(*row.PaperID)); n != 1 || row.Form == nil {
			t.Errorf("person %d sits another paper than form %v", person, row.Form)
		}
	}
	for use, want := range map[PaperUse]int{PaperUsed: 2, PaperFree: 0} { // a form is used with its set
		if rows, n, err := c.Papers(c.ctx, c.staff, PaperFilter{Use: use}, page.New(1, 20)); err != nil || n != want || n > 0 && rows[0].Exams != 1 {
			t.Errorf("%s: %d %v", use, n, err)
		}
	}
	asked, err := c.Asked(c.ctx, c.staff, id)
	must(t, err)
	if len(asked) != 12 || asked[0].Form != "A" || asked[11].Form != "B" {
		t.Errorf("%+v", asked)
	}
}

// An exam on a paper that stands alone deals nothing.
func TestASinglePaperIsNotDealt(t *testing.T) {
	c := newClinic(t, 2)
	id := c.published(2, func(s *Settings) { s.ClosesAt = s.OpensAt.Add(2 * time.Hour) })
	if n := c.count(`SELECT count(*) FROM candidate WHERE exam_id = $1 AND paper_id IS NOT NULL`, int64(id)); n != 0 {
		t.Errorf("%d candidates have a paper of their own", n)
	}
}
