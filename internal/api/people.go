package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/platform/words"
)

// People are the directory and the import of a staff list.
type People struct{ Accounts *account.Service }

// personAnswer is a line of the directory; phone is masked.
type personAnswer struct {
	ID         account.PersonID `json:"id"`
	EmployeeNo string           `json:"employee_no"`
	Name       string           `json:"name"`
	Phone      string           `json:"phone"`
	Email      string           `json:"email"`
	UnitID     account.UnitID   `json:"unit_id"`
	Unit       string           `json:"unit"`
	PostID     account.PostID   `json:"post_id"`
	Post       string           `json:"post"`
	Roles      []string         `json:"roles"`
	Left       bool             `json:"left"`
}

type peopleAnswer struct {
	People []personAnswer `json:"people"`
	Total  int            `json:"total"`
	Page   int            `json:"page"`
	Size   int            `json:"size"`
}

// List is GET /api/v1/people?q=&unit=&post=&role=&left=&sort=&page=&size=.
func (h *People) List(c echo.Context) error {
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	rows, total, err := h.Accounts.People(c.Request().Context(), viewerOf(c), account.Filter{
		Search: c.QueryParam("q"), UnitID: account.ParseID[account.UnitID](c.QueryParam("unit")),
		PostID: account.ParseID[account.PostID](c.QueryParam("post")), Role: account.Role(c.QueryParam("role")),
		Left: c.QueryParam("left"), Sort: c.QueryParam("sort"),
	}, pg)
	if err != nil {
		return err
	}
	out := peopleAnswer{People: []personAnswer{}, Total: total, Page: pg.Number, Size: pg.Limit()}
	for _, r := range rows {
		out.People = append(out.People, personAnswer{
			ID: r.ID, EmployeeNo: r.EmployeeNo, Name: r.Name, Phone: r.Phone, Email: r.Email,
			UnitID: r.UnitID, Unit: r.UnitName, PostID: r.PostID, Post: r.PostName, Roles: append([]string{}, r.Roles...), Left: r.Left(),
		})
	}
	return c.JSON(http.StatusOK, out)
}

type importProblem struct {
	Row     int    `json:"row"` // from 1 with the header; 0 = the whole file
	Column  string `json:"column"`
	Message string `json:"message"`
}

type importAnswer struct {
	DryRun    bool                 `json:"dry_run"`
	Created   int                  `json:"created"`
	Updated   int                  `json:"updated"`
	Unchanged int                  `json:"unchanged"`
	Problems  []importProblem      `json:"problems"`
	Logins    []account.FirstLogin `json:"logins"` // each first password is in this answer alone
}

// Import is POST /api/v1/people/import?dry_run=true, multipart with "file". A
// dry run tells what would happen; without it a list with problems is 422 with
// the same list of problems, and nothing is imported.
func (h *People) Import(c echo.Context) error {
	ctx, v := c.Request().Context(), viewerOf(c)
	rows, err := uploadedPeople(c)
	if err != nil {
		return err
	}
	plan, err := h.Accounts.PreviewPeople(ctx, v, rows)
	if err != nil {
		return err
	}
	problems := problemsIn(httpx.Lang(c), plan)
	if c.QueryParam("dry_run") == "true" {
		return c.JSON(http.StatusOK, importAnswer{
			DryRun: true, Created: plan.Count(account.ImportNew), Updated: plan.Count(account.ImportUpdate),
			Unchanged: plan.Count(account.ImportUnchanged), Problems: problems, Logins: []account.FirstLogin{},
		})
	}
	if len(problems) > 0 {
		return errs.New(errs.Invalid, "error.account.import_problems", "count", len(problems)).WithExtra("problems", problems)
	}
	done, err := h.Accounts.ImportPeople(ctx, v, rows)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, importAnswer{
		Created: done.Created, Updated: done.Updated, Unchanged: done.Unchanged,
		Problems: problems, Logins: append([]account.FirstLogin{}, done.Logins...),
	})
}

// uploadedPeople reads the field "file".
func uploadedPeople(c echo.Context) ([]account.ImportRow, error) {
	head, err := c.FormFile("file")
	if err != nil {
		return nil, errs.InvalidFields(errs.NewField("file", "error.field.required")).With(err)
	}
	f, err := head.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return account.ReadPeopleFrom(head.Filename, f)
}

func problemsIn(l words.Lang, p account.Plan) []importProblem {
	out := []importProblem{}
	for _, f := range p.Problems {
		out = append(out, importProblem{Row: f.Line, Column: f.Column, Message: words.TMap(l, f.Key, f.Args)})
	}
	return out
}
