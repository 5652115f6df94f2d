package exam

import (
	"context"
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// Kinds of evidence that the server notices by itself. A page that reports one of them is not believed.
const (
	KindTakeOver   = "take_over"   // another page or device went on with the attempt
	KindSecondPage = "second_page" // another page opened it while it was held
	KindNetwork    = "network"     // the holder's address is in another network than before
	KindSpeed      = "speed"       // see Bursts
	KindRecording  = "recording"   // a part of a spoken answer was refused
)

// Kinds that a page reports of its own end; a page that was killed reports nothing of it.
const (
	KindLeft     = "left"     // it was closed, reloaded or left by a link; sent as it went, and may not have arrived
	KindReturned = "returned" // it was opened again in the same browser, so long after it was last seen
	KindReopened = "reopened" // the same at once, or by a reload in place
)

// byServer are the kinds that no page may report.
var byServer = []string{KindTakeOver, KindSecondPage, KindNetwork, KindSpeed, KindRecording, KindCode, KindSection, string(Late), string(Closed), string(LostLease), string(SectionLeft),
	string(SectionAhead)}

// evidenceOf are the kinds of evidence that count for a watch. To be away by a link is to be away.
func evidenceOf(k WatchKind) []string {
	switch k {
	case WatchHidden:
		return []string{string(k), KindReturned}
	case WatchSessions:
		return []string{KindTakeOver}
	}
	return []string{string(k)}
}

// Warning says how often something that is watched for was noticed. After is 0 where nothing but the warning follows.
type Warning struct {
	Kind  WatchKind
	Count int
	After int
}

// warnings are what the page says, and the first kind whose number is reached, "" when none is.
func (i Integrity) warnings(counted map[WatchKind]int) (out []Warning, reached WatchKind) {
	for _, k := range i.Watched() {
		n, w := counted[k], i.Of(k)
		if n > 0 {
			out = append(out, Warning{Kind: k, Count: n, After: w.After})
		}
		if w.Mode == WatchHandIn && n >= w.After && reached == "" {
			reached = k
		}
	}
	return out, reached
}

// watchCounts is how often what the exam watches for was noticed in an attempt; nothing is asked where nothing is watched for.
func (s *Service) watchCounts(ctx context.Context, x db.Q, id AttemptID, i Integrity) (map[WatchKind]int, error) {
	watches := map[string]WatchKind{}
	for _, k := range i.Watched() {
		for _, kind := range evidenceOf(k) {
			watches[kind] = k
		}
	}
	if len(watches) == 0 {
		return nil, nil
	}
	names := slices.Sorted(maps.Keys(watches))
	var rows []struct {
		Kind string `db:"kind"`
		N    int    `db:"n"`
	}
	if err := s.store.Select(ctx, x, &rows, "evidence_counted", int64(id), db.Array(names)); err != nil {
		return nil, err
	}
	out := make(map[WatchKind]int, len(rows))
	for _, r := range rows {
		out[watches[r.Kind]] += r.N
	}
	return out, nil
}

// notice keeps what a page noticed and tells what follows; when the policy's number is reached it hands in, in the same
// transaction, so that neither a second beat nor a second server does it again. gone reports that it did.
func (s *Service) notice(ctx context.Context, v account.Viewer, a attemptRow, lease string, events []PageEvent, at time.Time) (told []Warning, gone bool, err error) {
	events = slices.DeleteFunc(slices.Clone(events[:min(len(events), MaxPageEvents)]), func(e PageEvent) bool { return slices.Contains(byServer, e.Kind) })
	if len(events) == 0 {
		counts, err := s.watchCounts(ctx, s.db, a.ID, a.Integrity.V)
		told, _ := a.Integrity.V.warnings(counts)
		return told, false, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		var hold struct {
			Counts     bool      `db:"counts"`
			DeadlineAt time.Time `db:"deadline_at"`
		}
		if err := s.store.Get(ctx, tx, &hold, "attempt_hold", int64(a.ID), int64(v.PersonID), lease, at); err != nil {
			return err
		}
		rows := make([]evidence, len(events))
		for i, e := range events {
			e = e.bounded()
			rows[i] = evidence{kind: e.Kind, body: map[string]any{"at_ms": e.AtMS, "length_ms": e.LengthMS, "epoch": epochOf(lease), "counts": hold.Counts}}
		}
		if err := s.addEvidence(ctx, tx, a.ID, rows, at); err != nil {
			return err
		}
		told, gone, err = s.follow(ctx, tx, a, hold.Counts, at)
		return err
	})
	return told, gone, err
}

// addEvidence adds rows under the attempt's lock, each once.
func (s *Service) addEvidence(ctx context.Context, tx *db.Tx, id AttemptID, rows []evidence, at time.Time) error {
	kinds, bodies, err := evidenceColumns(rows)
	if err != nil {
		return err
	}
	_, err = s.store.Exec(ctx, tx, "evidence_once", int64(id), db.Array(kinds), db.Array(bodies), at)
	return err
}

// keptEvidence is how many of these rows stand in the attempt's evidence.
func (s *Service) keptEvidence(ctx context.Context, tx *db.Tx, id AttemptID, rows []evidence) (n int, err error) {
	kinds, bodies, err := evidenceColumns(rows)
	if err != nil {
		return 0, err
	}
	return n, s.store.Get(ctx, tx, &n, "evidence_kept", int64(id), db.Array(kinds), db.Array(bodies))
}

func evidenceColumns(rows []evidence) (kinds, bodies []string, err error) {
	kinds, bodies = make([]string, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		body, err := json.Marshal(r.body)
		if err != nil {
			return nil, nil, err
		}
		kinds[i], bodies[i] = r.kind, string(body)
	}
	return kinds, bodies, nil
}

// follow does what the policy says to what has been counted by now: the caller holds the attempt's lock. A policy takes no
// point away: everything that was saved is marked.
func (s *Service) follow(ctx context.Context, tx *db.Tx, a attemptRow, holds bool, at time.Time) ([]Warning, bool, error) {
	counts, err := s.watchCounts(ctx, tx, a.ID, a.Integrity.V)
	if err != nil {
		return nil, false, err
	}
	told, reached := a.Integrity.V.warnings(counts)
	if reached == "" || !holds {
		return told, false, nil
	}
	h := handIn{attempt: a.ID, cause: ByPolicy, submittedAt: at, deadlineBy: farFuture}
	if _, err := s.handInTx(ctx, tx, account.System(), h); err != nil {
		return told, false, err
	}
	row := logRow{kind: LogHandIn, note: handInNote(reached, counts[reached]), persons: []concerned{{PersonID: a.PersonID, AttemptID: a.ID}}}
	return told, true, s.log(ctx, tx, account.System(), a.ExamID, row)
}

// noteTakeOver keeps that another page took over, which may be the one time too many; the caller has just changed the row.
func (s *Service) noteTakeOver(ctx context.Context, tx *db.Tx, a attemptRow, by Arrival, at time.Time) (gone bool, err error) {
	if a.Holder == holderOf(by.Client) {
		return false, nil // the same page: nobody came
	}
	counts := a.PausedAt == nil && a.DeadlineAt.After(at)
	body := map[string]any{"epoch": a.Epoch + 1, "network": netOf(by.Address), "counts": counts}
	if err := s.addEvidence(ctx, tx, a.ID, []evidence{{kind: KindTakeOver, body: body}}, at); err != nil {
		return false, err
	}
	_, gone, err = s.follow(ctx, tx, a, counts, at)
	return gone, err
}

// noteSpeed keeps stretches of unusual speed, when an attempt is handed in.
func (s *Service) noteSpeed(ctx context.Context, tx *db.Tx, id AttemptID, entries []Entry) error {
	for _, b := range Bursts(entries) {
		body := map[string]any{"length_ms": b.Took.Milliseconds(), "slots": b.Slots}
		if err := s.addEvidence(ctx, tx, id, []evidence{{kind: KindSpeed, body: body}}, b.At); err != nil {
			return err
		}
	}
	return nil
}

// networks remembers from which network the holder of each attempt was last heard. It is lost with the process: then a change
// goes unnoticed, and nobody is accused of one.
type networks struct {
	mu   sync.Mutex
	last map[AttemptID]string
}

// moved is the network before, when it is known and another.
func (n *networks) moved(id AttemptID, now string) (before string, moved bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	before, known := n.last[id]
	if n.last == nil || len(n.last) >= maxSheets {
		n.last = map[AttemptID]string{}
	}
	n.last[id] = now
	return before, known && before != now
}

// HeardFrom keeps that an attempt goes on from another network than before, after a heart-beat of its holder.
func (s *Service) HeardFrom(ctx context.Context, v account.Viewer, id AttemptID, from netip.Addr, at time.Time) error {
	now := netOf(from)
	before, moved := s.networks.moved(id, now)
	if !moved || now == "" {
		return nil
	}
	return s.keep(ctx, v, id, []evidence{{kind: KindNetwork, body: map[string]any{"from": before, "network": now}}}, at)
}
