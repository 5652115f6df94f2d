package account

import (
	"context"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
)

// Filter chooses people; zero values leave out the condition.
type Filter struct {
	Search string // name, pinyin, initials, employee number, or the phone's last four
	UnitID UnitID // with everything below
	PostID PostID
	Role   Role
	Left   string // "" here, "left", "all"
	Sort   string // "name" (by pinyin), "employee_no", "unit", "hired_on"; "-" before it turns it round
}

// PersonRow is a line of the directory; Phone is masked.
type PersonRow struct {
	Person
	Roles db.Strings `db:"roles"`
	Login string     `db:"login"`
	Total int        `db:"total"`
}

// search is what the query's branches understand: a kind, and the range of an
// index that begins with the text.
type search struct{ kind, from, to string }

// parseSearch guesses from its letters what somebody is looking for.
func parseSearch(text string) search {
	text = strings.Join(strings.Fields(narrow(text)), "")
	if text == "" {
		return search{kind: "all"}
	}
	kind := "digits"
	for _, r := range text {
		switch {
		case r > 127:
			kind = "name"
		case (r < '0' || r > '9') && kind != "name":
			kind = "latin"
		}
	}
	if kind != "name" {
		text = strings.ToLower(text)
	}
	return search{kind: kind, from: text, to: text + "\U0010FFFF"}
}

// People lists whom the viewer may see, with the number of all that fit.
func (s *Service) People(ctx context.Context, v Viewer, f Filter, p page.Page) ([]PersonRow, int, error) {
	return s.people(ctx, v, f, p.Limit(), p.Offset())
}

func (s *Service) people(ctx context.Context, v Viewer, f Filter, limit, offset int) ([]PersonRow, int, error) {
	if err := v.Require(AccountPersonRead); err != nil {
		return nil, 0, err
	}
	var rows []PersonRow
	sc, find := v.Scope(AccountPersonRead), parseSearch(f.Search)
	sort, descending := strings.CutPrefix(f.Sort, "-")
	statement := s.store.find
	if find.kind == "all" {
		statement = s.store.list
	}
	err := statement.Select(ctx, s.db, &rows, "people", find.kind, find.from, find.to,
		sc.All, sc.PersonID, db.Array(sc.UnitIDs), int64(f.UnitID), int64(f.PostID), string(f.Role), f.Left,
		descending, sort, limit, offset)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	for i := range rows {
		rows[i].Phone = MaskPhone(rows[i].Phone)
	}
	return rows, rows[0].Total, nil
}

// maxExport bounds a list that leaves the system.
const maxExport = 100_000

// Export is every person that fits, and records that the list left the system:
// who, how many, why (threat 63). Invalid for more than leave at once.
func (s *Service) Export(ctx context.Context, v Viewer, f Filter, reason string) ([]PersonRow, error) {
	rows, err := page.Whole(maxExport, func(limit int) ([]PersonRow, int, error) { return s.people(ctx, v, f, limit, 0) })
	if err != nil {
		return nil, err
	}
	return rows, s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v, "people.export", "people", map[string]any{"count": len(rows), "reason": reason}, nil)
	})
}

// Detail is a person's page: who, where since when, which roles, how they sign in.
type Detail struct {
	Person
	Assignments []Assignment
	Grants      []HeldGrant
	Login       *Login // nil: has no account
}

// Assignment is one stay in the history of places; ToOn is the last day.
type Assignment struct {
	ID       int64      `db:"id"`
	UnitID   UnitID     `db:"unit_id"`
	UnitName string     `db:"unit_name"`
	PostID   PostID     `db:"post_id"`
	PostName string     `db:"post_name"`
	FromOn   time.Time  `db:"from_on"`
	ToOn     *time.Time `db:"to_on"`
	IsPlace  bool       `db:"is_place"`
}

// HeldGrant is a role that the person holds.
type HeldGrant struct {
	ID        int64     `db:"id"`
	Role      Role      `db:"role"`
	UnitID    UnitID    `db:"unit_id"`
	UnitName  string    `db:"unit_name"`
	FromAt    time.Time `db:"from_at"`
	GrantedBy string    `db:"granted_by"`
}

// Login is the account side of a person.
type Login struct {
	PersonID          PersonID   `db:"person_id"`
	Login             string     `db:"login"`
	MustChange        bool       `db:"must_change"`
	DisabledAt        *time.Time `db:"disabled_at"`
	LastLoginAt       *time.Time `db:"last_login_at"`
	PasswordChangedAt time.Time  `db:"password_changed_at"`
}

// Person is one person inside the viewer's scope, else NotFound.
func (s *Service) Person(ctx context.Context, v Viewer, id PersonID) (Detail, error) {
	var d Detail
	var err error
	if d.Person, err = s.scoped(ctx, s.db, v, AccountPersonRead, id); err != nil {
		return d, err
	}
	d.Phone = MaskPhone(d.Phone)
	if err := s.store.Select(ctx, s.db, &d.Assignments, "assignments", int64(id)); err != nil {
		return d, err
	}
	if err := s.store.Select(ctx, s.db, &d.Grants, "grants_of", int64(id)); err != nil {
		return d, err
	}
	d.Login, err = s.login(ctx, s.db, id)
	return d, err
}

// Names are the names of people by id, for views that show ids of others. The
// caller has authorised the rows that hold these ids.
func (s *Service) Names(ctx context.Context, q db.Q, ids []PersonID) (map[PersonID]string, error) {
	var rows []struct {
		ID   PersonID `db:"id"`
		Name string   `db:"name"`
	}
	if err := s.store.Select(ctx, q, &rows, "names", db.Array(Int64s(ids))); err != nil {
		return nil, err
	}
	out := make(map[PersonID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}
