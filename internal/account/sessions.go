package account

import (
	"context"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

const (
	idleLifetime    = 12 * time.Hour // without a request a session ends
	longestLifetime = 14 * 24 * time.Hour
	touchEvery      = 5 * time.Minute
	maxClientLength = 200
)

// SessionInfo is the session behind a request. MustChange: signed in with a
// first password; the viewer beside it is nobody until another one is chosen.
type SessionInfo struct {
	PersonID   PersonID
	Kind       SessionKind
	MustChange bool
	Login      string
	Lang       words.Lang
	ExpiresAt  time.Time
	TokenHash  []byte
}

type sessionRow struct {
	PersonID   PersonID   `db:"person_id"`
	Kind       string     `db:"kind"`
	Stage      string     `db:"stage"`
	Scopes     db.Strings `db:"scopes"`
	CreatedAt  time.Time  `db:"created_at"`
	LastSeenAt time.Time  `db:"last_seen_at"`
	ExpiresAt  time.Time  `db:"expires_at"`
	Name       string     `db:"name"`
	Language   string     `db:"language"`
	Login      string     `db:"login"`
}

const (
	fullStage          = "full"
	firstPasswordStage = "first_password"
)

// openSession makes a session with a fresh token (threat 51) and remembers the
// browser.
func (s *Service) openSession(ctx context.Context, tx *db.Tx, id PersonID, mustChange bool, in SignIn) (SignedIn, error) {
	out := SignedIn{
		Token: newToken(), Device: in.Device, PersonID: id, MustChange: mustChange,
		ExpiresAt: tx.Now().Add(idleLifetime), LongestUntil: tx.Now().Add(longestLifetime),
	}
	stage := fullStage
	if mustChange {
		stage = firstPasswordStage
	}
	err := s.store.One(ctx, tx, "session_insert", out.Token.Hash(), int64(id), string(in.Kind), stage, in.scopes(),
		cut(in.Client, maxClientLength), in.Address, tx.Now(), out.ExpiresAt)
	if err != nil || in.Kind != WebSession || mustChange {
		return out, err
	}
	if out.Device == "" {
		out.Device = newToken()
	}
	return out, s.store.One(ctx, tx, "device_keep", out.Device.Hash(), int64(id), tx.Now())
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// Authenticate tells who is behind a token: from the cache, which the
// revocations keep true to the second, else from the database. A token that is
// no session (any more) is Unauthenticated.
func (s *Service) Authenticate(ctx context.Context, token string) (Viewer, SessionInfo, error) {
	t := Token(token)
	now := s.db.Now()
	e, ok := s.cache.find(t, now)
	if !ok {
		var err error
		if e, err = s.loadSession(ctx, t, now); err != nil {
			return Viewer{}, SessionInfo{}, err
		}
	}
	if now.Sub(e.seenAt) >= touchEvery {
		if err := s.touch(ctx, t, e, now); err != nil {
			return Viewer{}, SessionInfo{}, err
		}
	}
	return e.viewer, e.info, nil
}

func (s *Service) loadSession(ctx context.Context, t Token, now time.Time) (cached, error) {
	generation := s.cache.generation()
	var row sessionRow
	if err := s.store.Get(ctx, s.db, &row, "session_by_token", t.Hash(), now); err != nil {
		if errs.Is(err, errs.NotFound) {
			err = errs.New(errs.Unauthenticated, "error.unauthenticated").With(err)
		}
		return cached{}, err
	}
	info := SessionInfo{
		PersonID: row.PersonID, Kind: SessionKind(row.Kind), MustChange: row.Stage == firstPasswordStage, Login: row.Login,
		Lang: words.ParseLang(row.Language), ExpiresAt: row.ExpiresAt, TokenHash: t.Hash(),
	}
	e := cached{info: info, seenAt: row.LastSeenAt, createdAt: row.CreatedAt, loadedAt: now}
	if !info.MustChange {
		var err error
		if e.viewer, err = s.viewerOf(ctx, row); err != nil {
			return cached{}, err
		}
	}
	s.cache.keep(t, e, generation)
	return e, nil
}

// viewerOf reads the grants with all units below each.
func (s *Service) viewerOf(ctx context.Context, row sessionRow) (Viewer, error) {
	grants, err := s.grants(ctx, row.PersonID)
	v := Viewer{PersonID: row.PersonID, Name: row.Name, Login: row.Login, Lang: words.ParseLang(row.Language), Grants: grants}
	if row.Scopes != nil {
		limits := make([]Action, len(row.Scopes))
		for i, a := range row.Scopes {
			limits[i] = Action(a)
		}
		v = v.LimitTo(limits)
	}
	return v, err
}

func (s *Service) grants(ctx context.Context, id PersonID) ([]Grant, error) {
	var rows []struct {
		Role   Role      `db:"role"`
		UnitID UnitID    `db:"unit_id"`
		Units  db.Int64s `db:"units"`
	}
	if err := s.store.Select(ctx, s.db, &rows, "grants_with_units", int64(id)); err != nil {
		return nil, err
	}
	out := make([]Grant, len(rows))
	for i, r := range rows {
		out[i] = Grant{Role: r.Role, UnitID: r.UnitID, Units: make([]UnitID, len(r.Units))}
		for j, u := range r.Units {
			out[i].Units[j] = UnitID(u)
		}
	}
	return out, nil
}

// ViewerFor is the viewer that a person would be: for work that the program
// does in somebody's name, such as the demo's.
func (s *Service) ViewerFor(ctx context.Context, id PersonID) (Viewer, error) {
	var p Person
	if err := s.store.Get(ctx, s.db, &p, "person", int64(id), true, 0, db.Array([]int64{})); err != nil {
		return Viewer{}, err
	}
	return s.viewerOf(ctx, sessionRow{PersonID: id, Name: p.Name, Language: p.Language})
}

// touch writes that the session is in use and lengthens it.
func (s *Service) touch(ctx context.Context, t Token, e cached, now time.Time) error {
	until := now.Add(idleLifetime)
	if last := e.createdAt.Add(longestLifetime); until.After(last) {
		until = last
	}
	if _, err := s.store.Exec(ctx, s.db, "session_touch", t.Hash(), now, until); err != nil {
		return err
	}
	s.cache.touched(t, now, until)
	return nil
}

// Stay is how long somebody's sessions must live.
type Stay struct {
	PersonID PersonID
	Until    time.Time
}

// KeepSessions lengthens the sessions of people: one lives through an attempt (decision 10).
func (s *Service) KeepSessions(ctx context.Context, tx *db.Tx, stays []Stay) error {
	ids, until := make([]int64, len(stays)), make([]time.Time, len(stays))
	for i, stay := range stays {
		ids[i], until[i] = int64(stay.PersonID), stay.Until
	}
	_, err := s.store.Exec(ctx, tx, "sessions_keep_until", db.Array(ids), db.Array(until))
	return err
}

// SignOut ends the session of the token.
func (s *Service) SignOut(ctx context.Context, token string) error {
	t := Token(token)
	_, info, err := s.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	s.cache.drop(t)
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := s.store.Exec(ctx, tx, "session_revoke", t.Hash(), tx.Now()); err != nil {
			return err
		}
		if err := s.forget(ctx, tx, info.PersonID); err != nil {
			return err
		}
		return record(ctx, tx, Viewer{PersonID: info.PersonID}, "session.close", personSubject(info.PersonID), nil, nil)
	})
}

// SignOutEverywhere ends all sessions of the viewer, this one too.
func (s *Service) SignOutEverywhere(ctx context.Context, v Viewer) error {
	if v.PersonID == 0 {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return s.change(ctx, func(tx *db.Tx) error {
		if err := s.endSessions(ctx, tx, v.PersonID); err != nil {
			return err
		}
		return record(ctx, tx, v, "session.close_all", personSubject(v.PersonID), nil, nil)
	})
}

// SignOutSession ends one session of the viewer's own, by the hash of its token. One that is over already, or another
// person's, is NotFound.
func (s *Service) SignOutSession(ctx context.Context, v Viewer, tokenHash []byte) error {
	if v.PersonID == 0 {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return s.change(ctx, func(tx *db.Tx) error {
		n, err := s.store.Exec(ctx, tx, "session_revoke_own", tokenHash, int64(v.PersonID), tx.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "error.not_found")
		}
		if err := s.forget(ctx, tx, v.PersonID); err != nil {
			return err
		}
		return record(ctx, tx, v, "session.close", personSubject(v.PersonID), nil, nil)
	})
}

// Session is a line of the settings page.
type Session struct {
	TokenHash  []byte    `db:"token_sha256"`
	Kind       string    `db:"kind"`
	Client     string    `db:"client"`
	Address    string    `db:"address"`
	CreatedAt  time.Time `db:"created_at"`
	LastSeenAt time.Time `db:"last_seen_at"`
}

// Sessions lists where the viewer is signed in, the latest used first.
func (s *Service) Sessions(ctx context.Context, v Viewer) ([]Session, error) {
	if v.PersonID == 0 {
		return nil, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	var out []Session
	err := s.store.Select(ctx, s.db, &out, "sessions_of", int64(v.PersonID), s.db.Now())
	return out, err
}
