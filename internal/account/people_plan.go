package account

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// ImportAct is what a row of a staff list will do.
type ImportAct string

const (
	ImportNew       ImportAct = "new"
	ImportUpdate    ImportAct = "update"
	ImportUnchanged ImportAct = "unchanged"
	ImportFaulty    ImportAct = "faulty" // does nothing before it is mended
)

// WordKey is the key of the act's name in the words files.
func (a ImportAct) WordKey() string { return "account.import." + string(a) }

// PlannedRow is a row with what it means: Changes names the columns that
// differ from what is stored.
type PlannedRow struct {
	Line    int
	Act     ImportAct
	Changes []string
	ID      PersonID // of the known person, 0 for a new one
	Input   PersonInput
	UnitID  UnitID
	PostID  PostID
	Grants  []Grant // only roles not held yet; Units is empty
	Login   string  // a login to be made, "" when there is none to make
}

// ImportProblem is one fault of a staff list, at its row and column.
type ImportProblem struct {
	Line   int
	Column string
	Key    string
	Args   map[string]any
}

// Plan is the preview of an import: it can be applied when nothing is wrong. The problems stand in the order of the file: by row,
// then by column; what is wrong with the list as a whole comes last.
type Plan struct {
	Rows     []PlannedRow
	Problems []ImportProblem
}

// Count is the number of rows that do the act.
func (p Plan) Count(a ImportAct) int {
	n := 0
	for _, r := range p.Rows {
		if r.Act == a {
			n++
		}
	}
	return n
}

// NewLogins is the number of accounts that the import will make.
func (p Plan) NewLogins() int {
	n := 0
	for _, r := range p.Rows {
		if r.Login != "" {
			n++
		}
	}
	return n
}

// directory is what a staff list is compared with.
type directory struct {
	units   unitPaths
	posts   []Post
	persons map[string]Person  // by employee number
	logins  map[string]string  // login → employee number
	held    map[string][]Grant // by employee number
	mayPut  func(UnitID) bool  // the viewer may put people there
	grants  func(Role, UnitID) bool
	self    PersonID // the viewer: own roles and place are others' business
	today   time.Time
}

// planImport compares a staff list with what is known. It is pure: the preview
// and the confirmation both use it.
func planImport(rows []ImportRow, d directory) Plan {
	var plan Plan
	numbers, logins := map[string]int{}, map[string]int{}
	for _, r := range rows {
		p := rowPlanner{d: d, row: r}
		planned := p.plan()
		p.once(numbers, colNumber, planned.Input.EmployeeNo)
		p.once(logins, colLogin, cleanLogin(r.Cells[colLogin]))
		if len(p.problems) > 0 {
			planned.Act, planned.Changes = ImportFaulty, nil
		}
		slices.SortStableFunc(p.problems, func(a, b ImportProblem) int {
			return cmp.Compare(slices.Index(ImportColumns, a.Column), slices.Index(ImportColumns, b.Column))
		})
		plan.Rows = append(plan.Rows, planned)
		plan.Problems = append(plan.Problems, p.problems...)
	}
	if n := plan.NewLogins(); n > maxNewLoginsAtOne {
		plan.Problems = append(plan.Problems, ImportProblem{Column: ImportColumns[colLogin], Key: "error.account.import_logins", Args: errs.Args("max", maxNewLoginsAtOne)})
	}
	return plan
}

// rowPlanner gathers what one row means and what is wrong with it.
type rowPlanner struct {
	d        directory
	row      ImportRow
	problems []ImportProblem
}

func (p *rowPlanner) wrong(column int, key string, kv ...any) {
	p.problems = append(p.problems, ImportProblem{Line: p.row.Line, Column: ImportColumns[column], Key: key, Args: errs.Args(kv...)})
}

// once refuses a value that stands in an earlier row already.
func (p *rowPlanner) once(seen map[string]int, column int, value string) {
	if value == "" {
		return
	}
	if line, twice := seen[value]; twice {
		p.wrong(column, "error.account.import_twice", "line", line)
		return
	}
	seen[value] = p.row.Line
}

// inputColumns are the columns that PersonInput.Check names by field.
var inputColumns = map[string]int{
	"employee_no": colNumber, "name": colName, "phone": colPhone, "email": colEmail, "hired_on": colHired,
}

func (p *rowPlanner) plan() PlannedRow {
	c := p.row.Cells
	out := PlannedRow{Line: p.row.Line}
	out.Input = PersonInput{EmployeeNo: c[colNumber], Name: c[colName], Phone: c[colPhone], Email: c[colEmail], HiredOn: p.date(c[colHired])}.Clean()
	for _, f := range out.Input.Check(p.d.today) {
		p.wrong(inputColumns[f.Name], f.Key)
	}
	out.UnitID = p.unit(c[colUnit])
	out.PostID = p.post(c[colPost])
	known, exists := p.d.persons[out.Input.EmployeeNo]
	if exists && known.Left() {
		p.wrong(colNumber, "error.account.has_left")
	}
	if exists && !p.d.mayPut(known.UnitID) {
		p.wrong(colNumber, "error.account.import_outside")
	}
	out.Grants = p.roles(c[colRoles], out)
	out.Login = p.login(c[colLogin], out.Input.EmployeeNo)
	out.Act, out.Changes = ImportNew, nil
	if exists {
		out.ID = known.ID
		out.Input = keepEmpty(out.Input, known)
		out.Changes = changes(out, known)
		if known.ID == p.d.self && (len(out.Grants) > 0 || out.UnitID != known.UnitID || out.PostID != known.PostID) {
			p.wrong(colNumber, "error.account.not_self")
		}
		if out.Act = ImportUpdate; len(out.Changes) == 0 {
			out.Act = ImportUnchanged
		}
	}
	return out
}

// keepEmpty: an empty cell in an update says nothing about a value that is known.
func keepEmpty(in PersonInput, known Person) PersonInput {
	if in.Phone == "" {
		in.Phone = known.Phone
	}
	if in.Email == "" {
		in.Email = known.Email
	}
	if in.HiredOn == nil {
		in.HiredOn = known.HiredOn
	}
	return in
}

func changes(r PlannedRow, known Person) []string {
	var out []string
	note := func(column int, changed bool) {
		if changed {
			out = append(out, ImportColumns[column])
		}
	}
	note(colName, r.Input.Name != known.Name)
	note(colPhone, r.Input.Phone != known.Phone)
	note(colEmail, r.Input.Email != known.Email)
	note(colUnit, r.UnitID != known.UnitID)
	note(colPost, r.PostID != known.PostID)
	note(colHired, !sameDay(r.Input.HiredOn, known.HiredOn))
	note(colRoles, len(r.Grants) > 0)
	note(colLogin, r.Login != "")
	return out
}

func sameDay(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return calendarDay(*a).Equal(calendarDay(*b))
}

// dateLayouts are the ways in which clinics write a day.
var dateLayouts = []string{time.DateOnly, "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "2006-1-2", "01-02-06"}

func (p *rowPlanner) date(text string) *time.Time {
	text = narrow(text)
	if text == "" {
		return nil
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return &t
		}
	}
	// a cell of Excel without a date format is the number of days since 1899-12-30
	if days, err := strconv.Atoi(text); err == nil && days > 18_000 && days < 80_000 {
		t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
		return &t
	}
	p.wrong(colHired, "error.account.import_date")
	return nil
}

// unit finds the unit of a row's person.
func (p *rowPlanner) unit(path string) UnitID {
	if path == "" {
		p.wrong(colUnit, "error.field.required")
		return 0
	}
	return p.find(colUnit, path, p.d.mayPut, "error.account.import_outside")
}

// find is the unit that a cell names; what keeps it from being one is noted at the column: outside is for a unit beyond reach.
func (p *rowPlanner) find(column int, path string, reach func(UnitID) bool, outside string) UnitID {
	id, several := p.d.units.find(path, reach)
	switch {
	case len(several) > 0:
		p.wrong(column, "error.account.import_several", "path", path, "units", strings.Join(several, "、"))
	case id == 0:
		p.wrong(column, "error.account.import_unit", "path", path)
	case !reach(id):
		p.wrong(column, outside)
	}
	return id
}

func (p *rowPlanner) post(name string) PostID {
	if name == "" {
		p.wrong(colPost, "error.field.required")
		return 0
	}
	for _, post := range p.d.posts {
		if post.Name == name || post.Code == strings.ToLower(name) {
			return post.ID
		}
	}
	names := make([]string, len(p.d.posts))
	for i, post := range p.d.posts {
		names[i] = post.Name
	}
	p.wrong(colPost, "error.account.import_post", "post", name, "posts", words.List(words.ZH, names))
	return 0
}

// roles reads "组长、考核人员@总院/企划部": a role for the own unit, or for the one
// behind the @. A role that is held already is no change.
func (p *rowPlanner) roles(text string, r PlannedRow) []Grant {
	var out []Grant
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("、,，;；\n", r) }) {
		name, path, elsewhere := strings.Cut(strings.TrimSpace(part), "@")
		unit := r.UnitID
		role, ok := parseRole(name)
		if !ok {
			p.wrong(colRoles, "error.account.import_role", "role", name, "roles", roleNames())
			continue
		}
		reach := func(u UnitID) bool { return p.holds(r.Input.EmployeeNo, role, u) || p.d.grants(role, u) }
		if elsewhere {
			unit = p.find(colRoles, path, reach, "error.account.may_not_grant")
		} else if unit != 0 && !reach(unit) {
			p.wrong(colRoles, "error.account.may_not_grant")
		}
		if unit != 0 && reach(unit) && !p.holds(r.Input.EmployeeNo, role, unit) {
			out = append(out, Grant{Role: role, UnitID: unit})
		}
	}
	return out
}

func (p *rowPlanner) holds(number string, role Role, unit UnitID) bool {
	return slices.ContainsFunc(p.d.held[number], func(g Grant) bool { return g.Role == role && g.UnitID == unit })
}

// roleNames are the words that the roles column takes, as the page writes them.
func roleNames() string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = words.T(words.ZH, r.WordKey())
	}
	return words.List(words.ZH, names)
}

// parseRole knows a role by its name on the page in either language, or by its code.
func parseRole(name string) (Role, bool) {
	for _, r := range Roles {
		if strings.EqualFold(name, string(r)) || name == words.T(words.ZH, r.WordKey()) || strings.EqualFold(name, words.T(words.EN, r.WordKey())) {
			return r, true
		}
	}
	return "", false
}

// login is the login to make: none when the person has this one already.
func (p *rowPlanner) login(text, number string) string {
	login := cleanLogin(text)
	if login == "" {
		return ""
	}
	if !loginShape.MatchString(login) {
		p.wrong(colLogin, "error.account.login")
		return ""
	}
	owner, taken := p.d.logins[login]
	switch {
	case taken && owner == number:
		return ""
	case taken:
		p.wrong(colLogin, "error.account.login_taken")
		return ""
	}
	for _, has := range p.d.logins {
		if has == number {
			p.wrong(colLogin, "error.account.login_exists")
			return ""
		}
	}
	return login
}

// String names the place of a problem for a log or a command line.
func (p ImportProblem) String() string { return fmt.Sprintf("%d %s: %s", p.Line, p.Column, p.Key) }
