package app

import (
	"context"
	"slices"
	"sync"
	"time"

	people "github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/api"
	"github.com/peikao/peikao/internal/bank"
	exams "github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/web"
	"github.com/peikao/peikao/internal/web/account"
	"github.com/peikao/peikao/internal/web/admin"
	"github.com/peikao/peikao/internal/web/appraisal"
	bankpages "github.com/peikao/peikao/internal/web/bank"
	"github.com/peikao/peikao/internal/web/courseware"
	"github.com/peikao/peikao/internal/web/exam"
	"github.com/peikao/peikao/internal/web/home"
	"github.com/peikao/peikao/internal/web/ledger"
	inbox "github.com/peikao/peikao/internal/web/notify"
	cases "github.com/peikao/peikao/internal/web/remediation"
)

// pages gives each page family what it serves from.
func (a *App) pages(cookies httpx.Cookies) web.Pages {
	zone := a.Config.Timezone
	topics := a.keptTopicNames()
	p := web.Pages{
		Account:    &account.Handlers{Accounts: a.Accounts, Cookies: cookies},
		Courseware: &courseware.Handlers{Courseware: a.Courseware, Accounts: a.Accounts, Zone: zone},
		Bank:       &bankpages.Handlers{Bank: a.Bank},
		Appraisal:  &appraisal.Handlers{Appraisal: a.Appraisal, Accounts: a.Accounts},
		Cases:      &cases.Handlers{DB: a.DB, Cases: a.Remediation, Exams: a.Exams, Courses: a.Courseware, People: a.Accounts, Topics: topics},
		Ledger:     &ledger.Handlers{Ledger: a.Ledger, Cases: a.Remediation, People: a.Accounts},
		Home:       &home.Handlers{Exams: a.Exams, Cases: a.Remediation, Courses: a.Courseware, Notices: a.Notify, People: a.Accounts, Desk: a.Reports, Pay: a.Ledger, WarnHours: a.keptWarnHours()},
		Notices:    &inbox.Handlers{Notices: a.Notify, Zone: zone},
		Admin: &admin.Handlers{
			DB: a.DB, Zone: zone, Record: a.record, Chain: a.Audit, Files: a.Files, People: a.Accounts, Policies: a.Policies, Bands: a.Exams, Absence: a.Exams, Retake: a.Remediation, Review: a.Bank, Pay: a.Ledger,
		},
		Take:  exam.Take{Zone: zone},
		After: exam.After{Sat: a.Exams, Topics: topics, Reports: a.Bank, Rounds: a.Reports},
		Desk:  &exam.Desk{Exams: a.Exams, Accounts: a.Accounts, Zone: zone, Topics: a.topicChoices, RetakePolicy: a.retakePolicy},
	}
	p.Hall = &exam.Hall{Exams: a.Exams, Zone: zone, Staff: p.Desk}
	if len(a.options.Demo) > 0 {
		p.Account.Demo = a.demoAccounts
	}
	return p
}

func (a *App) demoAccounts(context.Context) ([]account.DemoAccount, error) {
	out := make([]account.DemoAccount, len(a.options.Demo))
	for i, d := range a.options.Demo {
		out[i] = account.DemoAccount{Login: d.Login, Password: d.Password, Name: d.Name, Role: d.Role}
	}
	return out, nil
}

// keptTopicNames are the names of knowledge points, which are no secret from whoever sees a result. The tree is read at most once a
// minute, and for a point that is not known: a result's page has no statement to spare for it, and a new name may show a minute later.
func (a *App) keptTopicNames() exam.TopicNames {
	var mu sync.Mutex
	var tree bank.Tree
	var readAt time.Time
	return func(ctx context.Context, _ people.Viewer, ids []exams.TopicID) (map[exams.TopicID]string, error) {
		mu.Lock()
		defer mu.Unlock()
		unknown := func(id exams.TopicID) bool { _, known := tree.Topic(bank.TopicID(id)); return !known }
		if now := a.DB.Now(); readAt.IsZero() || now.Before(readAt) || now.Sub(readAt) > time.Minute || slices.ContainsFunc(ids, unknown) {
			read, err := a.Bank.Topics(ctx, people.System())
			if err != nil {
				return nil, err
			}
			tree, readAt = read, now
		}
		names := make(map[exams.TopicID]string, len(ids))
		for _, id := range ids {
			names[id] = tree.Label(bank.TopicID(id))
		}
		return names, nil
	}
}

// topicChoices are the knowledge points that a blueprint may ask for.
func (a *App) topicChoices(ctx context.Context, v people.Viewer) ([]exam.Topic, error) {
	tree, err := a.Bank.Topics(ctx, v)
	if err != nil {
		return nil, err
	}
	live := tree.Live()
	out := make([]exam.Topic, len(live))
	for i, t := range live {
		out[i] = exam.Topic{ID: exams.TopicID(t.ID), Name: tree.Label(t.ID)}
	}
	return out, nil
}

func (a *App) retakePolicy(ctx context.Context) (remediation.Policy, error) {
	p, _, err := policy.Current[remediation.Policy](ctx, a.Policies, a.DB, remediation.PolicyKind, a.DB.Now())
	return p, err
}

// keptWarnHours reads from when unreleased results are flagged (N02) at most once a minute: the first page has no statement to
// spare for it, and nobody notices a flag a minute later.
func (a *App) keptWarnHours() func(context.Context) (int, error) {
	var mu sync.Mutex
	var hours int
	var readAt time.Time
	return func(ctx context.Context) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		if now := a.DB.Now(); readAt.IsZero() || now.Before(readAt) || now.Sub(readAt) > time.Minute {
			p, err := a.retakePolicy(ctx)
			if err != nil {
				return 0, err
			}
			hours, readAt = p.MarkingWarningHours, now
		}
		return hours, nil
	}
}

// calls gives each noun of the API what it serves from.
func (a *App) calls() api.Handlers {
	return api.Handlers{
		Sessions:   &api.Sessions{Accounts: a.Accounts},
		People:     &api.People{Accounts: a.Accounts},
		Bank:       &api.Bank{Bank: a.Bank},
		Uploads:    &api.Uploads{Courseware: a.Courseware},
		Learning:   &api.Learning{Courseware: a.Courseware},
		Analyses:   &api.Analyses{Exams: a.Exams},
		Exams:      &api.Exams{Sitting: a.Exams, Origin: PublicURL(a.Config)},
		Reports:    &api.Reports{Bank: a.Bank, Results: a.Exams},
		Appraisals: &api.Appraisals{Appraisal: a.Appraisal},
		Ledger:     &api.Ledger{Ledger: a.Ledger},
	}
}
