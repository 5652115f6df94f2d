package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// OpenRetake makes person a candidate of the round's one retake exam (C51–C53), with an own window and an own paper drawn
// from the key points, and returns that exam. Asking twice gives the same. It runs in the caller's transaction: the case
// and its retake are true together. Errors: NotFound for no such round, Conflict when the bank has no question at all at the
// first paper's knowledge points.
func (s *Service) OpenRetake(ctx context.Context, tx *db.Tx, round RoundID, person account.PersonID, opensAt, closesAt time.Time) (ExamID, error) {
	return s.openSitting(ctx, tx, sitting{round: round, person: person, kind: Retake, opensAt: opensAt, closesAt: closesAt})
}

// OpenReexam makes person a candidate of a re-exam after retraining (C57), as OpenRetake does; a person who failed one gets
// the next. Questions need not be 重点.
func (s *Service) OpenReexam(ctx context.Context, tx *db.Tx, round RoundID, person account.PersonID, opensAt, closesAt time.Time) (ExamID, error) {
	return s.openSitting(ctx, tx, sitting{round: round, person: person, kind: Reexam, opensAt: opensAt, closesAt: closesAt})
}

// sittingWords name what is made by itself; the names are stored, in the first language.
var sittingWords = map[Kind]named{
	Retake: {"exam.title.retake", "exam.section.retake"},
	Reexam: {"exam.title.reexam", "exam.section.reexam"},
}

type named struct{ title, section string }

func (n named) titled(original string) string { return words.T(words.ZH, n.title, "title", original) }

type sitting struct {
	round             RoundID
	person            account.PersonID
	kind              Kind
	opensAt, closesAt time.Time
}

func (s *Service) openSitting(ctx context.Context, tx *db.Tx, in sitting) (ExamID, error) {
	var original Exam
	if err := s.store.Get(ctx, tx, &original, "round_original", int64(in.round)); err != nil {
		return 0, err
	}
	var before []struct {
		ID      CandidateID `db:"id"`
		ExamID  ExamID      `db:"exam_id"`
		Settled bool        `db:"settled"`
	}
	if err := s.store.Select(ctx, tx, &before, "round_candidacies", int64(in.round), in.kind, int64(in.person)); err != nil {
		return 0, err
	}
	if len(before) > 0 && (in.kind == Retake || !before[0].Settled) {
		return before[0].ExamID, nil
	}
	id, err := s.sittingExam(ctx, tx, original.inUTC(), in, len(before)+1)
	if err != nil {
		return 0, err
	}
	paper, draw, err := s.ownPaper(ctx, tx, original, in)
	if err != nil {
		return 0, err
	}
	var candidate CandidateID
	err = s.store.Get(ctx, tx, &candidate, "candidate_insert_own", int64(id), int64(in.person), in.opensAt, in.closesAt, int64(paper), account.System().Actor(), tx.Now())
	if err != nil {
		return 0, err
	}
	return id, record(ctx, tx, account.System(), "exam.open_"+string(in.kind), examSubject(id), map[string]any{
		"person_id": in.person, "round_id": in.round, "paper_id": paper, "opens_at": in.opensAt, "closes_at": in.closesAt,
		"repeated": draw.Repeated, "not_key": draw.NotKey,
	})
}

// sittingExam is the exam of a round's n-th sitting of a kind; it is made when it is not there, and opened again when it
// had been settled. Its window covers those of all its candidates, who have their own.
func (s *Service) sittingExam(ctx context.Context, tx *db.Tx, original Exam, in sitting, n int) (ExamID, error) {
	var id ExamID
	err := s.store.Get(ctx, tx, &id, "round_sitting", int64(in.round), in.kind, n)
	if err == nil {
		return id, s.store.One(ctx, tx, "exam_reopen", int64(id), in.opensAt, in.closesAt)
	}
	if !errs.Is(err, errs.NotFound) {
		return 0, err
	}
	seed, err := s.seed()
	if err != nil {
		return 0, err
	}
	now := tx.Now()
	e := newExam{Settings: original.Settings(), round: &in.round, sitting: n, state: Published, seed: seed, bands: original.BandsVersionID,
		by: account.System().Actor(), publishedAt: &now}
	e.Title = sittingWords[in.kind].titled(original.Title)
	e.Kind, e.OpensAt, e.ClosesAt, e.LastStartAt = in.kind, in.opensAt, in.closesAt, nil
	e.LimitSeconds = min(e.LimitSeconds, int(in.closesAt.Sub(in.opensAt)/time.Second))
	if e.Release == ReleaseAtClose {
		// People sit on different days; nobody waits for the last one's close.
		e.Release = ReleaseAtHandIn
	}
	if err := s.insertExam(ctx, tx, &id, e); err != nil {
		return 0, err
	}
	return id, s.store.One(ctx, tx, "integrity_inherit", int64(id), int64(original.ID))
}

// ownPaper draws and freezes the person's paper.
func (s *Service) ownPaper(ctx context.Context, tx *db.Tx, original Exam, in sitting) (PaperID, RetakeDraw, error) {
	first, err := s.firstSitting(ctx, tx, original, in.person)
	if err != nil {
		return 0, RetakeDraw{}, err
	}
	var seen []VersionID
	if err := s.store.Select(ctx, tx, &seen, "seen_versions", int64(in.person)); err != nil {
		return 0, RetakeDraw{}, err
	}
	pool, err := s.questions.Pool(ctx, tx, topicsOf(first))
	if err != nil {
		return 0, RetakeDraw{}, err
	}
	seed, err := s.seed()
	if err != nil {
		return 0, RetakeDraw{}, err
	}
	named := sittingWords[in.kind]
	rule := RetakeRule{Count: RetakeCount(len(first)), KeyOnly: in.kind == Retake, Section: words.T(words.ZH, named.section)}
	draw := DrawRetake(generator(seed, 0), rule, first, pool.Items, setOf(seen))
	if len(draw.Slots) == 0 {
		return 0, draw, errs.New(errs.Conflict, "error.exam.no_retake_questions")
	}
	person := int64(in.person)
	paper, err := s.freeze(ctx, tx, newPaper{
		title: named.titled(original.Title), person: &person, seed: seed, slots: draw.Slots,
		notes: PaperNotes{Repeated: draw.Repeated, NotKey: draw.NotKey}, by: account.System().Actor(),
	})
	return paper, draw, err
}

// firstSitting is the first paper as the person did it; who was absent lost every point.
func (s *Service) firstSitting(ctx context.Context, tx *db.Tx, original Exam, person account.PersonID) ([]Sat, error) {
	var c Candidate
	err := s.store.Get(ctx, tx, &c, "candidate_lock", int64(original.ID), int64(person), true, db.Array([]int64{}))
	if err != nil {
		return nil, err
	}
	paper, err := s.paper(ctx, tx, original.PaperOf(c))
	if err != nil {
		return nil, err
	}
	var marks db.JSON[[]SlotMark]
	if err := s.store.Get(ctx, tx, &marks, "marks_of_person", int64(original.ID), int64(person)); err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	earned := map[VersionID]SlotMark{}
	for _, m := range marks.V {
		earned[m.VersionID] = m
	}
	out := make([]Sat, 0, len(paper.slots))
	for _, slot := range paper.slots {
		if earned[slot.VersionID].Dropped {
			continue // nobody lost anything at a question that counts for nothing
		}
		q := paper.questions[slot.VersionID]
		sat := Sat{Difficulty: q.Difficulty, Points: slot.Points, Mark: earned[slot.VersionID].Mark}
		if len(q.TopicIDs) > 0 {
			sat.TopicID = q.TopicIDs[0]
		}
		out = append(out, sat)
	}
	return out, nil
}

func topicsOf(first []Sat) []TopicID {
	var out []TopicID
	seen := map[TopicID]bool{}
	for _, s := range first {
		if s.TopicID != 0 && !seen[s.TopicID] {
			seen[s.TopicID] = true
			out = append(out, s.TopicID)
		}
	}
	return out
}

func setOf(ids []VersionID) map[VersionID]bool {
	out := make(map[VersionID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out
}
