package ledger

import (
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/policy"
)

// EntryID names an entry.
type EntryID int64

// RoundID names the round (考核轮次) that an entry comes from.
type RoundID int64

// ResultID names a version of a result.
type ResultID int64

// Round is what the rules ask of a round.
type Round struct {
	ID   RoundID
	Kind Kind
	AsOf time.Time // the version that held then pays
}

// Came is what a round came to for a person.
type Came struct {
	PersonID account.PersonID
	Outcome  Outcome
	ResultID ResultID // the version that says so; 0 while nothing is released
}

// tail is the last entry of a person and a round.
type tail struct {
	ID              EntryID          `db:"id"`
	PersonID        account.PersonID `db:"person_id"`
	Seq             int              `db:"seq"`
	Outcome         Outcome          `db:"outcome"`
	PolicyVersionID policy.VersionID `db:"policy_version_id"`
	ResultID        ResultID         `db:"result_id"`
	Stands          bool             `db:"stands"` // it books, and is not reversed
	Pay
}

// change is what becomes of a person's entries of a round: the standing one is reversed, another one is booked, or both.
type change struct {
	Came
	last    tail // Seq 0: there is none
	reverse bool
	book    bool
	pay     Pay
}

// plan compares what stands with what is owed. The same outcome changes nothing, whatever has become of the policy since.
func plan(last tail, c Came, owed Pay) change {
	out := change{Came: c, last: last, pay: owed}
	if last.Stands && last.Outcome == c.Outcome {
		return out
	}
	out.reverse = last.Stands
	out.book = c.Outcome != Undecided && !owed.Zero()
	return out
}

func (c change) nothing() bool { return !c.reverse && !c.book }

// before is what stood.
func (c change) before() Pay {
	if c.last.Stands {
		return c.last.Pay
	}
	return Pay{}
}

// after is what stands with the change.
func (c change) after() Pay {
	switch {
	case c.book:
		return c.pay
	case c.reverse:
		return Pay{}
	}
	return c.before()
}

// row is an entry to add.
type row struct {
	PersonID        account.PersonID `json:"-"`
	Person          int64            `json:"person_id"`
	Seq             int              `json:"seq"`
	PolicyVersionID policy.VersionID `json:"policy_version_id"`
	Outcome         Outcome          `json:"outcome"`
	Pay
	ResultID ResultID `json:"result_id"`
	Reverses *EntryID `json:"reverses"`
}

// rows are the entries that the change adds, by the version that books.
func (c change) rows(version policy.VersionID) []row {
	var out []row
	seq := c.last.Seq
	if c.reverse {
		seq++
		because := c.ResultID
		if because == 0 {
			because = c.last.ResultID
		}
		out = append(out, row{
			PersonID: c.PersonID, Person: int64(c.PersonID), Seq: seq, PolicyVersionID: c.last.PolicyVersionID, Outcome: c.last.Outcome, Pay: c.last.Pay.Negated(),
			ResultID: because, Reverses: &c.last.ID,
		})
	}
	if c.book {
		seq++
		out = append(out, row{
			PersonID: c.PersonID, Person: int64(c.PersonID), Seq: seq, PolicyVersionID: version, Outcome: c.Outcome, Pay: c.pay, ResultID: c.ResultID,
		})
	}
	return out
}
