// Package notify holds the inbox: what a person was told, unread first where wanted, each notice leading to where to act.
package notify

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/notify"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout"
)

// Inbox is what the pages need of the feature; notify.Service does.
type Inbox interface {
	Inbox(ctx context.Context, v account.Viewer, unreadOnly bool, p page.Page) ([]notify.Notice, int, error)
	Open(ctx context.Context, v account.Viewer, id notify.ID) (link string, err error)
	ReadAll(ctx context.Context, v account.Viewer) error
}

// Handlers are the pages of the inbox.
type Handlers struct {
	Notices Inbox
	Zone    *time.Location // in which the times of a notice are written
}

// List is GET /notices, with ?unread=1 what is not yet read.
func (h *Handlers) List(c echo.Context) error {
	pg := page.Parse(c.QueryParam("page"), c.QueryParam("size"))
	unread := c.QueryParam("unread") != ""
	list, total, err := h.Notices.Inbox(c.Request().Context(), layout.Viewer(c), unread, pg)
	if err != nil {
		return err
	}
	if layout.PastTheEnd(pg, len(list)) {
		return layout.FirstPage(c)
	}
	return layout.Render(c, http.StatusOK, inboxPage(inbox{Notices: list, Total: total, Page: pg, Unread: unread, Zone: h.Zone}))
}

// Open is POST /notices/{id}: it reads the notice and leads to where to act. It is a POST because it changes something.
func (h *Handlers) Open(c echo.Context) error {
	link, err := h.Notices.Open(c.Request().Context(), layout.Viewer(c), account.ParseID[notify.ID](c.Param("id")))
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, localPath(link))
}

// localPath keeps a notice from leading away from this site.
func localPath(link string) string {
	if !strings.HasPrefix(link, "/") || strings.HasPrefix(link, "//") || strings.ContainsAny(link, "\\\r\n") {
		return "/"
	}
	return link
}

// ReadAll is POST /notices/read-all.
func (h *Handlers) ReadAll(c echo.Context) error {
	if err := h.Notices.ReadAll(c.Request().Context(), layout.Viewer(c)); err != nil {
		return err
	}
	layout.SetFlash(c, layout.OK, "notify.all_read")
	return c.Redirect(http.StatusSeeOther, "/notices")
}
