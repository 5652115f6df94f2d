package account

import (
	"context"
	"strings"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/web/layout"
)

// device says in a few words what a browser calls itself.
func device(agent string) string {
	var parts []string
	for _, names := range [][2]string{
		{"MicroMessenger", "微信"}, {"Edg", "Edge"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	} {
		if strings.Contains(agent, names[0]) {
			parts = append(parts, names[1])
			break
		}
	}
	for _, names := range [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"},
	} {
		if strings.Contains(agent, names[0]) {
			parts = append(parts, names[1])
			break
		}
	}
	if len(parts) == 0 {
		return agent
	}
	return strings.Join(parts, " · ")
}

// unitOptions lists the organisation for a picker, indented by depth.
func unitOptions(t people.Tree) []layout.Option {
	var out []layout.Option
	for _, u := range t.InOrder() {
		out = append(out, layout.Option{Value: u.ID.String(), Label: strings.Repeat("　", u.Depth) + u.Name})
	}
	return out
}

func postOptions(posts []people.Post) []layout.Option {
	var out []layout.Option
	for _, p := range posts {
		out = append(out, layout.Option{Value: p.ID.String(), Label: p.Name})
	}
	return out
}

func roleOptions(ctx context.Context) []layout.Option {
	return layout.WordOptions(ctx, people.Roles...)
}

func kindOptions(ctx context.Context) []layout.Option {
	return layout.WordOptions(ctx, people.UnitKinds...)
}

func postKindOptions(ctx context.Context) []layout.Option {
	return layout.WordOptions(ctx, people.PostKinds...)
}

// roleNames joins the roles of a row of the directory.
func roleNames(ctx context.Context, roles []string) string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = layout.T(ctx, people.Role(r).WordKey())
	}
	return strings.Join(out, layout.T(ctx, "account.list_separator"))
}

// problemsOf puts an import's problems into words at their places.
func problemsOf(ctx context.Context, p people.Plan) []layout.Problem {
	var out []layout.Problem
	for _, f := range p.Problems {
		kv := []any{}
		for name, value := range f.Args {
			kv = append(kv, name, value)
		}
		place := f.Column
		if f.Line > 0 {
			place = layout.T(ctx, "account.import.place", "line", f.Line, "column", f.Column)
		}
		out = append(out, layout.Problem{Place: place, Message: layout.T(ctx, f.Key, kv...), Tone: layout.Bad})
	}
	return out
}

func importLabel(ctx context.Context) string {
	if !layout.ViewerIn(ctx).Can(people.AccountPersonImport) {
		return ""
	}
	return layout.T(ctx, "account.import.title")
}

// reaches tells whether the viewer may do the action in the unit; buttons that
// would be refused are not shown.
func reaches(v people.Viewer, a people.Action, unit people.UnitID) bool {
	return v.Scope(a).HasUnit(unit)
}

// facts are the lines of a person's page; phone is the whole number after it
// was asked for.
func facts(ctx context.Context, d people.Detail, t people.Tree, phone string) []layout.Pair {
	if phone == "" {
		phone = d.Phone
	}
	out := []layout.Pair{
		{Label: layout.T(ctx, "account.field.unit"), Value: t.Path(d.UnitID)},
		{Label: layout.T(ctx, "account.field.post"), Value: d.PostName},
		{Label: layout.T(ctx, "account.field.phone"), Value: phone},
		{Label: layout.T(ctx, "account.field.email"), Value: d.Email},
		{Label: layout.T(ctx, "account.field.hired_on"), Value: dayText(d.HiredOn)},
	}
	if d.Left() {
		out = append(out, layout.Pair{Label: layout.T(ctx, "account.field.left_on"), Value: dayText(d.LeftOn)})
	}
	return out
}

func loginFacts(ctx context.Context, l people.Login) []layout.Pair {
	state := layout.T(ctx, "account.person.active")
	switch {
	case l.DisabledAt != nil:
		state = layout.T(ctx, "account.person.disabled")
	case l.MustChange:
		state = layout.T(ctx, "account.person.first_password")
	}
	last := layout.T(ctx, "account.person.never")
	if l.LastLoginAt != nil {
		last = layout.DateTime(ctx, *l.LastLoginAt)
	}
	return []layout.Pair{
		{Label: layout.T(ctx, "account.field.login"), Value: l.Login},
		{Label: layout.T(ctx, "account.people.state"), Value: state},
		{Label: layout.T(ctx, "account.person.last_login"), Value: last},
	}
}

// span is the time of a place: "2024-03-01 – 2025-01-31", or since when.
func span(ctx context.Context, a people.Assignment) string {
	if a.ToOn == nil {
		return layout.T(ctx, "account.since", "day", layout.DateOn(a.FromOn))
	}
	return layout.DateOn(a.FromOn) + " – " + layout.DateOn(*a.ToOn)
}

// branch indents a line of the tree; ideographic blanks keep their width.
func branch(depth int) string { return strings.Repeat("　", depth) }

func actTone(a people.ImportAct) layout.Tone {
	switch a {
	case people.ImportNew:
		return layout.OK
	case people.ImportUpdate:
		return layout.Info
	case people.ImportFaulty:
		return layout.Bad
	}
	return layout.Neutral
}
