package exam

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// invitees are the people of an exam on its settings page, and how more are found.
type invitees struct {
	Rows  []exam.InvitedRow
	Page  page.Page
	Total int
	Open  bool // more can be invited
	Tree  account.Tree
	Posts []account.Post

	UnitID, PostID string             // the audience that is being chosen
	Size           *exam.AudienceSize // whom it holds; nil before one is chosen

	Who   string // what somebody is looked for by
	Found []exam.InvitablePerson
	More  bool // more people fit than are shown
}

// maxFound bounds the people shown for a name: whoever is not among them needs more letters.
const maxFound = 20

// invitees reads the list and, in the page's budget of statements, either the size of an audience or the people of a name.
func (d *Desk) invitees(c echo.Context, e exam.Exam) (invitees, error) {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	out := invitees{
		Page: page.Parse(c.QueryParam("page"), c.QueryParam("size")), Who: strings.TrimSpace(c.QueryParam("who")),
		UnitID: c.QueryParam("unit_id"), PostID: c.QueryParam("post_id"),
	}
	out.Open = v.Can(account.ExamAuthor) && canInvite(e, pageNow(c))
	var err error
	if out.Rows, out.Total, err = d.Exams.Candidates(ctx, v, e.ID, out.Page); err != nil || !out.Open {
		return out, err
	}
	if out.Tree, err = d.Accounts.Tree(ctx, v); err != nil {
		return out, err
	}
	if out.Posts, err = d.Accounts.Posts(ctx, v); err != nil {
		return out, err
	}
	if out.Who != "" {
		var total int
		out.Found, total, err = d.Exams.FindPeople(ctx, v, e.ID, out.Who, maxFound)
		out.More = total > len(out.Found)
		return out, err
	}
	if who := audienceOf(out.UnitID, out.PostID, nil); !who.Empty() {
		size, err := d.Exams.Audience(ctx, v, e.ID, who)
		if err != nil {
			return out, err
		}
		out.Size = &size
	}
	return out, nil
}

type inviteForm struct {
	UnitID    string   `form:"unit_id"`
	PostID    string   `form:"post_id"`
	PersonIDs []string `form:"person_id"`
}

func audienceOf(unit, post string, persons []string) account.Audience {
	var a account.Audience
	if id := account.ParseID[account.UnitID](unit); id > 0 {
		a.UnitIDs = append(a.UnitIDs, id)
	}
	if id := account.ParseID[account.PostID](post); id > 0 {
		a.PostIDs = append(a.PostIDs, id)
	}
	for _, p := range persons {
		if id := account.ParseID[account.PersonID](p); id > 0 {
			a.PersonIDs = append(a.PersonIDs, id)
		}
	}
	return a
}

// invitedWord says what comes after inviting.
func invitedWord(e exam.Exam) string {
	if e.State == exam.Draft {
		return "exampages.invite.done_draft"
	}
	return "exampages.invite.done"
}

// Invite is POST /exams/{id}/people: a unit, a post, both (who fits both), or single persons.
func (d *Desk) Invite(c echo.Context) error {
	var f inviteForm
	if err := httpx.DecodeForm(c, &f); err != nil {
		return err
	}
	back := examURL(examID(c), "/setup#people")
	who := audienceOf(f.UnitID, f.PostID, f.PersonIDs)
	if who.Empty() {
		layout.SetFlash(c, layout.Bad, "exampages.invite.nobody_named")
		return c.Redirect(http.StatusSeeOther, back)
	}
	added, err := d.Exams.Invite(c.Request().Context(), layout.Viewer(c), examID(c), who)
	if errs.Is(err, errs.NotFound) && len(f.PersonIDs) > 0 {
		layout.SetFlash(c, layout.Bad, "exampages.invite.beyond")
		return c.Redirect(http.StatusSeeOther, back)
	}
	if err != nil {
		return layout.SayWhyNot(c, err, back)
	}
	if len(added) == 0 {
		layout.SetFlash(c, layout.Info, "exampages.invite.nobody_new")
		return c.Redirect(http.StatusSeeOther, back)
	}
	e, err := d.Exams.Exam(c.Request().Context(), layout.Viewer(c), examID(c))
	if err != nil {
		return err
	}
	return saidDone(c, back, invitedWord(e), "n", len(added))
}

// Uninvite is POST /exams/{id}/people/{person}/remove, of a draft.
func (d *Desk) Uninvite(c echo.Context) error {
	back := examURL(examID(c), "/setup#people")
	err := d.Exams.Uninvite(c.Request().Context(), layout.Viewer(c), examID(c), account.ParseID[account.PersonID](c.Param("person")))
	if err != nil {
		return layout.SayWhyNot(c, err, back)
	}
	return saidDone(c, back, "exampages.invite.removed")
}
