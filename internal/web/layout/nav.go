package layout

import (
	"context"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/account"
)

// navItem is one line of the menu. It is shown to who may do the action; with
// others set, only to who may do it to other people's things.
type navItem struct {
	key    string // what a page names in PageProps.Nav
	word   string
	path   string
	icon   string
	action account.Action
	others bool
	bottom bool // stands in the consultant's bottom bar on a phone
}

type navGroup struct {
	word  string // "" = without a heading
	items []navItem
}

// menu is the whole navigation. A new page family is a line here.
var menu = []navGroup{
	{"", []navItem{
		{key: "home", word: "layout.nav.home", path: "/", icon: "home", action: account.NotifyRead, bottom: true},
		{key: "learn", word: "layout.nav.learn", path: "/learn", icon: "book", action: account.CoursewareStudy, bottom: true},
		{key: "exams", word: "layout.nav.exams", path: "/exams", icon: "clipboard-check", action: account.ExamSit, bottom: true},
		{key: "me", word: "layout.nav.me", path: "/me", icon: "user-circle", action: account.NotifyRead, bottom: true},
	}},
	{"layout.nav.teaching", []navItem{
		{key: "courseware", word: "layout.nav.courseware", path: "/courseware", icon: "presentation", action: account.CoursewareAuthor, others: true},
		{key: "bank", word: "layout.nav.bank", path: "/bank", icon: "books", action: account.BankRead, others: true},
		{key: "papers", word: "layout.nav.papers", path: "/papers", icon: "file-text", action: account.ExamRead, others: true},
		{key: "marking", word: "layout.nav.marking", path: "/marking", icon: "pencil", action: account.ExamMarkRead, others: true},
	}},
	{"layout.nav.staff", []navItem{
		{key: "cases", word: "layout.nav.cases", path: "/cases", icon: "route", action: account.CaseRead, others: true},
		{key: "appraisal", word: "layout.nav.appraisal", path: "/appraisal/cycles", icon: "target", action: account.AppraisalRead, others: true},
		{key: "ledger", word: "layout.nav.ledger", path: "/ledger", icon: "coin-yuan", action: account.LedgerRead, others: true},
		{key: "people", word: "layout.nav.people", path: "/people", icon: "users", action: account.AccountPersonRead, others: true},
		{key: "org", word: "layout.nav.org", path: "/org", icon: "sitemap", action: account.OrgRead, others: true},
	}},
	{"layout.nav.system", []navItem{
		{key: "audit", word: "layout.nav.audit", path: "/admin/audit", icon: "shield-check", action: account.AuditRead, others: true},
		{key: "policies", word: "layout.nav.policies", path: "/admin/policies", icon: "settings", action: account.PolicyRead, others: true},
	}},
}

func (n navItem) visible(v account.Viewer) bool {
	if n.others {
		return v.CanBeyondSelf(n.action)
	}
	return v.Can(n.action)
}

// navFor is the menu of one viewer, without the groups that would be empty.
func navFor(v account.Viewer) []navGroup {
	var out []navGroup
	for _, g := range menu {
		items := slices.DeleteFunc(slices.Clone(g.items), func(n navItem) bool { return !n.visible(v) })
		if len(items) > 0 {
			out = append(out, navGroup{g.word, items})
		}
	}
	return out
}

// staffItems are what the viewer has in the menu beside the consultant's pages.
func staffItems(v account.Viewer) []navItem {
	var out []navItem
	for _, g := range navFor(v) {
		out = append(out, slices.DeleteFunc(g.items, func(n navItem) bool { return n.bottom })...)
	}
	return out
}

// bottomBar is the consultant's: empty for whoever has more in the menu than
// fits under a thumb; they get the drawer.
func bottomBar(v account.Viewer) []navItem {
	var out []navItem
	for _, g := range navFor(v) {
		for _, n := range g.items {
			if !n.bottom {
				return nil
			}
			out = append(out, n)
		}
	}
	return out
}

// current is the key to mark in the menu: what the page says, else the item
// with the longest path that the address starts with.
func current(ctx context.Context, nav string) string {
	if nav != "" {
		return nav
	}
	path, best, key := frameOf(ctx).url.Path, 0, ""
	for _, g := range menu {
		for _, n := range g.items {
			if len(n.path) > best && (path == n.path || strings.HasPrefix(path, n.path+"/")) {
				best, key = len(n.path), n.key
			}
		}
	}
	return key
}
