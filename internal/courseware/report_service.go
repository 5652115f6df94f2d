package courseware

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// LearnerFilter chooses learners; zero values leave out the condition.
type LearnerFilter struct {
	Search string // name, pinyin, initials, employee number
	State  EnrolmentState
}

// Learner is a line of who learns a course.
type Learner struct {
	Enrolment
	Name       string `db:"name"`
	EmployeeNo string `db:"employee_no"`
	UnitName   string `db:"unit_name"`
	Percent    int    `db:"percent"`
	Total      int    `db:"total"`
}

// Learners tells who learns a course and who finished it, inside the viewer's part of the tree, with the number of all that
// fit.
func (s *Service) Learners(ctx context.Context, v account.Viewer, id CourseID, f LearnerFilter, p page.Page) (Course, []Learner, int, error) {
	return s.learners(ctx, v, id, f, p.Limit(), p.Offset())
}

func (s *Service) learners(ctx context.Context, v account.Viewer, id CourseID, f LearnerFilter, limit, offset int) (Course, []Learner, int, error) {
	var c Course
	if err := mayReport(v); err != nil {
		return c, nil, 0, err
	}
	if err := s.store.Get(ctx, s.db, &c, "course_reported", int64(id)); err != nil {
		return c, nil, 0, err
	}
	sc := v.Scope(account.CoursewareReport)
	var rows []Learner
	err := s.store.Select(ctx, s.db, &rows, "learners", int64(id), sc.All, db.Array(sc.UnitIDs), string(f.State), likeText(f.Search), limit, offset)
	if err != nil || len(rows) == 0 {
		return c, nil, 0, err
	}
	return c, rows, rows[0].Total, nil
}

// mayReport lets those pass who may see how others learn.
func mayReport(v account.Viewer) error {
	if err := v.Require(account.CoursewareReport); err != nil {
		return err
	}
	if !v.CanBeyondSelf(account.CoursewareReport) {
		return errs.New(errs.Forbidden, "error.forbidden")
	}
	return nil
}

// maxExport bounds a list that leaves the system.
const maxExport = 20_000

// ExportLearners is every learner that fits, and records that the list left the system: who, how many, why. Errors: Invalid without a
// reason, or for more than leave at once; else those of Learners.
func (s *Service) ExportLearners(ctx context.Context, v account.Viewer, id CourseID, f LearnerFilter, reason string) ([]Learner, error) {
	if err := mayReport(v); err != nil {
		return nil, err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return nil, errs.InvalidFields(errs.NewField("reason", "error.courseware.export_reason"))
	}
	rows, err := page.Whole(maxExport, func(limit int) ([]Learner, int, error) {
		_, rows, total, err := s.learners(ctx, v, id, f, limit, 0)
		return rows, total, err
	})
	if err != nil {
		return nil, err
	}
	return rows, s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v.Actor(), "course.export", courseSubject(id), map[string]any{"count": len(rows), "reason": reason})
	})
}

// Share is how many of the courses that were due a person finished in time of the period.
type Share struct {
	Assigned  int `db:"assigned"`
	Completed int `db:"completed"`
}

// Participation counts, for each of the people, the assigned and retraining courses that were due in the period (or, without
// a due day, assigned in it: due with the period) and those of them that were finished by its end. What is not finished counts
// once its day is over: until then nobody has missed it. from and to are dates, both included; people without such a course are
// absent. The caller has authorised the people.
func (s *Service) Participation(ctx context.Context, q db.Q, people []account.PersonID, from, to time.Time) (map[account.PersonID]Share, error) {
	var rows []struct {
		PersonID account.PersonID `db:"person_id"`
		Share
	}
	begin, end := s.startOf(from), s.startOf(to.AddDate(0, 0, 1))
	err := s.store.Select(ctx, q, &rows, "participation", db.Array(account.Int64s(people)), day(from), day(to), begin, end, s.dateOf(q.Now()))
	if err != nil {
		return nil, err
	}
	out := make(map[account.PersonID]Share, len(rows))
	for _, r := range rows {
		out[r.PersonID] = r.Share
	}
	return out, nil
}

// overdueLookBack is how many days back LatelyOverdue reaches, so that a server that was down for some days misses nobody.
const overdueLookBack = 10

// LatelyOverdue are the people with a course whose day passed unfinished in the last days: their Participation is another since.
func (s *Service) LatelyOverdue(ctx context.Context, q db.Q) ([]account.PersonID, error) {
	today := s.dateOf(q.Now())
	var people []account.PersonID
	err := s.store.Select(ctx, q, &people, "lately_overdue", today.AddDate(0, 0, -overdueLookBack), today)
	return people, err
}
