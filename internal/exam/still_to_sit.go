package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// stillToSit is a place of the viewer in an exam that the viewer has not handed in. Staff are candidates too: until they have
// handed in, what shows the questions or the keys of that exam's papers is closed to them, whatever their roles open.
type stillToSit struct {
	Title    string    `json:"title"`
	Kind     Kind      `json:"kind"`
	State    State     `json:"state"`
	OnPaper  bool      `json:"on_paper"`
	OpensAt  time.Time `json:"opens_at"`  // of the candidate's own window
	ClosesAt time.Time `json:"closes_at"` // with the extra time
	Working  bool      `json:"working"`   // at it now
}

// endsWithWindow tells whether the end of the own window ends it: nobody records the absence from a mock or of a draft, and the
// sheets of an exam on paper lie with the markers by then, who may be among the candidates. Of any other exam leave can be
// granted after the close, so the absence is waited for.
func (t stillToSit) endsWithWindow() bool {
	return t.Kind == Mock || t.OnPaper || t.State == Draft
}

// refuse says until when the papers are closed to the person; nil when they are not.
func (t stillToSit) refuse(now time.Time, zone *time.Location) error {
	if t.endsWithWindow() && !t.Working && !now.Before(t.ClosesAt) {
		return nil
	}
	until := "error.exam.still_to_sit"
	switch {
	case t.Working:
		until = "error.exam.still_sitting"
	case t.endsWithWindow():
		until = "error.exam.still_to_sit_window"
	}
	opens := t.OpensAt.In(zone).Format("2006-01-02 15:04")
	return errs.New(errs.Forbidden, until, "title", t.Title, "opens", opens, "closes", clock.Deadline(t.ClosesAt.In(zone)))
}

// noneToSitOf refuses a viewer who has still to sit an exam, or another one with a paper of it.
func (s *Service) noneToSitOf(ctx context.Context, x db.Q, v account.Viewer, id ExamID) error {
	return s.noneToSit(ctx, x, v, id, 0)
}

// noneToSitWith refuses a viewer who has still to sit an exam with this paper, or with a form of its set.
func (s *Service) noneToSitWith(ctx context.Context, x db.Q, v account.Viewer, id PaperID) error {
	return s.noneToSit(ctx, x, v, 0, id)
}

func (s *Service) noneToSit(ctx context.Context, x db.Q, v account.Viewer, exam ExamID, paper PaperID) error {
	if v.PersonID == 0 {
		return nil
	}
	var list db.JSON[[]stillToSit]
	if err := s.store.Get(ctx, x, &list, "still_to_sit", int64(v.PersonID), int64(exam), int64(paper)); err != nil {
		return err
	}
	return s.keepsOut(list)
}

// keepsOut refuses by the first of a viewer's exams that closes the papers.
func (s *Service) keepsOut(list db.JSON[[]stillToSit]) error {
	for _, t := range list.V {
		if err := t.refuse(s.db.Now(), s.zone); err != nil {
			return err
		}
	}
	return nil
}
