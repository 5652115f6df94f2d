package account

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// linkLifetime is how long a one-time link opens the first password page.
const linkLifetime = 24 * time.Hour

func (s *Service) login(ctx context.Context, q db.Q, id PersonID) (*Login, error) {
	var l Login
	err := s.store.Get(ctx, q, &l, "login_of", int64(id))
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	return &l, err
}

func cleanLogin(login string) string { return strings.ToLower(strings.TrimSpace(narrow(login))) }

// CreateLogin gives a person an account and returns the first password, which
// is shown once and must be changed at the first log-in.
func (s *Service) CreateLogin(ctx context.Context, v Viewer, id PersonID, login string) (password string, err error) {
	password = newFirstPassword()
	return password, s.createLogin(ctx, v, id, login, password, true)
}

// CreateLoginWithPassword is for the program itself, which knows the password
// (the demo's accounts); nobody has to change it.
func (s *Service) CreateLoginWithPassword(ctx context.Context, v Viewer, id PersonID, login, password string) error {
	if !v.Internal() {
		return errs.New(errs.Forbidden, "error.forbidden")
	}
	return s.createLogin(ctx, v, id, login, password, false)
}

func (s *Service) createLogin(ctx context.Context, v Viewer, id PersonID, login, password string, mustChange bool) error {
	if err := v.Require(AccountLoginManage); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *db.Tx) error {
		p, err := s.locked(ctx, tx, v, AccountLoginManage, id)
		if err != nil {
			return err
		}
		if p.Left() {
			return errs.New(errs.Conflict, "error.account.has_left")
		}
		if err := s.mayManage(ctx, tx, v, id); err != nil {
			return err
		}
		return s.insertLogin(ctx, tx, v, id, login, hash, mustChange)
	})
}

func (s *Service) insertLogin(ctx context.Context, tx *db.Tx, v Viewer, id PersonID, login, hash string, mustChange bool) error {
	login = cleanLogin(login)
	if !loginShape.MatchString(login) {
		return errs.InvalidFields(errs.NewField("login", "error.account.login"))
	}
	if err := s.store.One(ctx, tx, "login_insert", int64(id), login, hash, mustChange, tx.Now()); err != nil {
		return explain(err)
	}
	return record(ctx, tx, v, "login.create", personSubject(id), nil, map[string]any{"login": login})
}

// ResetPassword gives a new first password, shown once; whoever is signed in
// with the old one is out.
func (s *Service) ResetPassword(ctx context.Context, v Viewer, id PersonID) (password string, err error) {
	if err := v.Require(AccountLoginManage); err != nil {
		return "", err
	}
	if err := NotSelf(v, id); err != nil {
		return "", err
	}
	password = newFirstPassword()
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	err = s.manage(ctx, v, id, "login.reset", func(tx *db.Tx) error {
		if err := s.store.One(ctx, tx, "login_password", int64(id), hash, true, tx.Now()); err != nil {
			return err
		}
		return s.endSessions(ctx, tx, id)
	})
	return password, err
}

// DisableLogin keeps the person out, within a second and until EnableLogin.
func (s *Service) DisableLogin(ctx context.Context, v Viewer, id PersonID) error {
	if err := NotSelf(v, id); err != nil {
		return err
	}
	return s.manage(ctx, v, id, "login.disable", func(tx *db.Tx) error {
		if err := s.store.One(ctx, tx, "login_disable", int64(id), tx.Now()); err != nil {
			return err
		}
		return s.endSessions(ctx, tx, id)
	})
}

// EnableLogin lets the person in again; who has left stays out (Conflict).
func (s *Service) EnableLogin(ctx context.Context, v Viewer, id PersonID) error {
	return s.manage(ctx, v, id, "login.enable", func(tx *db.Tx) error {
		return s.store.One(ctx, tx, "login_enable", int64(id))
	})
}

// SignOutPerson ends the sessions of somebody else: a lost phone.
func (s *Service) SignOutPerson(ctx context.Context, v Viewer, id PersonID) error {
	return s.manage(ctx, v, id, "login.sign_out", func(tx *db.Tx) error { return s.endSessions(ctx, tx, id) })
}

// manage is the frame of every act on somebody's account.
func (s *Service) manage(ctx context.Context, v Viewer, id PersonID, act string, fn func(tx *db.Tx) error) error {
	return s.change(ctx, func(tx *db.Tx) error {
		if _, err := s.locked(ctx, tx, v, AccountLoginManage, id); err != nil {
			return err
		}
		if err := s.mayManage(ctx, tx, v, id); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		return record(ctx, tx, v, act, personSubject(id), nil, nil)
	})
}

// endSessions signs a person out everywhere.
func (s *Service) endSessions(ctx context.Context, tx *db.Tx, id PersonID) error {
	if _, err := s.store.Exec(ctx, tx, "sessions_revoke_all", int64(id), tx.Now()); err != nil {
		return err
	}
	if _, err := s.store.Exec(ctx, tx, "devices_forget", int64(id)); err != nil {
		return err
	}
	return s.forget(ctx, tx, id)
}

// FirstAdmin makes a one-time link, good for 24 hours, with which the holder
// of the login chooses a password (decision 32). An unknown login becomes a
// new person with the role of administrator over the whole organisation,
// which is made too when there is none, under the given name.
func (s *Service) FirstAdmin(ctx context.Context, v Viewer, login, organisation string) (Token, error) {
	login = cleanLogin(login)
	if !v.Internal() {
		return "", errs.New(errs.Forbidden, "error.forbidden")
	}
	if !loginShape.MatchString(login) {
		return "", errs.InvalidFields(errs.NewField("login", "error.account.login"))
	}
	hash, err := s.hasher.hash(ctx, newToken().Reveal()) // nobody knows it: the link comes first
	if err != nil {
		return "", err
	}
	token := newToken()
	err = s.change(ctx, func(tx *db.Tx) error {
		id, err := s.adminPerson(ctx, tx, v, login, organisation, hash)
		if err != nil {
			return err
		}
		// whoever lost every other way in comes back by this one
		if _, err := s.store.Exec(ctx, tx, "login_enable", int64(id)); err != nil {
			return err
		}
		if _, err := s.store.Exec(ctx, tx, "links_end", int64(id), tx.Now()); err != nil {
			return err
		}
		if err := s.store.One(ctx, tx, "link_insert", token.Hash(), int64(id), v.Actor(), tx.Now(), tx.Now().Add(linkLifetime)); err != nil {
			return err
		}
		return record(ctx, tx, v, "login.link", personSubject(id), nil, nil)
	})
	return token, err
}

// adminPerson finds or makes the person behind the login and sees to it that
// the role of administrator is held at the root.
func (s *Service) adminPerson(ctx context.Context, tx *db.Tx, v Viewer, login, organisation, hash string) (PersonID, error) {
	root, err := s.rootUnit(ctx, tx, v, organisation)
	if err != nil {
		return 0, err
	}
	var id PersonID
	err = s.store.Get(ctx, tx, &id, "person_of_login", login)
	if errs.Is(err, errs.NotFound) {
		id, err = s.makeAdminPerson(ctx, tx, v, login, hash, root)
	}
	if err != nil {
		return 0, err
	}
	return id, s.grantRole(ctx, tx, v, id, Admin, root)
}

func (s *Service) makeAdminPerson(ctx context.Context, tx *db.Tx, v Viewer, login, hash string, root UnitID) (PersonID, error) {
	post, err := s.adminPost(ctx, tx)
	if err != nil {
		return 0, err
	}
	id, err := s.createPerson(ctx, tx, v, NewPerson{
		PersonInput: PersonInput{EmployeeNo: adminNumber(login), Name: login}, UnitID: root, PostID: post,
	})
	if err != nil {
		return 0, err
	}
	return id, s.insertLogin(ctx, tx, v, id, login, hash, true)
}

// adminNumber makes an employee number of a login, which may have letters
// that numbers have not.
func adminNumber(login string) string {
	cut := strings.Map(func(r rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789_-", r) {
			return r
		}
		return '-'
	}, login)
	return cut[:min(len(cut), 32)]
}

// adminPostCode is the post of the first administrator, made when it is missing.
const adminPostCode = "administrator"

func (s *Service) adminPost(ctx context.Context, tx *db.Tx) (PostID, error) {
	var posts []Post
	if err := s.store.Select(ctx, tx, &posts, "posts"); err != nil {
		return 0, err
	}
	for _, p := range posts {
		if p.Code == adminPostCode {
			return p.ID, nil
		}
	}
	var id PostID
	err := s.store.Get(ctx, tx, &id, "post_insert", adminPostCode, "系统管理员", "other", tx.Now())
	return id, explain(err)
}

func (s *Service) rootUnit(ctx context.Context, tx *db.Tx, v Viewer, name string) (UnitID, error) {
	var id UnitID
	if err := s.store.Get(ctx, tx, &id, "root_unit"); err != nil || id != 0 {
		return id, err
	}
	if bad := checkUnitName(name); bad != nil {
		return 0, errs.InvalidFields(*bad)
	}
	if err := s.store.Get(ctx, tx, &id, "unit_insert", 0, string(Company), name, 0, tx.Now()); err != nil {
		return 0, explain(err)
	}
	return id, record(ctx, tx, v, "org.create", unitSubject(id), map[string]any{"kind": Company, "name": name}, nil)
}
