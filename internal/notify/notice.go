package notify

import (
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
)

// ID names a notice.
type ID int64

func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Kind is what a notice is about; the inbox shows it as a badge.
type Kind string

const (
	Exam       Kind = "exam"
	Result     Kind = "result"
	Retake     Kind = "retake"
	Retraining Kind = "retraining"
	Reexam     Kind = "reexam"
	Decision   Kind = "decision"
	Appraisal  Kind = "appraisal"
	Question   Kind = "question" // what came of a report
)

// News is what is to be told.
type News struct {
	Kind    Kind
	Key     string         // of the words: "notify.exam_published"
	Places  map[string]any // texts and numbers; a Moment or Until for a time, a Word for what must be translated
	Link    string         // where to act
	Subject string         // told once to each person
}

// Notice is a line of the inbox.
type Notice struct {
	ID     ID                      `db:"id"`
	Kind   Kind                    `db:"kind"`
	Key    string                  `db:"key"`
	Places db.JSON[map[string]any] `db:"places"`
	Link   string                  `db:"link"`
	SentAt time.Time               `db:"sent_at"`
	ReadAt *time.Time              `db:"read_at"`
	Total  int                     `db:"total"`
}

// Word is a place that is itself a word of the reader's language, such as an outcome.
func Word(key string) any { return map[string]any{"word": key} }

// Moment is a place that is a time, written in the organisation's zone when it is read.
func Moment(t time.Time) any { return map[string]any{"at": t.UTC().Format(time.RFC3339)} }

// Until is a place that is the end of something; it is read as clock.Deadline writes it.
func Until(t time.Time) any { return map[string]any{"until": t.UTC().Format(time.RFC3339)} }

// Text is the notice with its places in the reader's language; times in them are written in zone.
func (n Notice) Text(translate func(key string, kv ...any) string, zone *time.Location) string {
	kv := make([]any, 0, 2*len(n.Places.V))
	for name, v := range n.Places.V {
		kv = append(kv, name, readable(v, translate, zone))
	}
	return translate(n.Key, kv...)
}

func readable(v any, translate func(key string, kv ...any) string, zone *time.Location) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if key, ok := m["word"].(string); ok {
		return translate(key)
	}
	if t, ok := moment(m["until"]); ok {
		return clock.Deadline(t.In(zone))
	}
	if t, ok := moment(m["at"]); ok {
		return t.In(zone).Format("2006-01-02 15:04")
	}
	return ""
}

func moment(v any) (time.Time, bool) {
	text, _ := v.(string)
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil
}
