package account_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// clinic is a small organisation: a company with two branches, a department
// with two groups in the first (E06), one post, and an administrator.
type clinic struct {
	*testing.T
	s     *account.Service
	db    *db.DB
	clock *clock.Fake

	root, east, west, dept, surgery, gynaecology account.UnitID
	online                                       account.PostID
	admin, hr                                    account.Viewer
	count                                        int
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	c := &clinic{T: t}
	c.db, c.clock = dbtest.NewFake(t)
	zone, err := time.LoadLocation("Asia/Shanghai")
	c.no(err)
	c.s, err = account.New(context.Background(), c.db, zone)
	c.no(err)
	c.no(c.s.PollRevocations(context.Background()))
	c.root = c.unit(0, account.Company, "美丽医疗")
	c.east = c.unit(c.root, account.Branch, "东院")
	c.west = c.unit(c.root, account.Branch, "西院")
	c.dept = c.unit(c.east, account.Department, "网络咨询部")
	c.surgery = c.unit(c.dept, account.Group, "整形组")
	c.gynaecology = c.unit(c.dept, account.Group, "妇科组")
	c.online, err = c.s.CreatePost(context.Background(), account.System(), account.Post{Code: "online", Name: "网络咨询员", Kind: "online"})
	c.no(err)
	c.admin = c.viewer(c.person("管理员", c.root), account.Admin, c.root)
	c.hr = c.viewer(c.person("人事", c.east), account.HR, c.east)
	return c
}

func (c *clinic) no(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *clinic) kind(err error, want errs.Kind) {
	c.Helper()
	if err == nil || errs.KindOf(err) != want {
		c.Errorf("error %v, want kind %d", err, want)
	}
}

func (c *clinic) unit(parent account.UnitID, kind account.UnitKind, name string) account.UnitID {
	c.Helper()
	id, err := c.s.CreateUnit(context.Background(), account.System(), parent, kind, name, 0)
	c.no(err)
	return id
}

func (c *clinic) person(name string, unit account.UnitID) account.PersonID {
	c.Helper()
	c.count++
	id, err := c.s.CreatePerson(context.Background(), account.System(), account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: fmt.Sprintf("A%03d", c.count), Name: name, Phone: fmt.Sprintf("1380000%04d", c.count)},
		UnitID:      unit, PostID: c.online, FromOn: c.day(-100),
	})
	c.no(err)
	return id
}

func (c *clinic) day(offset int) *time.Time {
	d := c.s.Today().AddDate(0, 0, offset)
	return &d
}

func (c *clinic) viewer(id account.PersonID, r account.Role, unit account.UnitID) account.Viewer {
	c.Helper()
	c.no(c.s.GrantRole(context.Background(), account.System(), id, r, unit))
	v, err := c.s.ViewerFor(context.Background(), id)
	c.no(err)
	return v
}

func (c *clinic) names(v account.Viewer, f account.Filter) []string {
	c.Helper()
	rows, total, err := c.s.People(context.Background(), v, f, page.New(1, 100))
	c.no(err)
	if total != len(rows) {
		c.Errorf("total %d of %d rows", total, len(rows))
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Name)
	}
	return out
}

func TestHoldersCoverThePerson(t *testing.T) {
	c := newClinic(t)
	ctx := context.Background()
	mei := c.person("小美", c.surgery)
	above := c.viewer(c.person("总部人事", c.root), account.HR, c.root)
	c.viewer(c.person("西院人事", c.west), account.HR, c.west)
	c.viewer(c.person("组长", c.surgery), account.Lead, c.surgery)
	c.viewer(mei, account.HR, c.root) // never about herself
	gone := c.viewer(c.person("前人事", c.east), account.HR, c.east)
	c.no(c.s.Leave(ctx, account.System(), gone.PersonID, *c.day(-1), "离职"))
	holders, err := c.s.Holders(ctx, c.db, account.CaseAssign, []account.PersonID{mei})
	got := holders[mei]
	if want := []account.PersonID{c.hr.PersonID, above.PersonID}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v %v, want %v", got, err, want)
	}
}
