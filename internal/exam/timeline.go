package exam

import (
	"context"
	"encoding/json"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
)

// TimelineSource is where a moment of a sitting is known from.
type TimelineSource string

const (
	FromAttempt  TimelineSource = "attempt"  // started, handed_in, outage_credit
	FromEvidence TimelineSource = "evidence" // what was refused or noticed
	FromLog      TimelineSource = "log"      // what invigilators did
)

// Moment is one point of a sitting's time line: evidence for people, nothing is judged by it.
type Moment struct {
	At     time.Time      `db:"at"`
	Source TimelineSource `db:"source"`
	Kind   string         `db:"kind"`
	Facts  db.JSON[Facts] `db:"facts"`
}

// Facts are what is known of a moment; what does not apply is zero.
type Facts struct {
	No        int              `json:"no,omitempty"`        // which attempt
	Slot      int              `json:"slot,omitempty"`      // of a refused answer
	LengthMS  int64            `json:"length_ms,omitempty"` // of something that lasted
	Seconds   int              `json:"seconds,omitempty"`   // given
	Category  IncidentCategory `json:"category,omitempty"`
	Note      string           `json:"note,omitempty"`
	By        string           `json:"by,omitempty"`
	ByName    string           `json:"by_name,omitempty"` // "": no person did it
	Cause     SubmitCause      `json:"cause,omitempty"`
	Answered  int              `json:"answered,omitempty"`
	Response  json.RawMessage  `json:"response,omitempty"`
	Everybody bool             `json:"everybody,omitempty"`
	Slots     int              `json:"slots,omitempty"`   // answered in a stretch of unusual speed
	Network   string           `json:"network,omitempty"` // from which network, CIDR
	Section   int              `json:"section,omitempty"` // that was finished
}

// Timeline is the sitting of one candidate from the start to the hand-in, oldest first, with its number. Errors: NotFound for
// who is no candidate or is outside the viewer's part of the tree; Forbidden for one's own, which the result page tells of.
func (s *Service) Timeline(ctx context.Context, v account.Viewer, id ExamID, person account.PersonID, p page.Page) ([]Moment, int, error) {
	if err := v.Require(account.ExamLive); err != nil {
		return nil, 0, err
	}
	if err := account.NotSelf(v, person); err != nil {
		return nil, 0, err
	}
	scope := v.Scope(account.ExamLive)
	var outside []account.PersonID
	err := s.store.Select(ctx, s.db, &outside, "candidates_outside", int64(id), db.Array([]int64{int64(person)}), scope.All, db.Array(scope.UnitIDs))
	if err != nil {
		return nil, 0, err
	}
	if len(outside) > 0 {
		return nil, 0, errNotFound()
	}
	var rows []struct {
		Moment
		Total int `db:"total"`
	}
	if err := s.store.Select(ctx, s.db, &rows, "timeline", int64(id), int64(person), p.Limit(), p.Offset()); err != nil {
		return nil, 0, err
	}
	out, total := make([]Moment, len(rows)), 0
	for i, r := range rows {
		out[i], total = r.Moment, r.Total
		out[i].At = r.At.UTC()
	}
	return out, total, nil
}
