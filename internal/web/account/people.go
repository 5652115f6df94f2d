package account

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

// choices are what the pickers of a form offer.
type choices struct {
	tree  people.Tree
	posts []people.Post
}

func (h *Handlers) choices(ctx context.Context, v people.Viewer) (choices, error) {
	var out choices
	var err error
	if out.tree, err = h.Accounts.Tree(ctx, v); err != nil {
		return out, err
	}
	out.posts, err = h.Accounts.Posts(ctx, v)
	return out, err
}

// filterOf reads the directory's filter from the address.
func filterOf(q url.Values) people.Filter {
	return people.Filter{
		Search: q.Get("q"), UnitID: people.ParseID[people.UnitID](q.Get("unit")), PostID: people.ParseID[people.PostID](q.Get("post")),
		Role: people.Role(q.Get("role")), Left: q.Get("left"), Sort: q.Get("sort"),
	}
}

// People is the directory.
func (h *Handlers) People(c echo.Context) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	rows, total, err := h.Accounts.People(ctx, v, filterOf(c.QueryParams()), pg)
	if err != nil {
		return err
	}
	if layout.PastTheEnd(pg, len(rows)) {
		return layout.FirstPage(c)
	}
	ch, err := h.choices(ctx, v)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, peoplePage(rows, pg, total, ch, c.QueryString()))
}

// Export writes the filtered directory as CSV; a reason is asked for and
// recorded, so it is a POST. The file begins when all of it is there: what is
// refused or breaks off leaves no file that looks whole.
func (h *Handlers) Export(c echo.Context) error {
	ctx, v, reason := c.Request().Context(), layout.Viewer(c), strings.TrimSpace(c.FormValue("reason"))
	filter, err := url.ParseQuery(c.FormValue("filter"))
	if err != nil || reason == "" {
		layout.SetFlash(c, layout.Bad, "account.people.export_reason")
		return c.Redirect(http.StatusSeeOther, "/people")
	}
	tree, err := h.Accounts.Tree(ctx, v)
	if err != nil {
		return err
	}
	list, err := h.Accounts.Export(ctx, v, filterOf(filter), reason)
	if err != nil {
		return layout.SayWhyNot(c, err, "/people?"+filter.Encode())
	}
	rows := [][]string{append(people.ImportColumns[:len(people.ImportColumns):len(people.ImportColumns)], "离职日期")}
	for _, r := range list {
		rows = append(rows, csvRow(r, tree))
	}
	return layout.SendTable(c, "people", layout.FormatCSV, rows)
}

// csvRow is a person in the columns of the import.
func csvRow(r people.PersonRow, t people.Tree) []string {
	names := make([]string, len(r.Roles))
	for i, role := range r.Roles {
		names[i] = words.T(words.ZH, people.Role(role).WordKey())
	}
	return []string{r.EmployeeNo, r.Name, r.Phone, r.Email, t.Path(r.UnitID), r.PostName, dayText(r.HiredOn), words.List(words.ZH, names), r.Login, dayText(r.LeftOn)}
}

func dayText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.DateOnly)
}

// personForm is what the form of a person sends.
type personForm struct {
	EmployeeNo string `form:"employee_no"`
	Name       string `form:"name"`
	Phone      string `form:"phone"`
	Email      string `form:"email"`
	HiredOn    string `form:"hired_on"`
	UnitID     string `form:"unit_id"`
	PostID     string `form:"post_id"`
	Version    int    `form:"version"`
}

func (f personForm) input() (people.PersonInput, error) {
	hired, err := date("hired_on", f.HiredOn)
	return people.PersonInput{EmployeeNo: f.EmployeeNo, Name: f.Name, Phone: f.Phone, Email: f.Email, HiredOn: hired}, err
}

// NewPerson is the form of a new person.
func (h *Handlers) NewPerson(c echo.Context) error {
	return h.renderNew(c, http.StatusOK, personForm{UnitID: c.QueryParam("unit")}, layout.Errors{})
}

func (h *Handlers) renderNew(c echo.Context, code int, f personForm, e layout.Errors) error {
	ch, err := h.choices(c.Request().Context(), layout.Viewer(c))
	if err != nil {
		return err
	}
	return layout.Render(c, code, newPersonPage(f, ch, e))
}

// CreatePerson adds a person and goes to their page.
func (h *Handlers) CreatePerson(c echo.Context) error {
	var f personForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	in, err := f.input()
	var id people.PersonID
	if err == nil {
		id, err = h.Accounts.CreatePerson(c.Request().Context(), layout.Viewer(c), people.NewPerson{
			PersonInput: in, UnitID: people.ParseID[people.UnitID](f.UnitID), PostID: people.ParseID[people.PostID](f.PostID),
		})
	}
	if e, ok := explain(c, err); ok {
		return h.renderNew(c, status(err), f, e)
	}
	if err != nil {
		return err
	}
	return done(c, "account.person.created", personURL(id))
}

func personURL(id people.PersonID) string { return "/people/" + id.String() }

func personID(c echo.Context) people.PersonID {
	return people.ParseID[people.PersonID](c.Param("person"))
}

// shown is what a person's page shows beside the stored: a password or a
// phone number, once.
type shown struct {
	password string
	phone    string
}

// Person is a person's page.
func (h *Handlers) Person(c echo.Context) error { return h.renderPerson(c, http.StatusOK, shown{}) }

func (h *Handlers) renderPerson(c echo.Context, code int, s shown) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	d, err := h.Accounts.Person(ctx, v, personID(c))
	if err != nil {
		return err
	}
	ch, err := h.choices(ctx, v)
	if err != nil {
		return err
	}
	return layout.Render(c, code, personPage(v, d, ch, s, h.Accounts.Today()))
}

// EditPerson is the form of a person.
func (h *Handlers) EditPerson(c echo.Context) error {
	d, err := h.Accounts.Person(c.Request().Context(), layout.Viewer(c), personID(c))
	if err != nil {
		return err
	}
	f := personForm{EmployeeNo: d.EmployeeNo, Name: d.Name, Phone: d.Phone, Email: d.Email, HiredOn: dayText(d.HiredOn), Version: d.Version}
	return layout.Render(c, http.StatusOK, editPersonPage(d.ID, f, layout.Errors{}))
}

// SavePerson stores the form of a person.
func (h *Handlers) SavePerson(c echo.Context) error {
	var f personForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	in, err := f.input()
	if err == nil {
		err = h.Accounts.EditPerson(c.Request().Context(), layout.Viewer(c), personID(c), f.Version, in)
	}
	if e, ok := explain(c, err); ok {
		return layout.Render(c, status(err), editPersonPage(personID(c), f, e))
	}
	if err != nil {
		return err
	}
	return done(c, "account.saved", personURL(personID(c)))
}

// act does one thing to the person of the address and comes back to the page
// with a message, or with the reason why not.
func (h *Handlers) act(c echo.Context, word string, err error) error {
	if err != nil {
		return refused(c, err, personURL(personID(c)))
	}
	return done(c, word, personURL(personID(c)))
}

// Transfer moves a person to another place.
func (h *Handlers) Transfer(c echo.Context) error {
	from, err := mustDate("from_on", c.FormValue("from_on"))
	if err == nil {
		err = h.Accounts.Transfer(c.Request().Context(), layout.Viewer(c), personID(c),
			people.ParseID[people.UnitID](c.FormValue("unit_id")), people.ParseID[people.PostID](c.FormValue("post_id")), from)
	}
	return h.act(c, "account.person.transferred", err)
}

// Leave records the last day.
func (h *Handlers) Leave(c echo.Context) error {
	on, err := mustDate("left_on", c.FormValue("left_on"))
	if err == nil {
		err = h.Accounts.Leave(c.Request().Context(), layout.Viewer(c), personID(c), on, c.FormValue("reason"))
	}
	return h.act(c, "account.person.left_done", err)
}

// Return takes a person back.
func (h *Handlers) Return(c echo.Context) error {
	from, err := mustDate("from_on", c.FormValue("from_on"))
	if err == nil {
		err = h.Accounts.Return(c.Request().Context(), layout.Viewer(c), personID(c),
			people.ParseID[people.UnitID](c.FormValue("unit_id")), people.ParseID[people.PostID](c.FormValue("post_id")), from)
	}
	return h.act(c, "account.person.returned", err)
}

// Grant gives a role.
func (h *Handlers) Grant(c echo.Context) error {
	err := h.Accounts.GrantRole(c.Request().Context(), layout.Viewer(c), personID(c),
		people.Role(c.FormValue("role")), people.ParseID[people.UnitID](c.FormValue("unit_id")))
	return h.act(c, "account.person.granted", err)
}

// EndGrant takes a role away.
func (h *Handlers) EndGrant(c echo.Context) error {
	grant, _ := strconv.ParseInt(c.Param("grant"), 10, 64)
	return h.act(c, "account.person.grant_ended", h.Accounts.EndGrant(c.Request().Context(), layout.Viewer(c), personID(c), grant))
}

// ShowPhone shows the whole number, once, to whoever says why.
func (h *Handlers) ShowPhone(c echo.Context) error {
	phone, err := h.Accounts.ShowPhone(c.Request().Context(), layout.Viewer(c), personID(c), c.FormValue("reason"))
	if err != nil {
		return refused(c, err, personURL(personID(c)))
	}
	return h.renderPerson(c, http.StatusOK, shown{phone: phone})
}

// CreateLogin makes an account and shows the first password, once.
func (h *Handlers) CreateLogin(c echo.Context) error {
	password, err := h.Accounts.CreateLogin(c.Request().Context(), layout.Viewer(c), personID(c), c.FormValue("login"))
	return h.showPassword(c, password, err)
}

// ResetPassword makes a new first password and shows it, once.
func (h *Handlers) ResetPassword(c echo.Context) error {
	password, err := h.Accounts.ResetPassword(c.Request().Context(), layout.Viewer(c), personID(c))
	return h.showPassword(c, password, err)
}

func (h *Handlers) showPassword(c echo.Context, password string, err error) error {
	if err != nil {
		return refused(c, err, personURL(personID(c)))
	}
	return h.renderPerson(c, http.StatusOK, shown{password: password})
}

// DisableLogin keeps a person out.
func (h *Handlers) DisableLogin(c echo.Context) error {
	return h.act(c, "account.person.disabled_done", h.Accounts.DisableLogin(c.Request().Context(), layout.Viewer(c), personID(c)))
}

// EnableLogin lets a person in again.
func (h *Handlers) EnableLogin(c echo.Context) error {
	return h.act(c, "account.person.enabled_done", h.Accounts.EnableLogin(c.Request().Context(), layout.Viewer(c), personID(c)))
}

// SignOutPerson ends a person's sessions.
func (h *Handlers) SignOutPerson(c echo.Context) error {
	return h.act(c, "account.person.signed_out", h.Accounts.SignOutPerson(c.Request().Context(), layout.Viewer(c), personID(c)))
}

func grantURL(id people.PersonID, grant int64) string {
	return fmt.Sprintf("/people/%s/grants/%d/end", id, grant)
}
