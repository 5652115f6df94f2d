package exam

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/audit"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// BandsPolicy is the kind of the policy that holds score.Bands.
const BandsPolicy = "bands"

// maxOutageCreditSeconds is the set maximum of time given back for one outage (promise 9).
const maxOutageCreditSeconds = 2 * 3600

// Question is a question version as the bank holds it. TopicIDs begin with its own knowledge point; the points above follow.
type Question struct {
	questionbank.Question
	QuestionID bank.QuestionID
	TopicIDs   []TopicID
}

// Questions is what an exam needs of the bank; app fills it.
type Questions interface {
	// Pool lists the published current versions at the knowledge points or below them; no point means the whole bank.
	Pool(ctx context.Context, x db.Q, topics []TopicID) (Pool, error)
	// Pools are the pools of several sets of points, each as Pool gives it, read as one.
	Pools(ctx context.Context, x db.Q, sets [][]TopicID) ([]Pool, error)
	// Versions are question versions by id, published or superseded.
	Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error)
	// QuestionsOf tells which question each version is of.
	QuestionsOf(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]int64, error)
	// MarkUsed makes versions immutable: papers name them, each as often as it stands here.
	MarkUsed(ctx context.Context, tx *db.Tx, ids []VersionID) error
	// Facilities are the facility indices (得分率) of versions in per cent, pooled over released exams; of those that enough people answered.
	Facilities(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]int, error)
	// KeepStatistics adds what an analysis says of its question versions.
	KeepStatistics(ctx context.Context, tx *db.Tx, st bank.Statistics) error
	// StatisticsOf are those that an analysis was kept with.
	StatisticsOf(ctx context.Context, x db.Q, analysis int64) ([]bank.AnalysedItem, error)
}

// People is what an exam needs of accounts; account.Service is it.
type People interface {
	Resolve(ctx context.Context, x db.Q, v account.Viewer, act account.Action, a account.Audience) ([]account.PersonID, error)
	// KeepSessions lets nobody be logged out in the middle of an attempt (decision 10).
	KeepSessions(ctx context.Context, tx *db.Tx, stays []account.Stay) error
}

// Deps are what New puts together.
type Deps struct {
	DB        *db.DB
	Questions Questions
	People    People
	Policies  *policy.Store
	Random    io.Reader      // nil: crypto/rand; the demo passes a seeded one
	Zone      *time.Location // the organisation's, for times in refusals; nil: UTC
}

// Service is the feature.
type Service struct {
	db          *db.DB
	store       store
	questions   Questions
	people      People
	policies    *policy.Store
	committer   *Committer
	starts      *group[*startRequest]
	handIns     *group[*handInRequest]
	random      io.Reader
	zone        *time.Location
	release     []ReleaseHook
	corrected   []CorrectionHook
	foresight   []ForesightHook
	pay         []PayHook
	proposed    []ProposalHook
	handedIn    []HandInHook
	invited     []InvitedHook
	granted     []GrantedHook
	closesMoved []ClosesHook
	calledOff   []CalledOffHook
	removed     []RemovedHook
	papers      papers
	sheets      sheets
	signals     signals
	boards      boards
	seen        seen
	networks    networks
	files       objectstore.Store // sealed media of papers; set by KeepMediaIn
	media       MediaSource
	bands       sync.Map // policy version → score.Bands; a version never changes
}

// New prepares the statements and opens the committer's connection. Close ends it.
func New(ctx context.Context, d Deps) (*Service, error) {
	st, err := openStore(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	line, err := openLine(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	return over(d, st, line), nil
}

// over is a Service that has nothing in memory yet, over what was prepared.
func over(d Deps, st store, line saveLine) *Service {
	s := &Service{
		db: d.DB, store: st, questions: d.Questions, people: d.People, policies: d.Policies,
		committer: newCommitter(line), random: d.Random, zone: cmp.Or(d.Zone, time.UTC),
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	s.starts = newGroup(0, s.startTogether)
	s.handIns = newGroup(0, s.handInTogether)
	return s
}

// Close does what is queued: starts, hand-ins, saves.
func (s *Service) Close() error {
	s.starts.Close()
	s.handIns.Close()
	return s.committer.Close()
}

// EnsurePolicies adds the default band table (C43, N01) and the default rule for absences (N05) when there is none.
func (s *Service) EnsurePolicies(ctx context.Context) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		system := account.System().Actor()
		if err := policy.Ensure(ctx, s.policies, tx, BandsPolicy, score.DefaultBands(), system); err != nil {
			return err
		}
		return policy.Ensure(ctx, s.policies, tx, AbsenceKind, DefaultAbsence(), system)
	})
}

// bandsOf is the band table of a policy version; it is read once a process.
func (s *Service) bandsOf(ctx context.Context, x db.Q, id policy.VersionID) (score.Bands, error) {
	if b, ok := s.bands.Load(id); ok {
		return b.(score.Bands), nil
	}
	b, err := policy.ByID[score.Bands](ctx, s.policies, x, BandsPolicy, id)
	if err == nil {
		s.bands.Store(id, b)
	}
	return b, err
}

// record writes one act into the audit, in the act's transaction.
func record(ctx context.Context, tx *db.Tx, v account.Viewer, act, subject string, body map[string]any) error {
	return audit.Write(ctx, tx, event(v, act, subject, body))
}

func event(v account.Viewer, act, subject string, body map[string]any) audit.Event {
	if body == nil {
		body = map[string]any{}
	}
	return audit.Event{Actor: v.Actor(), Act: act, Subject: subject, Body: body}
}

func examSubject(id ExamID) string       { return fmt.Sprintf("exam:%d", id) }
func attemptSubject(id AttemptID) string { return fmt.Sprintf("attempt:%d", id) }

// seed draws a seed for papers and layouts.
func (s *Service) seed() (int64, error) {
	var b [8]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return 0, fmt.Errorf("exam: random: %w", err)
	}
	return int64(binary.BigEndian.Uint64(b[:]) >> 1), nil
}

// secret is the unguessable part of a lease.
func (s *Service) secret() (string, error) {
	var b [15]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return "", fmt.Errorf("exam: random: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

func generator(seed, stream int64) *mathrand.Rand {
	return mathrand.New(mathrand.NewPCG(uint64(seed), uint64(stream)))
}
