package admin

import (
	"context"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// actGroups are the beginnings of acts that the filter offers, in the order of the work.
var actGroups = []string{"login", "session", "person", "people", "org", "post", "role", "bank", "exam", "attempt", "case", "course", "enrolment", "upload", "object", "appraisal", "ledger", "policy", "audit"}

func actOptions(ctx context.Context) []layout.Option {
	out := make([]layout.Option, len(actGroups))
	for i, g := range actGroups {
		out[i] = layout.Option{Value: g, Label: layout.T(ctx, "admin.group."+g)}
	}
	return out
}

// actWord is an act as people say it, else its group and the verb as it is stored: a record never hides an act for want of a word.
func actWord(ctx context.Context, act string) string {
	if key := "admin.act." + act; words.Has(key) {
		return layout.T(ctx, key)
	}
	group, verb, _ := strings.Cut(act, ".")
	if key := "admin.group." + group; words.Has(key) {
		return layout.T(ctx, key) + " · " + verb
	}
	return layout.T(ctx, "admin.act_other", "act", act)
}

// actorWord is who acted: a name, the system, or who typed on the server.
func actorWord(ctx context.Context, names map[account.PersonID]string, actor string) string {
	if id := personOf(actor); id != 0 {
		if name := names[id]; name != "" {
			return name
		}
	}
	if actor == account.System().Actor() {
		return layout.T(ctx, "admin.actor.system")
	}
	if user, ok := strings.CutPrefix(actor, "operator:"); ok {
		return layout.T(ctx, "admin.actor.operator", "user", user)
	}
	return actor
}

// subjectURL leads to the thing that an act was done to, "" where it has no page or none that the viewer may open.
func subjectURL(v account.Viewer, subject string) string {
	kind, id, _ := strings.Cut(subject, ":")
	if account.ParseID[account.PersonID](id) == 0 {
		return ""
	}
	switch {
	case kind == "person" && v.CanBeyondSelf(account.AccountPersonRead):
		return "/people/" + id
	case kind == "exam" && v.CanBeyondSelf(account.ExamRead):
		return "/exams/" + id + "/setup"
	case kind == "case" && v.CanBeyondSelf(account.CaseRead):
		return "/cases/" + id
	case kind == "policy_version" && v.Can(account.PolicyRead):
		return "/admin/policies"
	}
	return ""
}

// subjectWord is a person's name, else the kind of thing with its number, else the subject as it is stored.
func subjectWord(ctx context.Context, names map[account.PersonID]string, subject string) string {
	if name := names[personOf(subject)]; name != "" {
		return name
	}
	kind, id, _ := strings.Cut(subject, ":")
	if key := "admin.subject." + kind; words.Has(key) {
		return strings.TrimSpace(layout.T(ctx, key) + " " + id)
	}
	return subject
}

// subjects are the kinds of things that acts are done to, as they are stored.
var subjects = []string{"attempt", "audit", "bank_import", "blueprint", "case", "correction", "course", "course_unit", "cycle", "enrolment", "exam", "form_set", "object", "org_unit", "paper", "person", "policy_version", "post", "question", "question_report", "question_version", "result", "rival_set", "scheme_version", "sheet", "topic"}

// storedSubject reads what subjectWord writes, "考试 7"; "" is anything else.
func storedSubject(ctx context.Context, typed string) string {
	name := strings.TrimSpace(strings.TrimRight(typed, "0123456789"))
	id := typed[len(strings.TrimRight(typed, "0123456789")):]
	for _, kind := range subjects {
		if name == layout.T(ctx, "admin.subject."+kind) {
			return strings.TrimSuffix(kind+":"+id, ":")
		}
	}
	return ""
}

func bandWord(ctx context.Context, b score.Band) string { return layout.T(ctx, "exam.band."+string(b)) }
