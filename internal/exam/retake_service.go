package exam

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// SitsAgain is a person who is to sit a round again, and until when.
type SitsAgain struct {
	PersonID account.PersonID
	ClosesAt time.Time
}

// OpenRetakes makes people candidates of the round's one retake exam (C51–C53), each with an own window and an own paper drawn
// from the key points, and returns that exam. Asking twice gives the same. It runs in the caller's transaction: the cases
// and their retakes are true together. It takes as many statements for many as for one. Errors: NotFound for no such round, Conflict when
// the bank has no question at all at the first paper's knowledge points.
func (s *Service) OpenRetakes(ctx context.Context, tx *db.Tx, round RoundID, opensAt time.Time, people []SitsAgain) (ExamID, error) {
	exams, err := s.openSittings(ctx, tx, sittings{round: round, kind: Retake, opensAt: opensAt}, people)
	if err != nil || len(people) == 0 {
		return 0, err
	}
	return exams[people[0].PersonID], nil
}

// OpenReexam makes person a candidate of a re-exam after retraining (C57), as OpenRetakes does; a person who failed one gets
// the next. Questions need not be 重点.
func (s *Service) OpenReexam(ctx context.Context, tx *db.Tx, round RoundID, person account.PersonID, opensAt, closesAt time.Time) (ExamID, error) {
	exams, err := s.openSittings(ctx, tx, sittings{round: round, kind: Reexam, opensAt: opensAt}, []SitsAgain{{person, closesAt}})
	return exams[person], err
}

// sittingWords name what is made by itself; the names are stored, in the first language.
var sittingWords = map[Kind]named{
	Retake: {"exam.title.retake", "exam.section.retake"},
	Reexam: {"exam.title.reexam", "exam.section.reexam"},
}

type named struct{ title, section string }

func (n named) titled(original string) string { return words.T(words.ZH, n.title, "title", original) }

// sittings are those of a kind that are opened together.
type sittings struct {
	round   RoundID
	kind    Kind
	opensAt time.Time
}

// openSittings opens a sitting for each person and tells the exam of each. Who sits one already, or had the one retake, keeps it.
func (s *Service) openSittings(ctx context.Context, tx *db.Tx, in sittings, people []SitsAgain) (map[account.PersonID]ExamID, error) {
	var original Exam
	if err := s.store.Get(ctx, tx, &original, "round_original", int64(in.round)); err != nil {
		return nil, err
	}
	exams, owing, err := s.owing(ctx, tx, in, people)
	if err != nil || len(owing) == 0 {
		return exams, err
	}
	if err := s.sittingExams(ctx, tx, original.inUTC(), in, owing, exams); err != nil {
		return nil, err
	}
	papers, draws, err := s.ownPapers(ctx, tx, original, in, owing)
	if err != nil {
		return nil, err
	}
	n := len(owing)
	at, who, closes, events := make([]int64, n), make([]int64, n), make([]time.Time, n), make([]audit.Event, n)
	for i, p := range owing {
		at[i], who[i], closes[i] = int64(exams[p.PersonID]), int64(p.PersonID), p.ClosesAt
		events[i] = event(account.System(), "exam.open_"+string(in.kind), examSubject(exams[p.PersonID]), map[string]any{
			"person_id": p.PersonID, "round_id": in.round, "paper_id": papers[i], "opens_at": in.opensAt, "closes_at": p.ClosesAt,
			"repeated": draws[i].Repeated, "not_key": draws[i].NotKey,
		})
	}
	if _, err := s.store.Exec(ctx, tx, "candidates_insert_own", in.opensAt, account.System().Actor(), tx.Now(), db.Array(at), db.Array(who), db.Array(closes),
		db.Array(int64s(papers))); err != nil {
		return nil, err
	}
	return exams, audit.WriteAll(ctx, tx, events)
}

// owes is a person for whom a sitting is opened, the n-th of its kind.
type owes struct {
	SitsAgain
	n int
}

// owing are the people for whom a sitting is to be opened, each once and in their order, and the exams of those who have one.
func (s *Service) owing(ctx context.Context, tx *db.Tx, in sittings, people []SitsAgain) (map[account.PersonID]ExamID, []owes, error) {
	var rows []struct {
		PersonID account.PersonID `db:"person_id"`
		ExamID   ExamID           `db:"exam_id"`
		Settled  bool             `db:"settled"`
		Sat      int              `db:"sat"`
	}
	if err := s.store.Select(ctx, tx, &rows, "round_candidacies", int64(in.round), in.kind, db.Array(int64s(peopleOf(people)))); err != nil {
		return nil, nil, err
	}
	exams, sat := make(map[account.PersonID]ExamID, len(people)), make(map[account.PersonID]int, len(rows))
	for _, r := range rows {
		if in.kind == Retake || !r.Settled {
			exams[r.PersonID] = r.ExamID
		}
		sat[r.PersonID] = r.Sat
	}
	var owing []owes
	asked := map[account.PersonID]bool{}
	for _, p := range people {
		if _, has := exams[p.PersonID]; !has && !asked[p.PersonID] {
			asked[p.PersonID] = true
			owing = append(owing, owes{p, sat[p.PersonID] + 1})
		}
	}
	return exams, owing, nil
}

func peopleOf(list []SitsAgain) []account.PersonID {
	out := make([]account.PersonID, len(list))
	for i, p := range list {
		out[i] = p.PersonID
	}
	return out
}

// sittingExams finds or makes the exams of the people's sittings and notes them.
func (s *Service) sittingExams(ctx context.Context, tx *db.Tx, original Exam, in sittings, owing []owes, exams map[account.PersonID]ExamID) error {
	byNumber := map[int][]owes{}
	for _, p := range owing {
		byNumber[p.n] = append(byNumber[p.n], p)
	}
	for _, n := range slices.Sorted(maps.Keys(byNumber)) {
		id, err := s.sittingExam(ctx, tx, original, in, n, byNumber[n])
		if err != nil {
			return err
		}
		for _, p := range byNumber[n] {
			exams[p.PersonID] = id
		}
	}
	return nil
}

// sittingExam is the exam of a round's n-th sitting of a kind; it is made when it is not there, and opened again when it
// had been settled. Its window covers those of all its candidates, who have their own; its limit fits into the first one's.
func (s *Service) sittingExam(ctx context.Context, tx *db.Tx, original Exam, in sittings, n int, people []owes) (ExamID, error) {
	last := slices.MaxFunc(people, func(a, b owes) int { return a.ClosesAt.Compare(b.ClosesAt) }).ClosesAt
	var id ExamID
	err := s.store.Get(ctx, tx, &id, "round_sitting", int64(in.round), in.kind, n)
	if err == nil {
		return id, s.store.One(ctx, tx, "exam_reopen", int64(id), in.opensAt, last)
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
	e.Kind, e.OpensAt, e.ClosesAt, e.LastStartAt = in.kind, in.opensAt, last, nil
	e.LimitSeconds = min(e.LimitSeconds, int(people[0].ClosesAt.Sub(in.opensAt)/time.Second))
	if e.Release == ReleaseAtClose {
		// People sit on different days; nobody waits for the last one's close.
		e.Release = ReleaseAtHandIn
	}
	if err := s.insertExam(ctx, tx, &id, e); err != nil {
		return 0, err
	}
	return id, s.store.One(ctx, tx, "integrity_inherit", int64(id), int64(original.ID))
}

// ownPapers draws and freezes the people's papers.
func (s *Service) ownPapers(ctx context.Context, tx *db.Tx, original Exam, in sittings, owing []owes) ([]PaperID, []RetakeDraw, error) {
	people, pools, err := s.drawnAgain(ctx, tx, original, owing)
	if err != nil {
		return nil, nil, err
	}
	named := sittingWords[in.kind]
	draws := drawRetakes(RetakeRule{KeyOnly: in.kind == Retake, Section: words.T(words.ZH, named.section)}, pools, people)
	papers := make([]newPaper, len(draws))
	for i, draw := range draws {
		if len(draw.Slots) == 0 {
			return nil, nil, errs.New(errs.Conflict, "error.exam.no_retake_questions")
		}
		person := int64(owing[i].PersonID)
		papers[i] = newPaper{
			title: named.titled(original.Title), person: &person, seed: people[i].seed, slots: draw.Slots,
			notes: PaperNotes{Repeated: draw.Repeated, NotKey: draw.NotKey}, by: account.System().Actor(),
		}
	}
	ids, err := s.freeze(ctx, tx, papers...)
	return ids, draws, err
}

// drawnAgain reads what the people's papers are drawn from, with the pools.
func (s *Service) drawnAgain(ctx context.Context, tx *db.Tx, original Exam, owing []owes) ([]drawnAgain, [][]PoolItem, error) {
	ids := make([]int64, len(owing))
	for i, p := range owing {
		ids[i] = int64(p.PersonID)
	}
	firsts, err := s.firstSittings(ctx, tx, original, ids)
	if err != nil {
		return nil, nil, err
	}
	seen, err := s.seenBy(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	people := make([]drawnAgain, len(owing))
	var topics [][]TopicID
	which := map[string]int{}
	for i, p := range owing {
		first := firsts[p.PersonID]
		set := topicsOf(first)
		name := fmt.Sprint(set)
		if _, known := which[name]; !known {
			which[name], topics = len(topics), append(topics, set)
		}
		seed, err := s.seed()
		if err != nil {
			return nil, nil, err
		}
		people[i] = drawnAgain{seed: seed, first: first, seen: seen[p.PersonID], pool: which[name]}
	}
	pools, err := s.questions.Pools(ctx, tx, topics)
	if err != nil {
		return nil, nil, err
	}
	items := make([][]PoolItem, len(pools))
	for i, pool := range pools {
		items[i] = pool.Items
	}
	return people, items, nil
}

// seenBy are the questions of all of each person's attempts: who has seen one version of a question knows the next.
func (s *Service) seenBy(ctx context.Context, tx *db.Tx, people []int64) (map[account.PersonID]map[int64]bool, error) {
	var rows []struct {
		PersonID account.PersonID `db:"person_id"`
		Versions db.Int64s        `db:"versions"`
	}
	if err := s.store.Select(ctx, tx, &rows, "seen_versions", db.Array(people)); err != nil {
		return nil, err
	}
	var versions []VersionID
	for _, r := range rows {
		versions = append(versions, recast[VersionID](r.Versions)...)
	}
	of, err := s.questions.QuestionsOf(ctx, tx, versions)
	if err != nil {
		return nil, err
	}
	out := make(map[account.PersonID]map[int64]bool, len(rows))
	for _, r := range rows {
		set := make(map[int64]bool, len(r.Versions))
		for _, id := range r.Versions {
			set[of[VersionID(id)]] = true
		}
		out[r.PersonID] = set
	}
	return out, nil
}

// firstSittings are the first papers as the people did them; who was absent lost every point. Errors: NotFound when one of them is no candidate
// of the original.
func (s *Service) firstSittings(ctx context.Context, tx *db.Tx, original Exam, people []int64) (map[account.PersonID][]Sat, error) {
	var candidates []Candidate
	if err := s.store.Select(ctx, tx, &candidates, "candidates_lock", int64(original.ID), db.Array(people)); err != nil {
		return nil, err
	}
	if len(candidates) != len(people) {
		return nil, errNotFound()
	}
	var rows []struct {
		PersonID account.PersonID    `db:"person_id"`
		Marks    db.JSON[[]SlotMark] `db:"marks"`
	}
	if err := s.store.Select(ctx, tx, &rows, "marks_of_people", int64(original.ID), db.Array(people)); err != nil {
		return nil, err
	}
	marks := make(map[account.PersonID][]SlotMark, len(rows))
	for _, r := range rows {
		marks[r.PersonID] = r.Marks.V
	}
	papers := map[PaperID]*frozen{}
	out := make(map[account.PersonID][]Sat, len(candidates))
	for _, c := range candidates {
		id := original.PaperOf(c)
		if papers[id] == nil {
			paper, err := s.paper(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			papers[id] = paper
		}
		out[c.PersonID] = sat(papers[id], marks[c.PersonID])
	}
	return out, nil
}

// sat is a paper as somebody did it.
func sat(paper *frozen, marks []SlotMark) []Sat {
	earned := make(map[VersionID]SlotMark, len(marks))
	for _, m := range marks {
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
	return out
}

// topicsOf are the points of a first paper, each once and in order.
func topicsOf(first []Sat) []TopicID {
	var out []TopicID
	for _, s := range first {
		if s.TopicID != 0 {
			out = append(out, s.TopicID)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
