package admin

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/ledger"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/policy"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
)

// policies are the histories of the rules, the newest version first.
type policies struct {
	Bands   []policy.Version[score.Bands]
	Retake  []policy.Version[remediation.Policy]
	Absence []policy.Version[exam.Absence]
	Review  []policy.Version[bank.ReviewPolicy]
	Pay     []policy.Version[ledger.Policy]
	Names   map[account.PersonID]string
	Now     time.Time
}

// policyForm is what the form of any rule sends; a rule reads its own fields.
type policyForm struct {
	Excellent      string `form:"excellent"`
	Good           string `form:"good"`
	Pass           string `form:"pass"`
	RetakeWindow   string `form:"retake_window_days"` // days as people write them: see hoursOf
	AfterRelease   string `form:"after_release_days"`
	RetrainingDays int    `form:"retraining_days"`
	ReexamWindow   string `form:"reexam_window_days"`
	MarkingWarning string `form:"marking_warning_days"`
	RoundScoring   string `form:"round_scoring"`
	AbsentCounts   string `form:"absent_counts"` // zero or nothing
	LeaveDays      string `form:"leave_days"`
	Reviewer       string `form:"reviewer"` // second or anybody

	Pay         map[string]string `form:"-"` // what results bring, by ledger.Field
	EffectiveOn string            `form:"effective_on"`
	Confirmed   string            `form:"confirmed"`
}

// The answers to what a new version says in words.
const (
	confirmedYes    = "yes"
	confirmedChange = "change" // back to the form, with what was typed
)

// List is GET /admin/policies.
func (h *Handlers) List(c echo.Context) error {
	p, err := h.policies(c)
	if err != nil {
		return err
	}
	return layout.Render(c, http.StatusOK, policiesPage(p))
}

func (h *Handlers) policies(c echo.Context) (policies, error) {
	ctx, p := c.Request().Context(), policies{Now: pageNow(c)}
	var err error
	if p.Bands, err = policy.History[score.Bands](ctx, h.Policies, h.DB, exam.BandsPolicy); err != nil {
		return p, err
	}
	if p.Retake, err = policy.History[remediation.Policy](ctx, h.Policies, h.DB, remediation.PolicyKind); err != nil {
		return p, err
	}
	if p.Absence, err = policy.History[exam.Absence](ctx, h.Policies, h.DB, exam.AbsenceKind); err != nil {
		return p, err
	}
	if p.Review, err = policy.History[bank.ReviewPolicy](ctx, h.Policies, h.DB, bank.ReviewKind); err != nil {
		return p, err
	}
	if p.Pay, err = policy.History[ledger.Policy](ctx, h.Policies, h.DB, ledger.PolicyKind); err != nil {
		return p, err
	}
	p.Names, err = h.People.Names(ctx, h.DB, approvers(p))
	return p, err
}

func approvers(p policies) []account.PersonID {
	var ids []account.PersonID
	for _, v := range p.Bands {
		ids = append(ids, personOf(v.ApprovedBy))
	}
	for _, v := range p.Retake {
		ids = append(ids, personOf(v.ApprovedBy))
	}
	for _, v := range p.Absence {
		ids = append(ids, personOf(v.ApprovedBy))
	}
	for _, v := range p.Review {
		ids = append(ids, personOf(v.ApprovedBy))
	}
	for _, v := range p.Pay {
		ids = append(ids, personOf(v.ApprovedBy))
	}
	return ids
}

// New is GET /admin/policies/{kind}/new: the form, filled with the rule that holds now.
func (h *Handlers) New(c echo.Context) error {
	p, err := h.policies(c)
	if err != nil {
		return err
	}
	switch c.Param("kind") {
	case exam.BandsPolicy:
		if at := policy.InForce(p.Bands, p.Now); at >= 0 {
			return layout.Render(c, http.StatusOK, newPolicyPage(exam.BandsPolicy, bandsForm(p.Bands[at].Body.V), layout.Errors{}))
		}
	case exam.AbsenceKind:
		if at := policy.InForce(p.Absence, p.Now); at >= 0 {
			return layout.Render(c, http.StatusOK, newPolicyPage(exam.AbsenceKind, absenceForm(p.Absence[at].Body.V), layout.Errors{}))
		}
	case bank.ReviewKind:
		if at := policy.InForce(p.Review, p.Now); at >= 0 {
			return layout.Render(c, http.StatusOK, newPolicyPage(bank.ReviewKind, reviewForm(p.Review[at].Body.V), layout.Errors{}))
		}
	case ledger.PolicyKind:
		if at := policy.InForce(p.Pay, p.Now); at >= 0 {
			return layout.Render(c, http.StatusOK, newPolicyPage(ledger.PolicyKind, payForm(p.Pay[at].Body.V), layout.Errors{}))
		}
	case remediation.PolicyKind:
		if at := policy.InForce(p.Retake, p.Now); at >= 0 {
			return layout.Render(c, http.StatusOK, newPolicyPage(remediation.PolicyKind, retakeForm(p.Retake[at].Body.V), layout.Errors{}))
		}
	}
	return errs.New(errs.NotFound, "error.not_found")
}

// kinds are the rules that this page adds versions of.
var kinds = []string{exam.BandsPolicy, exam.AbsenceKind, remediation.PolicyKind, bank.ReviewKind, ledger.PolicyKind}

// Add is POST /admin/policies/{kind}: what was typed is first shown in words, and becomes a version when it is confirmed.
func (h *Handlers) Add(c echo.Context) error {
	kind := c.Param("kind")
	if !slices.Contains(kinds, kind) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	var f policyForm
	err := httpx.DecodeForm(c, &f)
	if err == nil && kind == ledger.PolicyKind {
		f.Pay = typedPay(c.FormValue)
	}
	if err == nil {
		err = h.preview(c, kind, f)
	}
	if err == nil && f.Confirmed == confirmedChange {
		return layout.Render(c, http.StatusOK, newPolicyPage(kind, f, layout.Errors{}))
	}
	if err == nil && f.Confirmed != "" {
		err = h.add(c.Request().Context(), layout.Viewer(c), kind, f)
	}
	if e, ok := layout.ErrorsOf(c, inDays(err)); ok {
		return layout.Render(c, http.StatusUnprocessableEntity, newPolicyPage(kind, f, e))
	}
	if err != nil {
		return err
	}
	if f.Confirmed == "" {
		return layout.Render(c, http.StatusOK, confirmPolicyPage(kind, f))
	}
	layout.SetFlash(c, layout.OK, "admin.policy.added")
	return c.Redirect(http.StatusSeeOther, "/admin/policies")
}

// preview reports what could not become a version, so that nobody confirms it.
func (h *Handlers) preview(c echo.Context, kind string, f policyForm) error {
	from, err := h.from(f)
	if err == nil && !from.IsZero() && from.Before(pageNow(c)) {
		err = errs.InvalidFields(errs.NewField("effective_on", "admin.policy.past"))
	}
	if err != nil {
		return err
	}
	switch kind {
	case remediation.PolicyKind:
		return valid(f.retake())
	case bank.ReviewKind:
		_, err := f.review()
		return err
	case ledger.PolicyKind:
		return valid(f.pay())
	case exam.AbsenceKind:
		return valid(f.absence())
	}
	b, err := f.bands()
	if err == nil && b.Validate() != nil {
		err = errs.InvalidFields(errs.NewField("excellent", "error.exam.bands"))
	}
	return err
}

// valid reports why what a form says could not be read, or why it is no policy.
func valid[P interface{ Validate() error }](p P, err error) error {
	if err != nil {
		return err
	}
	return p.Validate()
}

func (h *Handlers) add(ctx context.Context, v account.Viewer, kind string, f policyForm) error {
	from, err := h.from(f)
	if err != nil {
		return err
	}
	switch kind {
	case remediation.PolicyKind:
		p, err := f.retake()
		if err != nil {
			return err
		}
		return h.Retake.AddPolicy(ctx, v, p, from)
	case bank.ReviewKind:
		p, err := f.review()
		if err != nil {
			return err
		}
		return h.Review.AddReview(ctx, v, p, from)
	case ledger.PolicyKind:
		p, err := f.pay()
		if err != nil {
			return err
		}
		return h.Pay.AddPolicy(ctx, v, p, from)
	case exam.AbsenceKind:
		a, err := f.absence()
		if err != nil {
			return err
		}
		return h.Absence.AddAbsence(ctx, v, a, from)
	}
	b, err := f.bands()
	if err != nil {
		return err
	}
	return h.Bands.AddBands(ctx, v, b, from)
}

// from is the first moment of the day from which the version holds; the zero time is at once.
func (h *Handlers) from(f policyForm) (time.Time, error) {
	if f.EffectiveOn == "" {
		return time.Time{}, nil
	}
	on := h.day(f.EffectiveOn)
	if on == nil {
		return time.Time{}, errs.InvalidFields(errs.NewField("effective_on", "admin.policy.date_wrong"))
	}
	return *on, nil
}

func bandsForm(b score.Bands) policyForm {
	var f policyForm
	for _, e := range b.Edges {
		switch text := layout.Score(int64(e.From)); e.Band {
		case score.Excellent:
			f.Excellent = text
		case score.Good:
			f.Good = text
		case score.Pass:
			f.Pass = text
		}
	}
	return f
}

// bands are the table that the form describes. Whoever reaches the band 合格 has passed (C51).
func (f policyForm) bands() (score.Bands, error) {
	var bad []errs.Field
	read := func(name, text string) score.Hundredths {
		n, err := score.Parse(text)
		if err != nil {
			bad = append(bad, errs.NewField(name, "admin.policy.number"))
		}
		return n
	}
	pass := read("pass", f.Pass)
	b := score.Bands{PassFrom: pass, Edges: []score.Edge{
		{Band: score.Excellent, From: read("excellent", f.Excellent)}, {Band: score.Good, From: read("good", f.Good)},
		{Band: score.Pass, From: pass}, {Band: score.Fail, From: 0},
	}}
	if len(bad) > 0 {
		return b, errs.InvalidFields(bad...)
	}
	return b, nil
}

func retakeForm(p remediation.Policy) policyForm {
	return policyForm{
		RetakeWindow: daysText(p.RetakeWindowHours), AfterRelease: daysText(p.AfterReleaseHours), RetrainingDays: p.RetrainingDays,
		ReexamWindow: daysText(p.ReexamWindowHours), MarkingWarning: daysText(p.MarkingWarningHours), RoundScoring: p.RoundScoring,
	}
}

func (f policyForm) retake() (remediation.Policy, error) {
	var bad []errs.Field
	p := remediation.Policy{
		RetakeWindowHours: hoursOf("retake_window_days", f.RetakeWindow, &bad), AfterReleaseHours: hoursOf("after_release_days", f.AfterRelease, &bad),
		ReexamWindowHours: hoursOf("reexam_window_days", f.ReexamWindow, &bad), MarkingWarningHours: hoursOf("marking_warning_days", f.MarkingWarning, &bad),
		RetrainingDays: f.RetrainingDays, RoundScoring: f.RoundScoring,
	}
	if len(bad) > 0 {
		return p, errs.InvalidFields(bad...)
	}
	return p, nil
}

// absentCounts are what an absence without leave may count for.
var absentCounts = []string{"zero", "nothing"}

func absenceForm(a exam.Absence) policyForm {
	f := policyForm{AbsentCounts: "nothing", LeaveDays: daysText(a.LeaveHours)}
	if a.CountsAsZero {
		f.AbsentCounts = "zero"
	}
	return f
}

func (f policyForm) absence() (exam.Absence, error) {
	if !slices.Contains(absentCounts, f.AbsentCounts) {
		return exam.Absence{}, errs.InvalidFields(errs.NewField("absent_counts", "error.field.oneof"))
	}
	var bad []errs.Field
	leave := hoursOf("leave_days", f.LeaveDays, &bad)
	if len(bad) > 0 {
		return exam.Absence{}, errs.InvalidFields(bad...)
	}
	return exam.Absence{CountsAsZero: f.AbsentCounts == "zero", LeaveHours: leave}, nil
}

// reviewers are who may publish a question.
var reviewers = []string{"anybody", "second"}

func reviewForm(p bank.ReviewPolicy) policyForm {
	if p.SecondPerson {
		return policyForm{Reviewer: "second"}
	}
	return policyForm{Reviewer: "anybody"}
}

func (f policyForm) review() (bank.ReviewPolicy, error) {
	if !slices.Contains(reviewers, f.Reviewer) {
		return bank.ReviewPolicy{}, errs.InvalidFields(errs.NewField("reviewer", "error.field.oneof"))
	}
	return bank.ReviewPolicy{SecondPerson: f.Reviewer == "second"}, nil
}

// fields are the form's values by name, for the page that asks to confirm.
func (f policyForm) fields(kind string) [][2]string {
	switch kind {
	case exam.BandsPolicy:
		return [][2]string{{"excellent", f.Excellent}, {"good", f.Good}, {"pass", f.Pass}, {"effective_on", f.EffectiveOn}}
	case exam.AbsenceKind:
		return [][2]string{{"absent_counts", f.AbsentCounts}, {"leave_days", f.LeaveDays}, {"effective_on", f.EffectiveOn}}
	case ledger.PolicyKind:
		return append(f.payFields(), [2]string{"effective_on", f.EffectiveOn})
	case bank.ReviewKind:
		return [][2]string{{"reviewer", f.Reviewer}, {"effective_on", f.EffectiveOn}}
	}
	return [][2]string{
		{"retake_window_days", f.RetakeWindow}, {"after_release_days", f.AfterRelease},
		{"retraining_days", strconv.Itoa(f.RetrainingDays)}, {"reexam_window_days", f.ReexamWindow},
		{"marking_warning_days", f.MarkingWarning}, {"round_scoring", f.RoundScoring}, {"effective_on", f.EffectiveOn},
	}
}

// lines say a rule in words.
func (f policyForm) lines(ctx context.Context, kind string) []string {
	switch kind {
	case remediation.PolicyKind:
		p, err := f.retake()
		if err != nil {
			return nil
		}
		return retakeLines(ctx, p)
	case bank.ReviewKind:
		p, err := f.review()
		if err != nil {
			return nil
		}
		return reviewLines(ctx, p)
	case ledger.PolicyKind:
		p, err := f.pay()
		if err != nil {
			return nil
		}
		return payLines(ctx, p)
	case exam.AbsenceKind:
		a, err := f.absence()
		if err != nil {
			return nil
		}
		return absenceLines(ctx, a)
	}
	b, err := f.bands()
	if err != nil {
		return nil // a table that cannot be read is not previewed: the form is shown again
	}
	return bandLines(ctx, b)
}

func effectiveText(ctx context.Context, f policyForm) string {
	if f.EffectiveOn == "" {
		return layout.T(ctx, "admin.policy.at_once")
	}
	return layout.T(ctx, "admin.policy.from_day", "day", f.EffectiveOn)
}
