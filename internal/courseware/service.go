package courseware

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/jobs"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

// CompletionHook hears of a finished course in the transaction of the beat that finished it (decision 7): retraining that is
// done unlocks the re-exam.
type CompletionHook interface {
	CourseCompleted(ctx context.Context, tx *db.Tx, c Completed) error
}

// DueHook hears, in the same transaction, that courses were given to people or taken back from them: the share that they
// finished of what was due is another (Participation).
type DueHook interface {
	DueCoursesChanged(ctx context.Context, tx *db.Tx, people []account.PersonID) error
}

// Completed is a finished course.
type Completed struct {
	EnrolmentID EnrolmentID
	PersonID    account.PersonID
	CourseID    CourseID
	Reason      Reason
	At          time.Time
}

// People resolves whom a course is assigned to; account.Service does.
type People interface {
	Resolve(ctx context.Context, q db.Q, v account.Viewer, act account.Action, a account.Audience) ([]account.PersonID, error)
}

// Service is the feature: each method checks the viewer, acts in one transaction and writes what was done into the audit.
type Service struct {
	db     *db.DB
	store  store
	files  objectstore.Store
	people People
	queue  jobs.Queue
	zone   *time.Location
	hooks  []CompletionHook
	due    []DueHook
}

// NewService prepares the statements. queue runs the checks of uploads (RegisterJobs); zone is the organisation's.
func NewService(ctx context.Context, d *db.DB, people People, files objectstore.Store, queue jobs.Queue, zone *time.Location) (*Service, error) {
	st, err := openStore(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("courseware: %w", err)
	}
	return &Service{db: d, store: st, people: people, files: files, queue: queue, zone: zone}, nil
}

// OnCompletion adds a hook; the program does so once, before anything is served.
func (s *Service) OnCompletion(h CompletionHook) { s.hooks = append(s.hooks, h) }

// OnDueChange adds a hook; the program does so once, before anything is served.
func (s *Service) OnDueChange(h DueHook) { s.due = append(s.due, h) }

// RegisterJobs sets the handlers of this feature's jobs.
func (s *Service) RegisterJobs(w *jobs.Workers) {
	jobs.Register(w, func(ctx context.Context, a CheckObject) error { return s.Check(ctx, a.ObjectID) })
	jobs.Register(w, func(ctx context.Context, _ TidyUploads) error { return s.Tidy(ctx) })
	jobs.Every(w, tidyEvery, TidyUploads{})
}

// Today is the organisation's date as midnight UTC.
func (s *Service) Today() time.Time { return s.dateOf(s.db.Now()) }

func (s *Service) dateOf(at time.Time) time.Time { return day(at.In(s.zone)) }

// startOf is the moment at which a date begins in the organisation's zone.
func (s *Service) startOf(date time.Time) time.Time {
	y, m, d := date.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.zone)
}

const systemActor = "system"

// record writes one act into the audit.
func record(ctx context.Context, tx *db.Tx, actor, act, subject string, body map[string]any) error {
	if body == nil {
		body = map[string]any{}
	}
	return audit.Write(ctx, tx, audit.Event{Actor: actor, Act: act, Subject: subject, Body: body})
}

func objectSubject(id ObjectID) string       { return "object:" + id.String() }
func courseSubject(id CourseID) string       { return "course:" + id.String() }
func unitSubject(id UnitID) string           { return "course_unit:" + id.String() }
func enrolmentSubject(id EnrolmentID) string { return "enrolment:" + id.String() }
