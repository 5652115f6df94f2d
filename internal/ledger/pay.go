package ledger

import "github.com/peikao/peikao/internal/money"

// Pay is what somebody is given, or what is taken.
type Pay struct {
	Points int64     `json:"points" db:"points"` // whole points
	Fen    money.Fen `json:"fen" db:"fen"`
}

// PointWorth is what a point is worth (N10; E63, E64: 1分1元).
const PointWorth money.Fen = 100

// Worth is what the points and the money come to together.
func (p Pay) Worth() money.Fen { return money.Fen(p.Points)*PointWorth + p.Fen }

// Zero tells whether nothing is given or taken.
func (p Pay) Zero() bool { return p == Pay{} }

// Plus is the sum.
func (p Pay) Plus(q Pay) Pay { return Pay{p.Points + q.Points, p.Fen + q.Fen} }

// Negated takes back what p gave.
func (p Pay) Negated() Pay { return Pay{-p.Points, -p.Fen} }
