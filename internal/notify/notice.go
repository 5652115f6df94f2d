package notify

import (
	"strconv"
	"time"

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
)

// News is what is to be told.
type News struct {
	Kind    Kind
	Key     string         // of the words: "notify.exam_published"
	Places  map[string]any // times as RFC 3339 text: the page writes them in the organisation's zone
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

// Text is the notice with its places; times in them are written in zone.
func (n Notice) Text(translate func(key string, kv ...any) string, zone *time.Location) string {
	kv := make([]any, 0, 2*len(n.Places.V))
	for name, v := range n.Places.V {
		kv = append(kv, name, readable(v, zone))
	}
	return translate(n.Key, kv...)
}

func readable(v any, zone *time.Location) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.In(zone).Format("2006-01-02 15:04")
	}
	return s
}
