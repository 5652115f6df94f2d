package account

import (
	"context"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// ImportID identifies a staff list between its preview and its confirmation.
type ImportID int64

// importLifetime is how long a preview waits for its confirmation.
const importLifetime = 24 * time.Hour

// FirstLogin is an account that an import made; the password is shown once.
type FirstLogin struct {
	PersonID   PersonID `json:"person_id"`
	EmployeeNo string   `json:"employee_no"`
	Name       string   `json:"name"`
	Login      string   `json:"login"`
	Password   string   `json:"password"`
}

// ImportResult says what an import did.
type ImportResult struct {
	Created, Updated, Unchanged int
	Logins                      []FirstLogin
}

// PreviewPeople compares a staff list with what is known; nothing is changed.
func (s *Service) PreviewPeople(ctx context.Context, v Viewer, rows []ImportRow) (Plan, error) {
	if err := v.Require(AccountPersonImport); err != nil {
		return Plan{}, err
	}
	return s.planPeople(ctx, s.db, v, rows)
}

// KeepImport stores a previewed list, so that exactly what was seen is what
// the confirmation applies.
func (s *Service) KeepImport(ctx context.Context, v Viewer, fileName string, rows []ImportRow) (ImportID, error) {
	if err := v.Require(AccountPersonImport); err != nil {
		return 0, err
	}
	var id ImportID
	err := s.store.Get(ctx, s.db, &id, "import_insert", int64(v.PersonID), cut(fileName, 200), db.JSONOf(rows), s.db.Now())
	return id, err
}

type importFile struct {
	FileName string               `db:"file_name"`
	Rows     db.JSON[[]ImportRow] `db:"rows"`
}

// KeptImport is a kept list with a fresh preview; only its uploader's, for a day.
func (s *Service) KeptImport(ctx context.Context, v Viewer, id ImportID) (fileName string, p Plan, err error) {
	if err := v.Require(AccountPersonImport); err != nil {
		return "", Plan{}, err
	}
	var f importFile
	if err := s.store.Get(ctx, s.db, &f, "import_read", int64(id), int64(v.PersonID), s.db.Now().Add(-importLifetime)); err != nil {
		return "", Plan{}, err
	}
	p, err = s.planPeople(ctx, s.db, v, f.Rows.V)
	return f.FileName, p, err
}

// ApplyImport applies a kept list as a whole or not at all.
func (s *Service) ApplyImport(ctx context.Context, v Viewer, id ImportID) (ImportResult, error) {
	if err := v.Require(AccountPersonImport); err != nil {
		return ImportResult{}, err
	}
	_, p, err := s.KeptImport(ctx, v, id)
	if err != nil {
		return ImportResult{}, err
	}
	return s.apply(ctx, v, p, func(tx *db.Tx) ([]ImportRow, error) {
		var f importFile
		err := s.store.Get(ctx, tx, &f, "import_lock", int64(id), int64(v.PersonID), tx.Now().Add(-importLifetime))
		if err != nil {
			return nil, err
		}
		return f.Rows.V, s.store.One(ctx, tx, "import_applied", int64(id), tx.Now())
	})
}

// ImportPeople previews and applies in one go, for scripts.
func (s *Service) ImportPeople(ctx context.Context, v Viewer, rows []ImportRow) (ImportResult, error) {
	p, err := s.PreviewPeople(ctx, v, rows)
	if err != nil {
		return ImportResult{}, err
	}
	return s.apply(ctx, v, p, func(*db.Tx) ([]ImportRow, error) { return rows, nil })
}

// apply hashes the first passwords before the transaction, then plans again
// inside it: between preview and confirmation somebody may have changed something.
func (s *Service) apply(ctx context.Context, v Viewer, preview Plan, rowsOf func(tx *db.Tx) ([]ImportRow, error)) (ImportResult, error) {
	if len(preview.Problems) > 0 {
		return ImportResult{}, errs.New(errs.Conflict, "error.account.import_problems", "count", len(preview.Problems))
	}
	passwords, err := s.firstPasswords(ctx, preview.NewLogins())
	if err != nil {
		return ImportResult{}, err
	}
	var out ImportResult
	err = s.change(ctx, func(tx *db.Tx) error {
		rows, err := rowsOf(tx)
		if err != nil {
			return err
		}
		p, err := s.planPeople(ctx, tx, v, rows)
		if err != nil {
			return err
		}
		if len(p.Problems) > 0 || p.NewLogins() != len(passwords) {
			return errs.New(errs.Conflict, "error.account.import_changed")
		}
		out, err = s.applyRows(ctx, tx, v, p, passwords)
		return err
	})
	return out, err
}

func (s *Service) applyRows(ctx context.Context, tx *db.Tx, v Viewer, p Plan, passwords []firstPassword) (ImportResult, error) {
	out := ImportResult{Created: p.Count(ImportNew), Updated: p.Count(ImportUpdate), Unchanged: p.Count(ImportUnchanged)}
	for _, r := range p.Rows {
		id, err := s.applyRow(ctx, tx, v, r)
		if err != nil {
			return out, err
		}
		if r.Login == "" {
			continue
		}
		first := passwords[len(out.Logins)]
		if err := s.insertLogin(ctx, tx, v, id, r.Login, first.hash, true); err != nil {
			return out, err
		}
		out.Logins = append(out.Logins, FirstLogin{id, r.Input.EmployeeNo, r.Input.Name, r.Login, first.plain})
	}
	return out, record(ctx, tx, v, "people.import", "people", map[string]any{
		"created": out.Created, "updated": out.Updated, "unchanged": out.Unchanged, "logins": len(out.Logins),
	}, nil)
}

func (s *Service) applyRow(ctx context.Context, tx *db.Tx, v Viewer, r PlannedRow) (PersonID, error) {
	id := r.ID
	var err error
	switch r.Act {
	case ImportNew:
		id, err = s.createPerson(ctx, tx, v, NewPerson{PersonInput: r.Input, UnitID: r.UnitID, PostID: r.PostID})
	case ImportUpdate:
		err = s.updateFromRow(ctx, tx, v, r)
	}
	if err != nil {
		return 0, err
	}
	for _, g := range r.Grants {
		if err := NotSelf(v, id); err != nil {
			return 0, err
		}
		if err := s.grantRole(ctx, tx, v, id, g.Role, g.UnitID); err != nil {
			return 0, err
		}
	}
	return id, nil
}

func (s *Service) updateFromRow(ctx context.Context, tx *db.Tx, v Viewer, r PlannedRow) error {
	known, err := s.locked(ctx, tx, v, AccountPersonWrite, r.ID)
	if err != nil {
		return err
	}
	if err := s.editPerson(ctx, tx, v, known, known.Version, r.Input); err != nil {
		return err
	}
	if r.UnitID == known.UnitID && r.PostID == known.PostID {
		return nil
	}
	return s.transfer(ctx, tx, v, known, r.UnitID, r.PostID, s.day(tx.Now()))
}

type firstPassword struct{ plain, hash string }

// firstPasswords makes them side by side; as many as there are cores, so that log-ins in between find a slot.
func (s *Service) firstPasswords(ctx context.Context, n int) ([]firstPassword, error) {
	out := make([]firstPassword, n)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for i := range out {
		g.Go(func() (err error) {
			out[i].plain = newFirstPassword()
			out[i].hash, err = s.hasher.hash(ctx, out[i].plain)
			return err
		})
	}
	return out, g.Wait()
}

func (s *Service) planPeople(ctx context.Context, q db.Q, v Viewer, rows []ImportRow) (Plan, error) {
	d, err := s.directory(ctx, q, v, rows)
	if err != nil {
		return Plan{}, err
	}
	return planImport(rows, d), nil
}

// directory reads what the rows are compared with, in six statements however
// many rows there are.
func (s *Service) directory(ctx context.Context, q db.Q, v Viewer, rows []ImportRow) (directory, error) {
	d := directory{
		persons: map[string]Person{}, logins: map[string]string{}, held: map[string][]Grant{}, today: s.day(q.Now()),
		self:   v.PersonID,
		mayPut: v.Scope(AccountPersonWrite).HasUnit,
		grants: func(r Role, u UnitID) bool { return CanGrant(v, r, u) },
	}
	numbers, logins := []string{}, []string{}
	for _, r := range rows {
		numbers = append(numbers, PersonInput{EmployeeNo: r.Cells[colNumber]}.Clean().EmployeeNo)
		logins = append(logins, cleanLogin(r.Cells[colLogin]))
	}
	tree, err := s.tree(ctx, q)
	if err != nil {
		return d, err
	}
	d.units = pathsOf(tree)
	if err := s.store.Select(ctx, q, &d.posts, "posts"); err != nil {
		return d, err
	}
	var persons []Person
	if err := s.store.Select(ctx, q, &persons, "persons_by_employee_no", db.Array(numbers)); err != nil {
		return d, err
	}
	for _, p := range persons {
		d.persons[p.EmployeeNo] = p
	}
	if err := s.readLogins(ctx, q, &d, logins, numbers); err != nil {
		return d, err
	}
	return d, s.readHeld(ctx, q, &d, numbers)
}

func (s *Service) readLogins(ctx context.Context, q db.Q, d *directory, logins, numbers []string) error {
	var taken []struct {
		Login  string `db:"login"`
		Number string `db:"employee_no"`
	}
	if err := s.store.Select(ctx, q, &taken, "logins_taken", db.Array(logins), db.Array(numbers)); err != nil {
		return err
	}
	for _, l := range taken {
		d.logins[l.Login] = l.Number
	}
	return nil
}

func (s *Service) readHeld(ctx context.Context, q db.Q, d *directory, numbers []string) error {
	var held []struct {
		Number string `db:"employee_no"`
		Role   Role   `db:"role"`
		UnitID UnitID `db:"unit_id"`
	}
	if err := s.store.Select(ctx, q, &held, "grants_of_many", db.Array(numbers)); err != nil {
		return err
	}
	for _, g := range held {
		d.held[g.Number] = append(d.held[g.Number], Grant{Role: g.Role, UnitID: g.UnitID})
	}
	return nil
}
