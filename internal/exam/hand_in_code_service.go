package exam

import (
	"context"
	"fmt"
	"slices"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// TakenIn is what became of a hand-in code: how many answers it holds, and how many of them are kept, from now or before.
type TakenIn struct {
	Sent int
	Kept int
}

// TakeInCode keeps the answers of a hand-in code as evidence of the examinee's attempt, and tells how many. Nothing is marked by
// it: a correction order with a second signature admits them (promise 6). The same code taken in again adds nothing, and what finds no
// room in the evidence of an attempt is not kept. Errors: Conflict when nothing is, Invalid for what is no code, was changed, or was made by a page that no longer held the attempt; NotFound outside the viewer's
// reach and for another attempt's code.
func (s *Service) TakeInCode(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, text string) (TakenIn, error) {
	if err := v.Require(account.ExamInvigilate); err != nil {
		return TakenIn{}, err
	}
	code, err := ParseHandInCode(text)
	if err != nil {
		return TakenIn{}, err
	}
	var taken TakenIn
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := s.invigilates(ctx, tx, v, id, Whom{PersonIDs: []account.PersonID{person}}); err != nil {
			return err
		}
		var a struct {
			Lease   string `db:"lease"`
			Epoch   int    `db:"epoch"`
			Section int    `db:"section"`
		}
		err := s.store.Get(ctx, tx, &a, "attempt_of_code", int64(code.AttemptID), int64(id), int64(person))
		if errs.Is(err, errs.NotFound) {
			return errs.InvalidFields(errs.NewField("code", "error.exam.code_other"))
		}
		if err != nil {
			return err
		}
		if !code.SignedWith(a.Lease) {
			return errCodeSignature()
		}
		shapes, err := s.sheet(ctx, account.Viewer{PersonID: person}, code.AttemptID) // as the examinee's own page is checked
		if err != nil {
			return err
		}
		good, wrong := shapes.check(code.Changes)
		beyond := func(c Change) bool { return outside(sectionAt(shapes.sections, c.Slot), a.Section) != "" }
		if len(wrong) > 0 || slices.ContainsFunc(good, beyond) { // a page sends everything before it leaves a section
			return errCode()
		}
		rows := make([]evidence, len(good))
		for i, c := range good {
			rows[i] = evidence{kind: KindCode, body: map[string]any{"epoch": a.Epoch, "client_seq": c.ClientSeq, "slot": c.Slot, "response": c.Response}}
		}
		if err := s.addEvidence(ctx, tx, code.AttemptID, rows, tx.Now()); err != nil {
			return err
		}
		taken.Sent = len(good)
		if taken.Kept, err = s.keptEvidence(ctx, tx, code.AttemptID, rows); err != nil {
			return err
		}
		if taken.Kept == 0 {
			return errs.New(errs.Conflict, "error.exam.code_full")
		}
		note := words.T(words.ZH, "exam.code.taken_in", "n", taken.Kept)
		if taken.Kept < taken.Sent {
			note = words.T(words.ZH, "exam.code.taken_in_part", "n", taken.Kept, "left", taken.Sent-taken.Kept)
		}
		row := logRow{kind: LogIncident, category: IncidentTechnical, note: note, persons: []concerned{{PersonID: person, AttemptID: code.AttemptID}}}
		if err := s.log(ctx, tx, v, id, row); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.invigilate.code", examSubject(id), map[string]any{
			"person_id": person, "attempt_id": fmt.Sprint(code.AttemptID), "answers": taken.Kept, "left_out": taken.Sent - taken.Kept,
		})
	})
	return taken, err
}
