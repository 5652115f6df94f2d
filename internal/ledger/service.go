package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
)

// Service books and lists entries.
type Service struct {
	d        *db.DB
	store    store
	policies *policy.Store
	zone     *time.Location
}

// New prepares the statements. zone is the organisation's, in which a month ends.
func New(ctx context.Context, d *db.DB, policies *policy.Store, zone *time.Location) (*Service, error) {
	s, err := openStore(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	return &Service{d: d, store: s, policies: policies, zone: zone}, nil
}

// Lock lets one act at a time settle a round: it is called before the outcomes are read, so that of two acts the later one knows
// what the earlier one brought.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, round RoundID) error {
	var locked int64
	return s.store.Get(ctx, tx, &locked, "lock_round", int64(round))
}

// Settled is what became of a person's entries of a round.
type Settled struct {
	PersonID account.PersonID
	Outcome  Outcome
	Seq      int // of the last entry that was added
	Before   Pay // what stood
	After    Pay // what stands now
}

// Settle books what a round came to for some people, once for each, and takes back what is so no more. It is called in the
// transaction that brought the outcomes, under Lock. Saying the same again changes nothing. A round whose exam opened before the
// first version of the policy brings nothing.
func (s *Service) Settle(ctx context.Context, tx *db.Tx, r Round, list []Came) ([]Settled, error) {
	changes, version, err := s.changes(ctx, tx, r, list)
	if err != nil {
		return nil, err
	}
	var rows []row
	var out []Settled
	for _, c := range changes {
		if c.nothing() {
			continue
		}
		added := c.rows(version)
		rows = append(rows, added...)
		out = append(out, Settled{c.PersonID, c.Outcome, added[len(added)-1].Seq, c.before(), c.after()})
	}
	if len(rows) == 0 {
		return nil, nil
	}
	actor := account.System().Actor()
	ids, err := s.store.add(ctx, tx, r.ID, s.day(tx.Now()), actor, rows)
	if err != nil {
		return nil, err
	}
	events := make([]audit.Event, len(rows))
	for i, w := range rows {
		events[i] = w.event(actor, r.ID, ids[added{w.PersonID, w.Seq}])
	}
	return out, audit.WriteAll(ctx, tx, events)
}

func (w row) event(actor string, round RoundID, id EntryID) audit.Event {
	act, body := "ledger.book", map[string]any{
		"person": w.PersonID, "round": int64(round), "outcome": w.Outcome, "points": w.Points, "fen": int64(w.Fen), "result": int64(w.ResultID),
		"policy_version": int64(w.PolicyVersionID),
	}
	if w.Reverses != nil {
		act, body["reverses"] = "ledger.reverse", int64(*w.Reverses)
	}
	return audit.Event{Actor: actor, Act: act, Subject: fmt.Sprintf("ledger_entry:%d", id), Body: body}
}

// day is the date of a moment in the organisation's zone.
func (s *Service) day(at time.Time) string { return at.In(s.zone).Format(time.DateOnly) }

// Foreseen is what a person would have of a round, where it is not what stands.
type Foreseen struct {
	PersonID      account.PersonID
	Before, After Pay
}

// Foresee says what Settle would change, and does nothing.
func (s *Service) Foresee(ctx context.Context, x db.Q, r Round, list []Came) ([]Foreseen, error) {
	changes, _, err := s.changes(ctx, x, r, list)
	if err != nil {
		return nil, err
	}
	var out []Foreseen
	for _, c := range changes {
		if c.before() != c.after() {
			out = append(out, Foreseen{c.PersonID, c.before(), c.after()})
		}
	}
	return out, nil
}

// changes compares what stands with what the policy of the round owes to each.
func (s *Service) changes(ctx context.Context, x db.Q, r Round, list []Came) ([]change, policy.VersionID, error) {
	p, version, err := policy.Current[Policy](ctx, s.policies, x, PolicyKind, r.AsOf)
	if errs.Is(err, errs.NotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	people := make([]account.PersonID, len(list))
	for i, c := range list {
		people[i] = c.PersonID
	}
	tails, err := s.store.tails(ctx, x, r.ID, people)
	if err != nil {
		return nil, 0, err
	}
	out := make([]change, len(list))
	for i, c := range list {
		out[i] = plan(tails[c.PersonID], c, p.Of(r.Kind, c.Outcome))
	}
	return out, version, nil
}
