package account_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/words"
)

// Each act leaves its row, by whoever did it, and no row holds a name or a
// number outside the part that can be erased (decision 26).
func TestEveryActIsRecorded(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	group := c.unit(c.dept, account.Group, "夜班组")
	c.hr, _ = c.s.ViewerFor(ctx, c.hr.PersonID) // whose part of the tree has grown
	c.no(c.s.RenameUnit(ctx, c.hr, group, "夜班", 1))
	c.no(c.s.MoveUnit(ctx, c.hr, group, c.east))
	c.no(c.s.RetireUnit(ctx, c.hr, group))
	post, err := c.s.CreatePost(ctx, c.hr, account.Post{Code: "phone", Name: "电话咨询员", Kind: "phone"})
	c.no(err)
	c.no(c.s.RetirePost(ctx, c.hr, post))

	id := c.person("隐名氏", c.surgery)
	c.no(c.s.EditPerson(ctx, c.hr, id, 1, account.PersonInput{EmployeeNo: "A003", Name: "隐名人", Phone: "13800000003"}))
	c.no(c.s.Transfer(ctx, c.hr, id, c.gynaecology, c.online, *c.day(-1)))
	_, err = c.s.ShowPhone(ctx, c.hr, id, "联系")
	c.no(err)
	c.no(c.s.GrantRole(ctx, c.hr, id, account.Trainer, c.dept))
	d, err := c.s.Person(ctx, c.hr, id)
	c.no(err)
	c.no(c.s.EndGrant(ctx, c.hr, id, d.Grants[0].ID))
	_, err = c.s.Export(ctx, c.hr, account.Filter{}, "核对")
	c.no(err)

	_, err = c.s.CreateLogin(ctx, c.hr, id, "secret.login")
	c.no(err)
	first, err := c.s.ResetPassword(ctx, c.hr, id)
	c.no(err)
	in, err := c.signIn("secret.login", first)
	c.no(err)
	_, info, err := c.s.Authenticate(ctx, in.Token.Reveal())
	c.no(err)
	in, err = c.s.ChooseFirstPassword(ctx, info, "correct horse", account.SignIn{Kind: account.WebSession})
	c.no(err)
	v, _, err := c.s.Authenticate(ctx, in.Token.Reveal())
	c.no(err)
	c.no(c.s.SetLanguage(ctx, v, words.EN))
	c.no(c.s.SignOut(ctx, in.Token.Reveal()))
	c.no(c.s.SignOutEverywhere(ctx, v))
	c.no(c.s.SignOutPerson(ctx, c.hr, id))
	c.no(c.s.DisableLogin(ctx, c.hr, id))
	c.no(c.s.EnableLogin(ctx, c.hr, id))
	_, err = c.s.FirstAdmin(ctx, account.Operator("root"), "chief", "")
	c.no(err)
	_, err = c.s.ImportPeople(ctx, c.hr, readRows(t, "good.csv"))
	c.no(err)
	c.no(c.s.Leave(ctx, c.hr, id, *c.day(0), "辞职"))
	c.clock.Advance(24 * time.Hour)
	c.no(c.s.Return(ctx, c.hr, id, c.surgery, c.online, *c.day(0)))

	rows, err := c.db.SQL().Query(`SELECT DISTINCT act FROM audit_event ORDER BY act`)
	c.no(err)
	defer rows.Close()
	var acts []string
	for rows.Next() {
		var act string
		c.no(rows.Scan(&act))
		acts = append(acts, act)
	}
	want := []string{
		"login.create", "login.disable", "login.enable", "login.link", "login.password", "login.reset", "login.sign_out",
		"org.create", "org.move", "org.rename", "org.retire", "people.export", "people.import",
		"person.create", "person.edit", "person.language", "person.leave", "person.phone_show", "person.return", "person.transfer",
		"post.create", "post.retire", "role.end", "role.grant", "session.close", "session.close_all", "session.open",
	}
	if !slices.Equal(acts, want) {
		t.Errorf("acts\n%v, want\n%v", acts, want)
	}
	var leaks int
	c.no(c.db.SQL().QueryRow(`SELECT count(*) FROM audit_event WHERE body::text ~ '隐名|13800000003|secret\.login|辞职|correct horse'`).Scan(&leaks))
	if leaks != 0 {
		t.Errorf("%d rows of the chain hold personal values", leaks)
	}
}
