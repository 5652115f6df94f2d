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

// Drawn for an exam's people, a paper takes what they have not seen, though others have.
func TestAPaperForTheInvited(t *testing.T) {
	c := newClinic(t, 4)
	first := c.published(3, nil) // ten questions
	for person := 1; person <= 2; person++ {
		c.begin(first, person)
	}
	old, err := c.Exam(c.ctx, c.staff, first)
	must(t, err)
	b, err := c.CreateBlueprint(c.ctx, c.staff, Blueprint{Title: "季度", Rows: []BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: 115, Points: score.Whole(1)}}})
	must(t, err)
	draft := func(people ...account.PersonID) ExamID {
		id, err := c.CreateExam(c.ctx, c.staff, c.settings(), 0)
		must(t, err)
		_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: people})
		must(t, err)
		return id
	}
	reasons := func(id PaperID) (seen map[int]int, invited int) {
		p, err := c.Paper(c.ctx, c.staff, id)
		must(t, err)
		seen = map[int]int{}
		for _, s := range p.Content {
			seen[s.Reason.V.SeenBy]++
			invited = s.Reason.V.Invited
		}
		return seen, invited
	}
	paper, _, err := c.DrawPaperFor(c.ctx, c.staff, b, "", draft(1, 2, 3, 4))
	must(t, err)
	if seen, invited := reasons(paper); seen[0] != 110 || seen[2] != 5 || invited != 4 { // of 120 two people have seen ten
		t.Errorf("%v of %d", seen, invited)
	}
	paper, _, err = c.DrawPaperFor(c.ctx, c.staff, b, "", draft(3, 4))
	must(t, err)
	if seen, invited := reasons(paper); seen[0] != 115 || invited != 2 {
		t.Errorf("%v of %d", seen, invited)
	}
	if _, _, err := c.DrawPaperFor(c.ctx, c.staff, b, "", old.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("for an exam that is published: %v", err)
	}
	if _, _, _, err := c.DrawFormsFor(c.ctx, c.staff, b, "", 2, old.ID); !errs.Is(err, errs.Conflict) {
		t.Errorf("forms for an exam that is published: %v", err)
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
