package courseware

import (
	"path"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Course is an ordered set of units that belongs to a part of the organisation.
type Course struct {
	ID          CourseID       `db:"id"`
	UnitID      account.UnitID `db:"unit_id"` // whose it is
	UnitName    string         `db:"unit_name"`
	Title       string         `db:"title"`
	Summary     string         `db:"summary"`
	Topics      db.Strings     `db:"topics"`
	SelfStudy   bool           `db:"self_study"`
	State       CourseState    `db:"state"`
	Version     int            `db:"version"`
	CreatedAt   time.Time      `db:"created_at"`
	PublishedAt *time.Time     `db:"published_at"`
}

// CourseInput is what an author says about a course.
type CourseInput struct {
	UnitID    account.UnitID // of a new course
	Title     string
	Summary   string
	Topics    []string
	SelfStudy bool
}

const (
	maxTitle   = 120
	maxSummary = 2000
	maxTopics  = 20
	maxTopic   = 60
	maxUnits   = 100
	maxMinutes = 600
)

// clean trims what people type and drops empty and repeated topics.
func (in CourseInput) clean() CourseInput {
	in.Title, in.Summary = strings.TrimSpace(in.Title), strings.TrimSpace(in.Summary)
	topics := make([]string, 0, len(in.Topics))
	seen := map[string]bool{}
	for _, t := range in.Topics {
		if t = strings.TrimSpace(t); t != "" && !seen[t] {
			seen[t] = true
			topics = append(topics, t)
		}
	}
	in.Topics = topics
	return in
}

func (in CourseInput) check() error {
	var bad []errs.Field
	if n := len([]rune(in.Title)); n == 0 || n > maxTitle {
		bad = append(bad, errs.NewField("title", "error.courseware.title", "max", maxTitle))
	}
	if len([]rune(in.Summary)) > maxSummary {
		bad = append(bad, errs.NewField("summary", "error.courseware.summary", "max", maxSummary, "n", len([]rune(in.Summary))))
	}
	if len(in.Topics) > maxTopics {
		bad = append(bad, errs.NewField("topics", "error.field.max", "limit", maxTopics))
	}
	for _, t := range in.Topics {
		if len([]rune(t)) > maxTopic {
			bad = append(bad, errs.NewField("topics", "error.courseware.topic", "max", maxTopic))
			break
		}
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// Unit is a step of a course with the file that it shows now.
type Unit struct {
	ID           UnitID      `db:"id"`
	CourseID     CourseID    `db:"course_id"`
	Position     int         `db:"position"`
	Title        string      `db:"title"`
	Required     bool        `db:"required"`
	VersionID    VersionID   `db:"version_id"`
	Version      int         `db:"version"`
	Minutes      int         `db:"minutes"` // typed, 0 = as measured
	ObjectID     ObjectID    `db:"object_id"`
	FileName     string      `db:"file_name"`
	SizeBytes    int64       `db:"size_bytes"`
	ObjectState  ObjectState `db:"object_state"`
	ObjectReason string      `db:"object_reason"`
	ContentType  string      `db:"content_type"`
	PageCount    int         `db:"page_count"`
	MeasuredMS   int64       `db:"measured_ms"` // 0 = not measured
}

// Kind is how the unit is shown, "" while its file is not checked.
func (u Unit) Kind() Kind { return KindOf(u.ContentType, u.PageCount) }

// DurationMS is how long a video or audio is: as measured, else as typed.
func (u Unit) DurationMS() int64 {
	if u.MeasuredMS > 0 {
		return u.MeasuredMS
	}
	return int64(u.Minutes) * time.Minute.Milliseconds()
}

// Measure is what there is to learn in the unit.
func (u Unit) Measure() Measure {
	switch u.Kind() {
	case KindVideo, KindAudio:
		return Measure{DurationMS: u.DurationMS()}
	case KindPages:
		return Measure{Pages: u.PageCount, DwellMS: PageDwell.Milliseconds()}
	case KindImage:
		return Measure{Pages: 1, DwellMS: PageDwell.Milliseconds()}
	case KindFile:
		return Measure{Pages: 1, DwellMS: FileDwell.Milliseconds()}
	}
	return Measure{}
}

// fault says why the unit cannot be published yet, nil when it can.
func (u Unit) fault() error {
	switch {
	case u.ObjectState == Refused:
		return errs.New(errs.Conflict, "error.courseware.unit_refused", "title", u.Title)
	case u.ObjectState != Checked:
		return errs.New(errs.Conflict, "error.courseware.unit_pending", "title", u.Title)
	case u.Measure() == Measure{}:
		return errs.New(errs.Conflict, "error.courseware.unit_minutes", "title", u.Title)
	}
	return nil
}

// publishable checks what a course must have before people learn it.
func publishable(units []Unit) error {
	required := 0
	for _, u := range units {
		if err := u.fault(); err != nil {
			return err
		}
		if u.Required {
			required++
		}
	}
	if required == 0 {
		return errs.New(errs.Conflict, "error.courseware.no_unit")
	}
	return nil
}

// UnitInput is what an author says about a unit.
type UnitInput struct {
	Title    string
	Required bool
	Minutes  int // for a video or audio whose length could not be measured; 0 = none
}

func (in UnitInput) check() error {
	var bad []errs.Field
	if n := len([]rune(in.Title)); n == 0 || n > maxTitle {
		bad = append(bad, errs.NewField("title", "error.courseware.title", "max", maxTitle))
	}
	if in.Minutes < 0 || in.Minutes > maxMinutes {
		bad = append(bad, errs.NewField("minutes", "error.courseware.minutes", "max", maxMinutes))
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}

// titleOf is the first title of a unit: the file's name without its extension.
func titleOf(fileName string) string {
	title := strings.TrimSpace(strings.TrimSuffix(fileName, path.Ext(fileName)))
	if title == "" {
		title = fileName
	}
	runes := []rune(title)
	return string(runes[:min(len(runes), maxTitle)])
}
