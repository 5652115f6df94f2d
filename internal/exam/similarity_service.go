package exam

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// SimilarPerson is one of a pair.
type SimilarPerson struct {
	PersonID   account.PersonID
	Name       string
	EmployeeNo string
}

// Similarity is what comparing everybody's wrong answers came to.
type Similarity struct {
	People   int // whose answers were compared
	Compared int // pairs
	Pairs    []SimilarPair
	Persons  []SimilarPerson // A and B of the pairs are places in it
}

// Similarity compares the wrong answers of everybody whose attempt is marked, on demand. Shown are the pairs of whom both are
// inside the viewer's part of the tree; the viewer's own answers are compared, as everybody's, and shown to others. Errors:
// Conflict before the exam is marked, because half of the answers show nothing, for an exam on paper, whose answers are not here, and
// for more than MaxSimilarPeople.
func (s *Service) Similarity(ctx context.Context, v account.Viewer, id ExamID) (Similarity, error) {
	if err := v.Require(account.ExamLive); err != nil {
		return Similarity{}, err
	}
	e, err := s.store.exam(ctx, s.db, id)
	if err != nil {
		return Similarity{}, err
	}
	if e.State != Marked && e.State != Archived {
		return Similarity{}, errs.New(errs.Conflict, "error.exam.similarity_early")
	}
	if e.OnPaper {
		return Similarity{}, errs.New(errs.Conflict, "error.exam.similarity_on_paper")
	}
	rows, err := s.similarityPeople(ctx, v, id)
	if err != nil {
		return Similarity{}, err
	}
	answers, err := s.wrongAnswers(ctx, rows)
	if err != nil {
		return Similarity{}, err
	}
	out := Similarity{People: len(rows), Persons: make([]SimilarPerson, len(rows))}
	for i, r := range rows {
		if r.Inside {
			out.Persons[i] = SimilarPerson{r.PersonID, r.Name, r.EmployeeNo}
		}
	}
	out.Pairs, out.Compared = Similar(answers)
	out.Pairs = slices.DeleteFunc(out.Pairs, func(p SimilarPair) bool { return !rows[p.A].Inside || !rows[p.B].Inside })
	return out, nil
}

type similarityRow struct {
	AttemptID  AttemptID           `db:"attempt_id"`
	PersonID   account.PersonID    `db:"person_id"`
	Name       string              `db:"name"`
	EmployeeNo string              `db:"employee_no"`
	Marks      db.JSON[[]SlotMark] `db:"marks"`
	Inside     bool                `db:"inside"`
}

func (s *Service) similarityPeople(ctx context.Context, v account.Viewer, id ExamID) ([]similarityRow, error) {
	scope := v.Scope(account.ExamLive)
	var rows []similarityRow
	err := s.store.Select(ctx, s.db, &rows, "similarity_people", int64(id), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs), MaxSimilarPeople+1)
	if err == nil && len(rows) > MaxSimilarPeople {
		err = errs.New(errs.Conflict, "error.exam.similarity_size", "most", MaxSimilarPeople)
	}
	return rows, err
}

// wrongAnswers are, for each row, the answers that earned less than the full points.
func (s *Service) wrongAnswers(ctx context.Context, rows []similarityRow) ([]WrongAnswers, error) {
	type place struct {
		attempt AttemptID
		slot    int
	}
	wrong := map[place]VersionID{}
	at := map[AttemptID]int{}
	out := make([]WrongAnswers, len(rows))
	attempts := make([]int64, len(rows))
	for i, r := range rows {
		out[i], attempts[i], at[r.AttemptID] = WrongAnswers{}, int64(r.AttemptID), i
		for _, m := range r.Marks.V {
			if m.Answered && m.Mark < m.Points {
				wrong[place{r.AttemptID, m.Slot}] = m.VersionID
			}
		}
	}
	answers, err := s.answersThatCount(ctx, attempts)
	if err != nil {
		return nil, err
	}
	for id, bySlot := range answers {
		for slot, e := range bySlot {
			version, isWrong := wrong[place{id, slot}]
			if said := comparable(e.Response); isWrong && said != "" {
				out[at[id]][version] = said
			}
		}
	}
	return out, nil
}

// answersThatCount are the answers of attempts by slot: what their journals ended with, and over it what orders have admitted.
func (s *Service) answersThatCount(ctx context.Context, attempts []int64) (map[AttemptID]map[int]Entry, error) {
	var ends []struct {
		AttemptID AttemptID `db:"attempt_id"`
		Entry
	}
	if err := s.store.Select(ctx, s.db, &ends, "similarity_answers", db.Array(attempts)); err != nil {
		return nil, err
	}
	out := map[AttemptID]map[int]Entry{}
	for _, e := range ends {
		if out[e.AttemptID] == nil {
			out[e.AttemptID] = map[int]Entry{}
		}
		out[e.AttemptID][e.Slot] = e.Entry
	}
	orders, late, err := s.admittedTo(ctx, s.db, attempts)
	for id, list := range orders {
		out[id] = admitAll(out[id], late[id], list)
	}
	return out, err
}

// comparable is a wrong answer in a form in which equal answers are equal, "" for one that is not compared: a wrong answer to a
// true-or-false question is the same for everybody, and short answers are read by people.
func comparable(response json.RawMessage) string {
	var r struct {
		Choice  string   `json:"choice"`
		Choices []string `json:"choices"`
		Blanks  []string `json:"blanks"`
		Matches []string `json:"matches"`
		Order   []string `json:"order"`
	}
	if json.Unmarshal(response, &r) != nil {
		return ""
	}
	switch {
	case r.Choice == "true" || r.Choice == "false":
		return ""
	case r.Choice != "":
		return "c" + r.Choice
	case len(r.Choices) > 0:
		slices.Sort(r.Choices)
		return "m" + strings.Join(r.Choices, "\x00")
	case len(r.Matches) > 0:
		return "r" + strings.Join(r.Matches, "\x00")
	case len(r.Order) > 0:
		return "o" + strings.Join(r.Order, "\x00")
	case len(r.Blanks) > 0:
		for i, b := range r.Blanks {
			r.Blanks[i] = strings.ToLower(strings.TrimSpace(b))
		}
		return "b" + strings.Join(r.Blanks, "\x00")
	}
	return ""
}
