package exam

import (
	"slices"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// PoolItem is a published question version that a paper may take, as the bank tells it. A pool holds one version of each
// question. Items at the same points may share their lists: they are read, never written.
type PoolItem struct {
	VersionID  VersionID
	QuestionID int64
	Type       string
	Difficulty int       // 1–5
	Key        bool      // 重点
	TopicIDs   []TopicID // its knowledge points and all points above them
	Line       []TopicID // its own, first point and the points above it, up to the area
	Rivals     []int64   // sets of questions of which a paper takes at most one (互斥题)
	Uses       int       // papers that took the question
	Seen       int       // of a paper for an exam: how often its invited people have seen the version
}

func (i PoolItem) byPeople() bool { return questionbank.Type(i.Type).ByPeople() }

// Pool is what a paper is drawn from. Lines are the knowledge points of the bank, each with the points above it.
type Pool struct {
	Items   []PoolItem
	Lines   map[TopicID][]TopicID
	Invited int // to the exam for which a paper is drawn; 0: it is drawn for none
}

// PaperSlot is one place of a frozen paper. Slots count from 1.
type PaperSlot struct {
	Slot      int              `db:"slot"`
	Section   string           `db:"section"`
	VersionID VersionID        `db:"version_id"`
	Points    score.Hundredths `db:"points_hundredths"`
	Reason    db.JSON[Reason]  `db:"reason"`
}

// Reason says why a draw took a question, for the trainer.
type Reason struct {
	Row     int     `json:"row,omitempty"`     // the blueprint's row that it fills, from 1; 0 in a person's own paper
	Quota   TopicID `json:"quota,omitempty"`   // the nearest point whose least number it serves
	Uses    int     `json:"uses,omitempty"`    // papers that had taken it before
	Topic   TopicID `json:"topic,omitempty"`   // N03: the first paper's point for which it stands
	Lost    int     `json:"lost,omitempty"`    // questions at that point at which the person lost something
	Like    int     `json:"like,omitempty"`    // the first paper's mean difficulty at that point
	Seen    bool    `json:"seen,omitempty"`    // the person has seen it: the bank has no other
	SeenBy  int     `json:"seen_by,omitempty"` // of a paper for an exam: how often the invited had seen it
	Invited int     `json:"invited,omitempty"` // so many they were
	Key     bool    `json:"key,omitempty"`     // it is 重点
	NoKey   bool    `json:"no_key,omitempty"`  // it is not, because the bank has no 重点 question at the first paper's points
	Overlap bool    `json:"overlap,omitempty"` // another form of the same paper has it too: the bank has no other
}

// Fits reports whether the item satisfies the row.
func (r BlueprintRow) Fits(item PoolItem) bool {
	if r.Type != "" && r.Type != item.Type || r.Type == "" && item.byPeople() || item.Difficulty < r.DifficultyMin || item.Difficulty > r.DifficultyMax {
		return false
	}
	return len(r.TopicIDs) == 0 || slices.ContainsFunc(item.TopicIDs, func(id TopicID) bool { return slices.Contains(r.TopicIDs, id) })
}
