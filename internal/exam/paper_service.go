package exam

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

// BlueprintRowView is a blueprint with its newest version.
type BlueprintRowView struct {
	ID        BlueprintID        `db:"id"`
	VersionID int64              `db:"version_id"`
	Version   int                `db:"version"`
	Body      db.JSON[Blueprint] `db:"body"`
	CreatedAt time.Time          `db:"created_at"`
	ListTotal int                `db:"list_total"`
}

// PaperNotes say what a draw had to do against the rule (N03).
type PaperNotes struct {
	Repeated []VersionID `json:"repeated,omitempty"`
	NotKey   []VersionID `json:"not_key,omitempty"`
}

// PaperHead is a paper in a list.
type PaperHead struct {
	ID        PaperID             `db:"id"`
	Title     string              `db:"title"`
	Total     score.Hundredths    `db:"total_hundredths"`
	Notes     db.JSON[PaperNotes] `db:"notes"`
	CreatedAt time.Time           `db:"created_at"`
	Slots     int                 `db:"slots"`
	Forms     int                 `db:"forms"` // of its set, with itself; 0: it stands alone. Not told in lists
	Exams     int                 `db:"exams"` // that take it; counted in lists
	ListTotal int                 `db:"list_total"`
}

// PaperUse chooses papers by whether an exam takes them.
type PaperUse string

const (
	PaperUsed PaperUse = "used"
	PaperFree PaperUse = "free"
)

// PaperFilter narrows the list of papers; empty fields do not.
type PaperFilter struct {
	Title string
	Use   PaperUse
}

// PaperView is a paper as the staff see it, with keys.
type PaperView struct {
	PaperHead
	Person  string         `db:"person"` // whose own paper it is, with the number; "" for everybody's
	Content []PaperContent `db:"-"`
}

// PaperContent is one slot with its question.
type PaperContent struct {
	PaperSlot
	Question Question
}

// CreateBlueprint stores a new blueprint. Errors: Invalid with fields named as Blueprint.Validate says.
func (s *Service) CreateBlueprint(ctx context.Context, v account.Viewer, b Blueprint) (BlueprintID, error) {
	return s.saveBlueprint(ctx, v, 0, b)
}

// ReviseBlueprint adds a version to a blueprint; papers keep the version they were drawn from.
func (s *Service) ReviseBlueprint(ctx context.Context, v account.Viewer, id BlueprintID, b Blueprint) error {
	_, err := s.saveBlueprint(ctx, v, id, b)
	return err
}

func (s *Service) saveBlueprint(ctx context.Context, v account.Viewer, id BlueprintID, b Blueprint) (BlueprintID, error) {
	if err := v.Require(account.ExamAuthor); err != nil {
		return 0, err
	}
	if err := b.Validate(); err != nil {
		return 0, err
	}
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		if id == 0 {
			if err := s.store.Get(ctx, tx, &id, "blueprint_insert", b.Title, v.Actor(), tx.Now()); err != nil {
				return err
			}
		} else if err := s.store.Get(ctx, tx, &BlueprintRowView{}, "blueprint_current", int64(id)); err != nil {
			return err
		}
		var version int64
		if err := s.store.Get(ctx, tx, &version, "blueprint_version_insert", int64(id), db.JSONOf(b), v.Actor(), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.blueprint", fmt.Sprintf("blueprint:%d", id), map[string]any{"version_id": version})
	})
	return id, err
}

// Blueprint is a blueprint with its newest version.
func (s *Service) Blueprint(ctx context.Context, v account.Viewer, id BlueprintID) (BlueprintRowView, error) {
	var b BlueprintRowView
	if err := v.Require(account.ExamRead); err != nil {
		return b, err
	}
	err := s.store.Get(ctx, s.db, &b, "blueprint_current", int64(id))
	return b, err
}

// Blueprints lists blueprints whose title holds the text, newest first, with the number of all that fit.
func (s *Service) Blueprints(ctx context.Context, v account.Viewer, title string, p page.Page) ([]BlueprintRowView, int, error) {
	return s.blueprints(ctx, v, title, p.Limit(), p.Offset())
}

// BlueprintsFile is the whole list as Blueprints shows it; Invalid for more than one file takes.
func (s *Service) BlueprintsFile(ctx context.Context, v account.Viewer, title string) ([]BlueprintRowView, error) {
	return page.Whole(maxListFile, func(limit int) ([]BlueprintRowView, int, error) { return s.blueprints(ctx, v, title, limit, 0) })
}

func (s *Service) blueprints(ctx context.Context, v account.Viewer, title string, limit, offset int) ([]BlueprintRowView, int, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return nil, 0, err
	}
	var out []BlueprintRowView
	err := s.store.Select(ctx, s.db, &out, "blueprints", title, limit, offset)
	if err != nil || len(out) == 0 {
		return nil, 0, err
	}
	return out, out[0].ListTotal, nil
}

// CheckBlueprint says what the bank has and lacks for a blueprint, before anything is stored; nothing lacks when the list is
// empty. It draws as DrawPaper does and throws the paper away, so that the two cannot differ.
func (s *Service) CheckBlueprint(ctx context.Context, v account.Viewer, b Blueprint) (Stock, error) {
	if err := v.Require(account.ExamAuthor); err != nil {
		return Stock{}, err
	}
	if err := b.Validate(); err != nil {
		return Stock{}, err
	}
	pool, held, err := s.poolFor(ctx, s.db, b)
	if err != nil {
		return Stock{}, err
	}
	stock, err := stockFor(ctx, b, pool)
	if err != nil {
		return Stock{}, err
	}
	stock.Short = withHeld(stock.Short, b, held)
	return stock, nil
}

// DrawPaper draws a paper from a blueprint's newest version and freezes it. When the bank lacks something nothing is made
// and the list says what.
func (s *Service) DrawPaper(ctx context.Context, v account.Viewer, id BlueprintID, title string) (PaperID, []Shortage, error) {
	return s.DrawPaperFor(ctx, v, id, title, 0)
}

// DrawPaperFor is DrawPaper for the people on the list of an exam that is not yet published: of questions that would do it takes those
// that they have seen least. Which exam takes the paper stays open. 0 is no exam. Errors: Conflict when it is published; Forbidden for who
// does not reach all its people.
func (s *Service) DrawPaperFor(ctx context.Context, v account.Viewer, id BlueprintID, title string, exam ExamID) (PaperID, []Shortage, error) {
	if err := v.Require(account.ExamAuthor); err != nil {
		return 0, nil, err
	}
	seed, err := s.seed()
	if err != nil {
		return 0, nil, err
	}
	from, err := s.drawnFrom(ctx, v, id, exam, 1)
	if err != nil {
		return 0, nil, err
	}
	slots, short, err := Draw(ctx, generator(seed, 0), from.Body.V, from.pool)
	if err != nil || len(short) > 0 {
		return 0, withHeld(short, from.Body.V, from.held), err
	}
	if title == "" {
		title = from.Body.V.Title
	}
	var paper PaperID
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		papers, err := s.freeze(ctx, tx, newPaper{title: title, blueprintVersion: &from.VersionID, seed: seed, slots: slots, by: v.Actor()})
		if err != nil {
			return err
		}
		paper = papers[0]
		return record(ctx, tx, v, "exam.paper", fmt.Sprintf("paper:%d", paper), map[string]any{"blueprint_version_id": from.VersionID, "slots": len(slots), "for_exam_id": exam})
	})
	return paper, nil, err
}

// drawnFrom is what papers are drawn from.
type drawnFrom struct {
	BlueprintRowView
	pool Pool
	held []PoolItem // of what an embargo holds back
}

// drawnFrom reads a blueprint's newest version and the bank for so many forms. It is read and searched before the transaction that stores
// the papers: a search may last seconds, and no lock or connection is to wait for it. Versions do not change meanwhile, those of the blueprint
// as little as those of questions, and a paper names the ones that it was drawn from.
func (s *Service) drawnFrom(ctx context.Context, v account.Viewer, id BlueprintID, exam ExamID, forms int) (from drawnFrom, err error) {
	if err := s.store.Get(ctx, s.db, &from.BlueprintRowView, "blueprint_current", int64(id)); err != nil {
		return from, err
	}
	if forms > 1 && from.Body.V.Slots()*forms > maxFormSlots {
		return from, errs.InvalidFields(errs.NewField("forms", "error.exam.forms_size", "most", maxFormSlots))
	}
	if from.pool, from.held, err = s.poolFor(ctx, s.db, from.Body.V); err != nil {
		return from, err
	}
	return from, s.seenByInvited(ctx, s.db, v, exam, &from.pool)
}

// freeze stores papers and tells the bank what they take.
func (s *Service) freeze(ctx context.Context, tx *db.Tx, papers ...newPaper) ([]PaperID, error) {
	var taken []VersionID
	for _, p := range papers {
		for _, slot := range p.slots {
			taken = append(taken, slot.VersionID)
		}
	}
	if err := s.questions.MarkUsed(ctx, tx, taken); err != nil {
		return nil, err
	}
	return s.store.insertPapers(ctx, tx, papers)
}

// Papers lists the papers that exams can use, newest first, with the number of all that fit.
func (s *Service) Papers(ctx context.Context, v account.Viewer, f PaperFilter, p page.Page) ([]PaperHead, int, error) {
	return s.papersListed(ctx, v, f, p.Limit(), p.Offset())
}

// PapersFile is the whole list as Papers shows it; Invalid for more than one file takes.
func (s *Service) PapersFile(ctx context.Context, v account.Viewer, f PaperFilter) ([]PaperHead, error) {
	return page.Whole(maxListFile, func(limit int) ([]PaperHead, int, error) { return s.papersListed(ctx, v, f, limit, 0) })
}

func (s *Service) papersListed(ctx context.Context, v account.Viewer, f PaperFilter, limit, offset int) ([]PaperHead, int, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return nil, 0, err
	}
	var out []PaperHead
	err := s.store.Select(ctx, s.db, &out, "papers", f.Title, f.Use, limit, offset)
	if err != nil || len(out) == 0 {
		return nil, 0, err
	}
	return out, out[0].ListTotal, nil
}

// PaperHead is a paper without its questions, for whoever sets an exam up and may have to sit it too.
func (s *Service) PaperHead(ctx context.Context, v account.Viewer, id PaperID) (PaperHead, error) {
	p, err := s.paperShown(ctx, v, id)
	return p.PaperHead, err
}

func (s *Service) paperShown(ctx context.Context, v account.Viewer, id PaperID) (PaperView, error) {
	var out PaperView
	if err := v.Require(account.ExamRead); err != nil {
		return out, err
	}
	scope := v.Scope(account.ExamRead)
	err := s.store.Get(ctx, s.db, &out, "paper_shown", int64(id), int64(v.PersonID), scope.All, db.Array(scope.UnitIDs))
	return out, err
}

// Paper is a paper with its questions and keys, for the staff. A person's own paper is NotFound outside the viewer's part of
// the tree, and to that person. Errors: Forbidden while the viewer has still to sit an exam with it.
func (s *Service) Paper(ctx context.Context, v account.Viewer, id PaperID) (PaperView, error) {
	out, err := s.paperShown(ctx, v, id)
	if err != nil {
		return out, err
	}
	if err := s.noneToSitWith(ctx, s.db, v, id); err != nil {
		return PaperView{}, err
	}
	p, err := s.paper(ctx, s.db, id)
	if err != nil {
		return out, err
	}
	for _, slot := range p.slots {
		out.Content = append(out.Content, PaperContent{PaperSlot: slot, Question: p.questions[slot.VersionID]})
	}
	return out, nil
}
