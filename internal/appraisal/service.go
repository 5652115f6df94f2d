package appraisal

import (
	"context"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/policy"
)

// Sources are asked when a cycle opens after things happened, and when HR collects again. The period's days are included;
// q is the transaction that will record what they answer. People with nothing to say are left out of the answer.
type Sources interface {
	// Knowledge gives one entry a person and round whose first sitting closed in the period and that has a released result.
	Knowledge(ctx context.Context, q db.Q, people []account.PersonID, from, to time.Time) ([]Knowledge, error)
	// Participation gives one entry a person with at least one course that was due in the period.
	Participation(ctx context.Context, q db.Q, people []account.PersonID, from, to time.Time) ([]Participation, error)
}

// ConfirmHook hears, in the same transaction, that a superior has confirmed somebody's sheet.
type ConfirmHook interface {
	SheetConfirmed(ctx context.Context, tx *db.Tx, c Confirmed) error
}

// Confirmed is a sheet that was just confirmed (A32).
type Confirmed struct {
	CycleID  CycleID
	PersonID account.PersonID
	Quarter  Quarter
}

// Service is the feature: each method checks the viewer, acts in one transaction and writes what was done into the audit.
type Service struct {
	db       *db.DB
	store    store
	policies *policy.Store
	sources  Sources
	confirm  []ConfirmHook
}

// New prepares the statements.
func New(ctx context.Context, d *db.DB, sources Sources) (*Service, error) {
	st, err := openStore(ctx, d)
	if err != nil {
		return nil, err
	}
	policies, err := policy.NewStore(ctx, d)
	if err != nil {
		return nil, err
	}
	return &Service{db: d, store: st, policies: policies, sources: sources}, nil
}

// OnConfirm adds a hook; the program does so once, before anything is served.
func (s *Service) OnConfirm(h ConfirmHook) { s.confirm = append(s.confirm, h) }

// policyKind names FloorPolicy among the policies.
const policyKind = "appraisal"

// floorPolicy is the one that holds now; without one a scheme below a floor is warned about.
func (s *Service) floorPolicy(ctx context.Context, q db.Q) (FloorPolicy, error) {
	p, _, err := policy.Current[FloorPolicy](ctx, s.policies, q, policyKind, q.Now())
	if errs.Is(err, errs.NotFound) {
		return FloorPolicy{BelowFloor: "warn"}, nil
	}
	return p, err
}

func record(ctx context.Context, tx *db.Tx, actor, act, subject string, body map[string]any) error {
	return audit.Write(ctx, tx, audit.Event{Actor: actor, Act: act, Subject: subject, Body: body})
}

func versionSubject(id VersionID) string { return "scheme_version:" + id.String() }
func cycleSubject(id CycleID) string     { return "cycle:" + id.String() }
func sheetSubject(id SheetID) string     { return "sheet:" + id.String() }
func factIDs(ids []FactID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = strconv.FormatInt(int64(id), 10)
	}
	return out
}

// beyondSelf wants an action on other people's things: the cockpit is no page for a consultant, who has the own sheet.
func beyondSelf(v account.Viewer, a account.Action) (account.Scope, error) {
	if err := v.Require(a); err != nil {
		return account.Scope{}, err
	}
	if !v.CanBeyondSelf(a) {
		return account.Scope{}, errs.New(errs.Forbidden, "error.forbidden")
	}
	return v.Scope(a), nil
}

func notFound() error { return errs.New(errs.NotFound, "error.not_found") }
