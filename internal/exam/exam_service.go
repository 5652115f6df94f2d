package exam

import (
	"cmp"
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
)

// CreateExam stores a draft. paper may be 0 until publishing. Errors: Invalid, at paper_id for a mock whose questions are under embargo.
func (s *Service) CreateExam(ctx context.Context, v account.Viewer, in Settings, paper PaperID) (ExamID, error) {
	if err := v.Require(account.ExamAuthor); err != nil {
		return 0, err
	}
	if err := in.validateDraft(); err != nil {
		return 0, err
	}
	seed, err := s.seed()
	if err != nil {
		return 0, err
	}
	var id ExamID
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := s.freeForMock(ctx, tx, in.Kind, paper); err != nil {
			return err
		}
		if err := s.insertExam(ctx, tx, &id, newExam{Settings: in, paper: paper, state: Draft, sitting: 1, seed: seed, by: v.Actor()}); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.create", examSubject(id), map[string]any{"kind": in.Kind, "paper_id": paper})
	})
	return id, err
}

// validateDraft is Validate for exams that people make; retakes and re-exams come of a round only.
func (s Settings) validateDraft() error {
	if s.Kind == Retake || s.Kind == Reexam {
		return errs.InvalidFields(errs.NewField("kind", "error.exam.kind"))
	}
	return s.Validate()
}

type newExam struct {
	Settings
	round       *RoundID
	sitting     int
	paper       PaperID
	state       State
	seed        int64
	bands       *int64
	by          string
	publishedAt *time.Time
}

func (s *Service) insertExam(ctx context.Context, tx *db.Tx, id *ExamID, e newExam) error {
	return s.store.Get(ctx, tx, id, "exam_insert", e.round, e.sitting, optional(e.paper), e.Title, e.Kind, e.state, e.OpensAt, e.ClosesAt, e.LastStartAt,
		e.LimitSeconds, e.GraceSeconds, e.ShuffleSlots, e.ShuffleOptions, e.Review, e.Release, e.AttemptsAllowed, e.seed, e.bands, e.by, tx.Now(), e.publishedAt,
		cmp.Or(e.RedLine, RedLineReport), e.OneWay, e.Contact)
}

func optional[T ~int64](id T) *int64 {
	if id == 0 {
		return nil
	}
	n := int64(id)
	return &n
}

// EditExam changes a draft. Errors: Conflict once it is published; Invalid as of CreateExam.
func (s *Service) EditExam(ctx context.Context, v account.Viewer, id ExamID, in Settings, paper PaperID) error {
	if err := v.Require(account.ExamAuthor); err != nil {
		return err
	}
	if err := in.validateDraft(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		before, err := s.lockReached(ctx, tx, v, account.ExamAuthor, id)
		if err == nil {
			err = s.freeForMock(ctx, tx, in.Kind, paper)
		}
		if err != nil {
			return err
		}
		err = s.store.One(ctx, tx, "exam_edit", int64(id), optional(paper), in.Title, in.Kind, in.OpensAt, in.ClosesAt, in.LastStartAt, in.LimitSeconds,
			in.GraceSeconds, in.ShuffleSlots, in.ShuffleOptions, in.Review, in.Release, in.AttemptsAllowed, cmp.Or(in.RedLine, RedLineReport), in.OneWay, in.Contact)
		if err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.edit", examSubject(id), map[string]any{"before": before.Settings(), "after": in})
	})
}

// Publish makes a draft an exam: settings are checked again, the paper, the band table and the rule for absences are pinned, and an original exam
// begins its round. Errors: Invalid for a missing paper or, of a mock, one whose questions are under embargo, an empty audience or a close that has passed; Conflict when it is no draft.
func (s *Service) Publish(ctx context.Context, v account.Viewer, id ExamID) error {
	if err := v.Require(account.ExamPublish); err != nil {
		return err
	}
	if err := s.prepareExam(ctx, id); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		e, err := s.lockReached(ctx, tx, v, account.ExamPublish, id)
		if err != nil {
			return err
		}
		if _, err := e.State.After(ActPublish); err != nil {
			return err
		}
		if err := s.publishable(ctx, tx, e); err != nil {
			return err
		}
		_, bands, err := policy.Current[score.Bands](ctx, s.policies, tx, BandsPolicy, tx.Now())
		if err != nil {
			return err
		}
		_, absence, err := policy.Current[Absence](ctx, s.policies, tx, AbsenceKind, tx.Now())
		if err != nil {
			return err
		}
		var round *RoundID
		if e.Kind.Original() {
			round = new(RoundID)
			if err := s.store.Get(ctx, tx, round, "round_insert", int64(id), tx.Now()); err != nil {
				return err
			}
		}
		if err := s.store.One(ctx, tx, "exam_publish", int64(id), tx.Now(), int64(bands), round, int64(absence)); err != nil {
			return err
		}
		if err := s.dealForms(ctx, tx, id); err != nil {
			return err
		}
		if err := s.tellAllInvited(ctx, tx, e); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.publish", examSubject(id), map[string]any{"paper_id": e.PaperID, "bands_version_id": bands, "absence_version_id": absence, "round_id": round})
	})
}

func (s *Service) publishable(ctx context.Context, tx *db.Tx, e Exam) error {
	if err := e.Settings().Validate(); err != nil {
		return err
	}
	var bad []errs.Field
	if e.PaperID == nil {
		bad = append(bad, errs.NewField("paper_id", "error.exam.paper_missing"))
	} else if byPeople, err := s.markedByPeople(ctx, tx, *e.PaperID); err != nil {
		return err
	} else if err := s.freeForMock(ctx, tx, e.Kind, *e.PaperID); err != nil {
		return err
	} else if len(byPeople) > 0 && e.Release == ReleaseAtHandIn {
		bad = append(bad, errs.NewField("release", "error.exam.release_by_people")) // decision 20
	}
	if !e.ClosesAt.After(tx.Now()) {
		bad = append(bad, errs.NewField("closes_at", "error.exam.closes_passed"))
	}
	var invited int
	if err := s.store.Get(ctx, tx, &invited, "candidates_count", int64(e.ID), true, db.Array([]int64{})); err != nil {
		return err
	}
	if invited == 0 {
		bad = append(bad, errs.NewField("people", "error.exam.nobody_invited"))
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// Invite adds the people of an audience and returns those who were not invited before. It is possible until the exam
// closes. Errors: NotFound for people outside the viewer's part of the tree.
func (s *Service) Invite(ctx context.Context, v account.Viewer, id ExamID, who account.Audience) ([]account.PersonID, error) {
	if err := v.Require(account.ExamAuthor); err != nil {
		return nil, err
	}
	var added []account.PersonID
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		e, err := s.store.lockExam(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := e.invitable(tx.Now()); err != nil {
			return err
		}
		people, err := s.people.Resolve(ctx, tx, v, account.ExamAuthor, who)
		if err != nil {
			return err
		}
		if err := s.store.Select(ctx, tx, &added, "candidates_insert", int64(id), db.Array(int64s(people)), v.Actor(), tx.Now()); err != nil {
			return err
		}
		if e.State == Published {
			if err := s.dealForms(ctx, tx, id); err != nil {
				return err
			}
			if err := s.tellInvited(ctx, tx, e, added); err != nil {
				return err
			}
		}
		return record(ctx, tx, v, "exam.invite", examSubject(id), map[string]any{"person_ids": added})
	})
	return added, err
}

// invitable refuses to add people where nobody could begin any more, and to a sitting that comes of a round.
func (e Exam) invitable(now time.Time) error {
	switch {
	case e.State == Draft:
		return nil
	case e.Kind == Retake || e.Kind == Reexam:
		return errs.New(errs.Conflict, "error.exam.invite_round")
	case e.State != Published:
		return errExamState(e.State)
	case !e.ClosesAt.After(now):
		return errs.New(errs.Conflict, "error.exam.invite_closed")
	}
	return nil
}

// AudienceSize is how many people an audience holds today, and how many of them are not on the exam's list yet.
type AudienceSize struct{ People, New int }

// Audience counts an audience before it is invited. Errors as Invite.
func (s *Service) Audience(ctx context.Context, v account.Viewer, id ExamID, who account.Audience) (AudienceSize, error) {
	people, err := s.people.Resolve(ctx, s.db, v, account.ExamAuthor, who)
	if err != nil {
		return AudienceSize{}, err
	}
	var known int
	err = s.store.Get(ctx, s.db, &known, "candidates_known", int64(id), db.Array(int64s(people)))
	return AudienceSize{People: len(people), New: len(people) - known}, err
}

// InvitablePerson is somebody who can be invited, or is already.
type InvitablePerson struct {
	ID         account.PersonID `db:"id"`
	Name       string           `db:"name"`
	EmployeeNo string           `db:"employee_no"`
	UnitName   string           `db:"unit_name"`
	Invited    bool             `db:"invited"`
	ListTotal  int              `db:"list_total"`
}

// FindPeople lists people of the viewer's part of the tree whose name, its sound or the employee number begins with the text, or
// whose given name does, with the number of all. Who sets exams up may invite them, so may find them by name.
func (s *Service) FindPeople(ctx context.Context, v account.Viewer, id ExamID, text string, most int) ([]InvitablePerson, int, error) {
	if err := v.Require(account.ExamAuthor); err != nil {
		return nil, 0, err
	}
	if text = squeezed(text); text == "" {
		return nil, 0, nil
	}
	scope := v.Scope(account.ExamAuthor)
	var out []InvitablePerson
	err := s.store.Select(ctx, s.db, &out, "people_to_invite", int64(id), text, text+"\U0010FFFF", scope.All, db.Array(scope.UnitIDs), most)
	if err != nil || len(out) == 0 {
		return nil, 0, err
	}
	return out, out[0].ListTotal, nil
}

// Uninvite takes a person inside the viewer's part of the tree off a draft; Conflict when there is no such candidate.
func (s *Service) Uninvite(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID) error {
	if err := v.Require(account.ExamAuthor); err != nil {
		return err
	}
	scope := v.Scope(account.ExamAuthor)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := s.store.One(ctx, tx, "candidate_remove", int64(id), int64(person), scope.All, db.Array(scope.UnitIDs)); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.uninvite", examSubject(id), map[string]any{"person_id": person})
	})
}

// Archive puts a marked exam away. Errors: Conflict before it is marked, and while somebody has still to sit it or waits for marks.
func (s *Service) Archive(ctx context.Context, v account.Viewer, id ExamID) error {
	if err := v.Require(account.ExamRelease); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := s.lockReached(ctx, tx, v, account.ExamRelease, id); err != nil {
			return err
		}
		var waits int
		if err := s.store.Get(ctx, tx, &waits, "exam_waits_for", int64(id)); err != nil {
			return err
		}
		if waits > 0 {
			return errs.New(errs.Conflict, "error.exam.archive_waits", "n", waits)
		}
		if err := s.store.One(ctx, tx, "exam_archive", int64(id), tx.Now()); err != nil {
			return err
		}
		return record(ctx, tx, v, "exam.archive", examSubject(id), nil)
	})
}

// Exam is an exam for the staff.
func (s *Service) Exam(ctx context.Context, v account.Viewer, id ExamID) (Exam, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return Exam{}, err
	}
	return s.store.exam(ctx, s.db, id)
}

// ExamRow is an exam in the staff's list. UnreleasedFrom is the earliest close of a sitting whose result nobody has released.
type ExamRow struct {
	ID             ExamID     `db:"id"`
	Title          string     `db:"title"`
	Kind           Kind       `db:"kind"`
	State          State      `db:"state"`
	OpensAt        time.Time  `db:"opens_at"`
	ClosesAt       time.Time  `db:"closes_at"`
	LimitSeconds   int        `db:"limit_seconds"`
	Candidates     int        `db:"candidates"`
	Settled        int        `db:"settled"`
	Unreleased     int        `db:"unreleased"`
	UnreleasedFrom *time.Time `db:"unreleased_from"`
	Marking        int        `db:"marking"` // answers that wait for people to mark them
	ListTotal      int        `db:"list_total"`
}

// Unreleased chooses, as a Filter's State, the exams with results that nobody has released.
const Unreleased State = "unreleased"

// Filter narrows the staff's list; empty fields do not.
type Filter struct {
	State State
	Kind  Kind
	Title string
}

// Exams lists exams, the newest window first, with the number of all that fit.
func (s *Service) Exams(ctx context.Context, v account.Viewer, f Filter, p page.Page) ([]ExamRow, int, error) {
	return s.exams(ctx, v, f, p.Limit(), p.Offset())
}

// maxListFile bounds a list of exams, papers or blueprints as a file: many years of them.
const maxListFile = 10_000

// ExamsFile is the whole list as Exams shows it; Invalid for more than one file takes.
func (s *Service) ExamsFile(ctx context.Context, v account.Viewer, f Filter) ([]ExamRow, error) {
	return page.Whole(maxListFile, func(limit int) ([]ExamRow, int, error) { return s.exams(ctx, v, f, limit, 0) })
}

func (s *Service) exams(ctx context.Context, v account.Viewer, f Filter, limit, offset int) ([]ExamRow, int, error) {
	if err := v.Require(account.ExamRead); err != nil {
		return nil, 0, err
	}
	var out []ExamRow
	err := s.store.Select(ctx, s.db, &out, "exams", f.State, f.Kind, f.Title, limit, offset)
	if err != nil || len(out) == 0 {
		return nil, 0, err
	}
	return out, out[0].ListTotal, nil
}
