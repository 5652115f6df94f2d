package exam

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// PageNotice is what an invigilator tells a running page: a notice, or the corrected text of the question at a slot.
type PageNotice struct {
	ID   int64
	Kind InvigilationKind // LogNotice or LogCorrection
	Slot int              // 0 for a notice
	Text string
	At   time.Time
}

// Beat is the state of a running attempt as its page must know it: the answer to a heart-beat and what an event stream sends.
type Beat struct {
	ServerTime  time.Time
	DeadlineAt  time.Time
	RemainingMS int64
	LastSeq     int64
	State       AttemptState
	PausedAt    *time.Time // the clock stands since
	News        int        // grows with everything that the page must look at
	Notices     []PageNotice
	Warnings    []Warning // of a heart-beat: what the exam's policy has counted
}

// remaining is the time left: that of the pause's beginning while the clock stands.
func remaining(deadlineAt time.Time, pausedAt *time.Time, now time.Time) int64 {
	if pausedAt != nil {
		now = *pausedAt
	}
	return RemainingMS(deadlineAt, now)
}

// maxPageNotices bounds what one page is told; the newest are kept.
const maxPageNotices = 100

// notices are what the invigilators told an attempt, the oldest first. An attempt without news has none to read.
func (s *Service) notices(ctx context.Context, x db.Q, a attemptRow) ([]PageNotice, error) {
	if a.News == 0 {
		return nil, nil
	}
	var rows []struct {
		ID        int64            `db:"id"`
		Kind      InvigilationKind `db:"kind"`
		VersionID *VersionID       `db:"version_id"`
		Text      string           `db:"note"`
		At        time.Time        `db:"at"`
	}
	if err := s.store.Select(ctx, x, &rows, "attempt_notices", int64(a.ExamID), int64(a.ID), maxPageNotices); err != nil || len(rows) == 0 {
		return nil, err
	}
	slots, err := s.slotsOf(ctx, x, a)
	if err != nil {
		return nil, err
	}
	var sections []SheetSection
	if a.Section > 0 {
		known, err := s.sheet(ctx, account.Viewer{PersonID: a.PersonID}, a.ID)
		if err != nil {
			return nil, err
		}
		sections = known.sections
	}
	out := make([]PageNotice, 0, len(rows))
	for _, r := range rows {
		n := PageNotice{ID: r.ID, Kind: r.Kind, Text: r.Text, At: r.At.UTC()}
		if r.VersionID != nil {
			if n.Slot = slots[*r.VersionID]; n.Slot == 0 {
				continue // another paper's question
			}
			if outside(sectionAt(sections, n.Slot), a.Section) != "" {
				continue // told with its section
			}
		}
		out = append(out, n)
	}
	return out, nil
}

// slotsOf is where an attempt shows each question version.
func (s *Service) slotsOf(ctx context.Context, x db.Q, a attemptRow) (map[VersionID]int, error) {
	var places db.JSON[[]Place]
	if err := s.store.Get(ctx, x, &places, "attempt_places", int64(a.ID)); err != nil {
		return nil, err
	}
	out := make(map[VersionID]int, len(places.V))
	for _, p := range places.V {
		out[p.VersionID] = p.Slot
	}
	return out, nil
}

// beat reads the state of an attempt for its page.
func (s *Service) beat(ctx context.Context, v account.Viewer, id AttemptID) (attemptRow, Beat, error) {
	a, err := s.store.standing(ctx, s.db, v, id)
	if err != nil {
		return a, Beat{}, err
	}
	notices, err := s.notices(ctx, s.db, a)
	if err != nil {
		return a, Beat{}, err
	}
	now := s.db.Now()
	return a, Beat{
		ServerTime: now, DeadlineAt: a.DeadlineAt.UTC(), RemainingMS: remaining(a.DeadlineAt, a.PausedAt, now), LastSeq: a.LastSeq,
		State: a.State, PausedAt: utc(a.PausedAt), News: a.News, Notices: notices,
	}, nil
}

// News is the state of the viewer's attempt for its event stream. Errors: NotFound for anybody else's.
func (s *Service) News(ctx context.Context, v account.Viewer, id AttemptID) (Beat, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return Beat{}, err
	}
	_, b, err := s.beat(ctx, v, id)
	return b, err
}
