package exam

import (
	"context"
	"fmt"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
)

// FormView is a form of a set, as its page and an exam's settings name it.
type FormView struct {
	ID         PaperID          `db:"id"`
	Form       string           `db:"form"` // A to D
	Title      string           `db:"title"`
	Overlap    int              `db:"overlap"` // of the whole set
	Difficulty score.Hundredths `db:"-"`       // the expected one, 1.00–5.00
}

// DrawForms draws n parallel forms from a blueprint's newest version and freezes them, title A to title D. Errors: Invalid when n
// is no number of forms or the forms are too long together. When the bank lacks something for a single paper nothing is made and
// the list says what; what it lacks for forms without overlap is in Forms.
func (s *Service) DrawForms(ctx context.Context, v account.Viewer, id BlueprintID, title string, n int) ([]PaperID, Forms, []Shortage, error) {
	return s.DrawFormsFor(ctx, v, id, title, n, 0)
}

// DrawFormsFor is DrawForms for the people of an exam, as DrawPaperFor.
func (s *Service) DrawFormsFor(ctx context.Context, v account.Viewer, id BlueprintID, title string, n int, exam ExamID) ([]PaperID, Forms, []Shortage, error) {
	if err := v.Require(account.ExamAuthor); err != nil {
		return nil, Forms{}, nil, err
	}
	if n < 2 || n > MaxForms {
		return nil, Forms{}, nil, errs.InvalidFields(errs.NewField("forms", "error.exam.forms"))
	}
	seed, err := s.seed()
	if err != nil {
		return nil, Forms{}, nil, err
	}
	from, err := s.drawnFrom(ctx, v, id, exam, n)
	if err != nil {
		return nil, Forms{}, nil, err
	}
	body := from.Body.V
	forms, short, err := DrawForms(ctx, generator(seed, 0), body, from.pool, n)
	if err != nil {
		return nil, Forms{}, nil, err
	}
	forms.Short = withHeld(forms.Short, body, from.held)
	if len(short) > 0 {
		return nil, forms, withHeld(short, body, from.held), nil
	}
	facility, err := s.questions.Facilities(ctx, s.db, forms.versions())
	if err != nil {
		return nil, forms, nil, err
	}
	forms.evenFacility(facility)
	var papers []PaperID
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		papers, err = s.freezeForms(ctx, tx, v, from.BlueprintRowView, forms, seed, title)
		return err
	})
	return papers, forms, nil, err
}

func (s *Service) freezeForms(ctx context.Context, tx *db.Tx, v account.Viewer, b BlueprintRowView, forms Forms, seed int64, title string) ([]PaperID, error) {
	if title == "" {
		title = b.Body.V.Title
	}
	var set int64
	if err := s.store.Get(ctx, tx, &set, "form_set_insert", b.VersionID, seed, len(forms.Papers), forms.Overlap, v.Actor(), tx.Now()); err != nil {
		return nil, err
	}
	drawn := make([]newPaper, len(forms.Papers))
	for i, slots := range forms.Papers {
		form := string(rune('A' + i))
		drawn[i] = newPaper{
			title: words.T(words.ZH, "exam.title.form", "title", title, "form", form), blueprintVersion: &b.VersionID, seed: seed, slots: slots, by: v.Actor(),
			formSet: &set, form: &form,
		}
	}
	papers, err := s.freeze(ctx, tx, drawn...)
	if err != nil {
		return nil, err
	}
	return papers, record(ctx, tx, v, "exam.forms", fmt.Sprintf("form_set:%d", set), map[string]any{
		"blueprint_version_id": b.VersionID, "papers": papers, "overlap": forms.Overlap, "gap": forms.Gap, "measured": forms.Measured, "facility_gap": forms.FacilityGap,
	})
}

// FormsOf are the forms of the set to which a paper belongs, with their expected difficulties; none for a paper that stands
// alone.
func (s *Service) FormsOf(ctx context.Context, v account.Viewer, id PaperID) ([]FormView, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return nil, err
	}
	var forms []FormView
	if err := s.store.Select(ctx, s.db, &forms, "forms_of", int64(id)); err != nil {
		return nil, err
	}
	for i := range forms {
		p, err := s.paper(ctx, s.db, forms[i].ID) // from memory, but for the first time
		if err != nil {
			return nil, err
		}
		forms[i].Difficulty = p.difficulty()
	}
	return forms, nil
}

// dealForms gives a form to each candidate of an exam that has none.
func (s *Service) dealForms(ctx context.Context, tx *db.Tx, id ExamID) error {
	_, err := s.store.Exec(ctx, tx, "candidates_deal_forms", int64(id))
	return err
}
