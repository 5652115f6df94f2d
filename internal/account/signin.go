package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// SessionKind tells a browser's session from a script's.
type SessionKind string

const (
	WebSession SessionKind = "web"
	APISession SessionKind = "api"
)

// SignIn is one try at the door.
type SignIn struct {
	Login    string
	Password string
	Kind     SessionKind
	Client   string   // what the browser or script calls itself; cut to 200 characters
	Address  string   // from where, for the budget of failures
	Device   Token    // the cookie of a browser that was here before, "" for none
	Scopes   []Action // of a script's token: what it is for, and no more; empty is all that the person may
}

// checkScopes names an action that there is not.
func (in SignIn) checkScopes() error {
	for _, a := range in.Scopes {
		if _, known := allowed[a]; !known {
			return errs.InvalidFields(errs.NewField("scopes", "error.account.scope", "scope", string(a)))
		}
	}
	return nil
}

// scopes are as the session keeps them: NULL for all.
func (in SignIn) scopes() any {
	if len(in.Scopes) == 0 {
		return nil
	}
	out := make([]string, len(in.Scopes))
	for i, a := range in.Scopes {
		out[i] = string(a)
	}
	return db.Array(out)
}

// SignedIn is what the door hands out. MustChange: the session opens the
// first-password page and nothing else.
type SignedIn struct {
	Token        Token
	Device       Token // "" for scripts
	PersonID     PersonID
	ExpiresAt    time.Time // without a request until then; each request lengthens it
	LongestUntil time.Time // however busy; the cookie's life
	MustChange   bool
}

type credentials struct {
	PersonID     PersonID `db:"person_id"`
	Login        string   `db:"login"`
	PasswordHash string   `db:"password_hash"`
	MustChange   bool     `db:"must_change"`
	EmployeeNo   string   `db:"employee_no"`
	Barred       bool     `db:"barred"`
}

// SignIn checks a password and opens a session. Unknown login, wrong password
// and closed account are one answer (Unauthenticated, after the same time);
// too many tries are TooMany with the seconds to wait, an unknown scope is Invalid.
func (s *Service) SignIn(ctx context.Context, in SignIn) (SignedIn, error) {
	if err := in.checkScopes(); err != nil {
		return SignedIn{}, err
	}
	in.Login = cleanLogin(in.Login)
	if len([]rune(in.Password)) > maxPasswordLength {
		in.Password = "" // as wrong as any other, without hashing a megabyte
	}
	attempt, err := s.reserveAttempt(ctx, in)
	if err != nil {
		return SignedIn{}, err
	}
	c, ok, err := s.checkPassword(ctx, in)
	if err != nil {
		return SignedIn{}, s.notLookedAt(ctx, attempt, err)
	}
	if !ok {
		if _, err := s.store.Exec(context.WithoutCancel(ctx), s.db, "attempt_settle", attempt, "wrong"); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, errs.New(errs.Unauthenticated, "error.account.sign_in")
	}
	var out SignedIn
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := s.store.One(ctx, tx, "attempt_settle", attempt, "ok"); err != nil {
			return err
		}
		if out, err = s.openSession(ctx, tx, c.PersonID, c.MustChange, in); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "login_signed_in", int64(c.PersonID), tx.Now(), c.PasswordHash); err != nil {
			return err
		}
		return record(ctx, tx, Viewer{PersonID: c.PersonID}, "session.open", personSubject(c.PersonID), map[string]any{"kind": in.Kind}, nil)
	})
	return out, err
}

// notLookedAt takes a reserved try back whose password was not compared, because the crowd was too large or the browser left.
func (s *Service) notLookedAt(ctx context.Context, attempt int64, cause error) error {
	_, err := s.store.Exec(context.WithoutCancel(ctx), s.db, "attempt_settle", attempt, "refused")
	return errors.Join(cause, err)
}

// checkPassword takes as long for a login that does not exist.
func (s *Service) checkPassword(ctx context.Context, in SignIn) (credentials, bool, error) {
	var c credentials
	err := s.store.Get(ctx, s.db, &c, "credentials", in.Login)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return c, false, err
	}
	ok, err := s.hasher.matches(ctx, in.Password, c.PasswordHash)
	return c, ok && !c.Barred, err
}

// reserveAttempt counts the try as a failure before the password is looked at,
// one at a time for a login: a hundred parallel guesses are a hundred guesses.
func (s *Service) reserveAttempt(ctx context.Context, in SignIn) (int64, error) {
	login := sha256.Sum256([]byte(in.Login))
	in.Address = addressKey(in.Address)
	var id int64
	var wait int
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var held int
		if err := s.store.Get(ctx, tx, &held, "attempt_lock", login[:]); err != nil {
			return err
		}
		device, err := s.knownDevice(ctx, tx, in)
		if err != nil {
			return err
		}
		if wait, err = s.secondsToWait(ctx, tx, login[:], device, in.Address); err != nil {
			return err
		}
		outcome := "open"
		if wait > 0 {
			outcome = "refused"
		}
		return s.store.Get(ctx, tx, &id, "attempt_insert", tx.Now(), login[:], device, in.Address, outcome)
	})
	if err == nil && wait > 0 {
		err = errs.New(errs.TooMany, "error.account.wait", "minutes", (wait+59)/60).RetryAfter(wait)
	}
	return id, err
}

// knownDevice is the device's hash when this login was signed in from it before, else nil.
func (s *Service) knownDevice(ctx context.Context, tx *db.Tx, in SignIn) ([]byte, error) {
	if in.Device == "" {
		return nil, nil
	}
	var known bool
	if err := s.store.Get(ctx, tx, &known, "attempt_known_device", in.Device.Hash(), in.Login); err != nil || !known {
		return nil, err
	}
	return in.Device.Hash(), nil
}

func (s *Service) secondsToWait(ctx context.Context, tx *db.Tx, login, device []byte, address string) (int, error) {
	var f struct {
		Failures int       `db:"failures"`
		LastAt   time.Time `db:"last_at"`
	}
	if err := s.store.Get(ctx, tx, &f, "attempt_failures", login, tx.Now().Add(-attemptWindow), device, tx.Now().Add(-openTry)); err != nil {
		return 0, err
	}
	wait := secondsUntilNextTry(f.Failures, f.LastAt, tx.Now())
	if wait > 0 || device != nil {
		return wait, nil
	}
	var spent int
	if err := s.store.Get(ctx, tx, &spent, "attempt_address_failures", address, tx.Now().Add(-addressWindow)); err != nil {
		return 0, err
	}
	if spent >= addressFailureBudget {
		return int(addressWindow / time.Second), nil
	}
	return 0, nil
}

// ChangePassword is the person's own act: the old password, then the new one.
// Every session ends and the one that asked gets a new token.
func (s *Service) ChangePassword(ctx context.Context, v Viewer, old, chosen string, in SignIn) (SignedIn, error) {
	c, err := s.credentialsOf(ctx, v.PersonID)
	if err != nil {
		return SignedIn{}, err
	}
	in.Login = c.Login
	attempt, err := s.reserveAttempt(ctx, in) // the old password is a door too
	if err != nil {
		return SignedIn{}, err
	}
	ok, err := s.hasher.matches(ctx, old, c.PasswordHash)
	if err != nil {
		return SignedIn{}, s.notLookedAt(ctx, attempt, err)
	}
	outcome := "wrong"
	if ok {
		outcome = "ok"
	}
	if _, err := s.store.Exec(ctx, s.db, "attempt_settle", attempt, outcome); err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, errs.InvalidFields(errs.NewField("old_password", "error.account.old_password"))
	}
	return s.setPassword(ctx, c, chosen, in, nil)
}

// ChooseFirstPassword replaces a first password; only a session of that stage
// gets here, and it becomes a full one with a new token.
func (s *Service) ChooseFirstPassword(ctx context.Context, session SessionInfo, chosen string, in SignIn) (SignedIn, error) {
	if !session.MustChange {
		return SignedIn{}, errs.New(errs.Conflict, "error.conflict")
	}
	c, err := s.credentialsOf(ctx, session.PersonID)
	if err != nil {
		return SignedIn{}, err
	}
	same, err := s.hasher.matches(ctx, chosen, c.PasswordHash)
	if err != nil {
		return SignedIn{}, err
	}
	if same {
		return SignedIn{}, errs.InvalidFields(errs.NewField("password", "error.account.password_same"))
	}
	return s.setPassword(ctx, c, chosen, in, nil)
}

// LinkPerson tells whose one-time link it is, while it is good; else NotFound.
func (s *Service) LinkPerson(ctx context.Context, token Token) (login string, err error) {
	var l linkRow
	err = s.store.Get(ctx, s.db, &l, "link_person", token.Hash(), s.db.Now())
	return l.Login, err
}

type linkRow struct {
	PersonID   PersonID `db:"person_id"`
	Login      string   `db:"login"`
	Name       string   `db:"name"`
	EmployeeNo string   `db:"employee_no"`
}

// UseLink spends a one-time link on a password and signs its person in.
func (s *Service) UseLink(ctx context.Context, token Token, chosen string, in SignIn) (SignedIn, error) {
	var l linkRow
	if err := s.store.Get(ctx, s.db, &l, "link_person", token.Hash(), s.db.Now()); err != nil {
		return SignedIn{}, err
	}
	c := credentials{PersonID: l.PersonID, Login: l.Login, EmployeeNo: l.EmployeeNo}
	return s.setPassword(ctx, c, chosen, in, func(tx *db.Tx) error {
		return s.store.One(ctx, tx, "link_use", token.Hash(), tx.Now())
	})
}

func (s *Service) credentialsOf(ctx context.Context, id PersonID) (credentials, error) {
	var c credentials
	if id == 0 {
		return c, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	err := s.store.Get(ctx, s.db, &c, "credentials_of", int64(id))
	if err == nil && c.Barred {
		err = errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return c, err
}

// setPassword stores the chosen password, ends every session and opens one.
func (s *Service) setPassword(ctx context.Context, c credentials, chosen string, in SignIn, first func(tx *db.Tx) error) (SignedIn, error) {
	if bad := CheckPassword(chosen, c.Login, c.EmployeeNo); bad != nil {
		return SignedIn{}, errs.InvalidFields(*bad)
	}
	hash, err := s.hasher.hash(ctx, chosen)
	if err != nil {
		return SignedIn{}, err
	}
	var out SignedIn
	err = s.change(ctx, func(tx *db.Tx) error {
		if first != nil {
			if err := first(tx); err != nil {
				return err
			}
		}
		if err := s.store.One(ctx, tx, "login_password", int64(c.PersonID), hash, false, tx.Now()); err != nil {
			return err
		}
		if err := s.endSessions(ctx, tx, c.PersonID); err != nil {
			return err
		}
		if out, err = s.openSession(ctx, tx, c.PersonID, false, in); err != nil {
			return err
		}
		return record(ctx, tx, Viewer{PersonID: c.PersonID}, "login.password", personSubject(c.PersonID), nil, nil)
	})
	return out, err
}
