package exam

import (
	"fmt"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/score"
)

// Bounds of a paper: a phone draws a slot each, and a draw stays quick.
const (
	MaxBlueprintRows   = 60
	MaxBlueprintQuotas = 30
	MaxPaperSlots      = 200
)

// Blueprint says what a paper must hold, row by row (C34: what the quarter taught, in the shares that the trainer wants).
// Its versions are rows of blueprint_version; a paper names the version it was drawn from.
type Blueprint struct {
	Title string         `json:"title"`
	Rows  []BlueprintRow `json:"rows"`
	// KeyPercent is the least share of 重点 questions among all slots, 0–100.
	KeyPercent int `json:"key_percent"`
	// Quotas bound how many questions of all rows stand at a knowledge point or below it.
	Quotas []TopicQuota `json:"quotas,omitempty"`
	// Practice: the papers are for mocks, and leave out what is under embargo.
	Practice bool `json:"practice,omitempty"`
}

// TopicQuota is the least and the greatest number of questions at a knowledge point or below it. A question counts once, at
// its own, first point, so that the numbers of sibling points add up to that of the point above. Max 0 is no upper bound.
type TopicQuota struct {
	TopicID TopicID `json:"topic_id"`
	Min     int     `json:"min"`
	Max     int     `json:"max"`
}

// BlueprintRow asks for Count questions of one type from some knowledge points, each worth Points.
type BlueprintRow struct {
	Section       string           `json:"section"`
	TopicIDs      []TopicID        `json:"topic_ids"` // any of them or a point below; none = the whole bank
	Type          string           `json:"type"`      // questionbank's type; "" = any that is marked by itself: who wants short answers asks for them
	DifficultyMin int              `json:"difficulty_min"`
	DifficultyMax int              `json:"difficulty_max"`
	Count         int              `json:"count"`
	Points        score.Hundredths `json:"points"`
}

// Slots is the number of slots that the blueprint asks for.
func (b Blueprint) Slots() int {
	n := 0
	for _, r := range b.Rows {
		n += r.Count
	}
	return n
}

// Total is the sum of all points.
func (b Blueprint) Total() score.Hundredths {
	var sum score.Hundredths
	for _, r := range b.Rows {
		sum += r.Points * score.Hundredths(r.Count)
	}
	return sum
}

// KeySlots is how many slots must hold a 重点 question: the share, rounded up, so that "at least 30 %" is kept.
func (b Blueprint) KeySlots() int { return (b.Slots()*b.KeyPercent + 99) / 100 }

// most is the greatest number as the draw takes it: a paper holds no more questions than slots.
func (q TopicQuota) most(slots int) int {
	if q.Max == 0 {
		return slots
	}
	return q.Max
}

// Topics are all knowledge points that the rows name, once each; empty when a row asks for the whole bank.
func (b Blueprint) Topics() []TopicID {
	seen, out := map[TopicID]bool{}, []TopicID{}
	for _, r := range b.Rows {
		if len(r.TopicIDs) == 0 {
			return nil
		}
		for _, id := range r.TopicIDs {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}

// Validate reports what is wrong, field by field; fields are named rows.0.count as the form names them.
func (b Blueprint) Validate() error {
	var bad []errs.Field
	wrong := func(name, key string) { bad = append(bad, errs.Field{Name: name, Key: key}) }
	if !titled(b.Title) {
		wrong("title", "error.exam.title")
	}
	if b.KeyPercent < 0 || b.KeyPercent > 100 {
		wrong("key_percent", "error.exam.key_percent")
	}
	if len(b.Rows) == 0 || len(b.Rows) > MaxBlueprintRows || b.Slots() > MaxPaperSlots {
		wrong("rows", "error.exam.blueprint_size")
	}
	for i, r := range b.Rows {
		if r.Count < 1 || r.Count > MaxPaperSlots {
			wrong(fmt.Sprintf("rows.%d.count", i), "error.exam.row_count")
		}
		if r.Points < 1 || r.Points > score.Whole(1000) {
			wrong(fmt.Sprintf("rows.%d.points", i), "error.exam.row_points")
		}
		if r.DifficultyMin < 1 || r.DifficultyMax > 5 || r.DifficultyMin > r.DifficultyMax {
			wrong(fmt.Sprintf("rows.%d.difficulty", i), "error.exam.row_difficulty")
		}
	}
	if len(b.Quotas) > MaxBlueprintQuotas {
		wrong("quotas", "error.exam.quota_size")
	}
	seen := map[TopicID]bool{}
	for i, q := range b.Quotas {
		if q.TopicID == 0 || seen[q.TopicID] {
			wrong(fmt.Sprintf("quotas.%d.topic", i), "error.exam.quota_topic")
		}
		if q.Min < 0 || q.Max < 0 || q.Max > 0 && q.Max < q.Min || q.Min == 0 && q.Max == 0 || q.Min > MaxPaperSlots {
			wrong(fmt.Sprintf("quotas.%d.range", i), "error.exam.quota_range")
		}
		seen[q.TopicID] = true
	}
	if len(bad) > 0 {
		return errs.InvalidFields(bad...)
	}
	return nil
}
