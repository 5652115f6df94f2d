package exam

import (
	"slices"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Embargo holds the questions, in whichever version, that stand on the papers of exams which are published and which somebody has still
// to sit, or whose results are not all released. Until then no mock may ask them: who practises would meet the exam.
type Embargo map[int64]bool

// part parts a pool in what a mock may hold and what the embargo holds back.
func (e Embargo) part(pool Pool) (open Pool, held []PoolItem) {
	if len(e) == 0 {
		return pool, nil
	}
	open.Lines = pool.Lines
	for _, item := range pool.Items {
		if e[item.QuestionID] {
			held = append(held, item)
		} else {
			open.Items = append(open.Items, item)
		}
	}
	return open, held
}

// newEmbargo holds the questions of the versions.
func newEmbargo(of map[VersionID]int64) Embargo {
	e := make(Embargo, len(of))
	for _, question := range of {
		e[question] = true
	}
	return e
}

// shares counts the questions that both hold.
func (e Embargo) shares(other Embargo) (n int) {
	for question := range other {
		if e[question] {
			n++
		}
	}
	return n
}

// withHeld tells of each shortage how many questions for its row are held back.
func withHeld(short []Shortage, b Blueprint, held []PoolItem) []Shortage {
	for i, s := range short {
		for _, item := range held {
			if s.Row >= 0 && b.Rows[s.Row].Fits(item) && s.servedBy(item) {
				short[i].Held++
			}
		}
	}
	return short
}

// servedBy reports whether the item stands at one of the points that the shortage names.
func (s Shortage) servedBy(item PoolItem) bool {
	return len(s.TopicIDs) == 0 || slices.ContainsFunc(item.TopicIDs, func(id TopicID) bool { return slices.Contains(s.TopicIDs, id) })
}

// MockSharing is a mock that is open or to come and asks questions of an exam.
type MockSharing struct {
	ID        ExamID
	Title     string
	Questions int // that both ask
}

// examAsking is an exam with the versions on its papers.
type examAsking struct {
	ID       ExamID    `db:"id"`
	Title    string    `db:"title"`
	Versions db.Int64s `db:"versions"`
}

// sharing tells which of the others ask questions of the exam.
func sharing(id ExamID, exams []examAsking, of map[VersionID]int64) (out []MockSharing) {
	asked := make(map[ExamID]Embargo, len(exams))
	for _, x := range exams {
		asked[x.ID] = Embargo{}
		for _, v := range x.Versions {
			asked[x.ID][of[VersionID(v)]] = true
		}
	}
	for _, x := range exams {
		if n := asked[id].shares(asked[x.ID]); n > 0 && x.ID != id {
			out = append(out, MockSharing{ID: x.ID, Title: x.Title, Questions: n})
		}
	}
	return out
}

func errPaperHeld(n int) error {
	return errs.InvalidFields(errs.NewField("paper_id", "error.exam.paper_held", "n", n))
}
