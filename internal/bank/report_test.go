package bank

import (
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

func TestWhatAReportSays(t *testing.T) {
	for _, c := range []struct {
		name string
		in   NewReport
		kept string // "" = refused
		at   string // the field that is refused
	}{
		{"whole", NewReport{"key", " 两个都对\r\n见教材 "}, "两个都对\n见教材", ""},
		{"the longest, its lines' ends counted once", NewReport{"other", strings.Repeat("长\r\n", 249) + "两字"}, strings.Repeat("长\n", 249) + "两字", ""},
		{"too long", NewReport{"other", strings.Repeat("长", 501)}, "", "note"},
		{"blank", NewReport{"other", "\r\n　"}, "", "note"},
		{"no reason", NewReport{"", "有错"}, "", "reason"},
		{"a reason that there is not", NewReport{"KEY", "有错"}, "", "reason"},
	} {
		kept, err := c.in.check()
		if kept != c.kept || (err == nil) != (c.kept != "") {
			t.Errorf("%s: %q, %v", c.name, kept, err)
		}
		if err != nil && (errs.KindOf(err) != errs.Invalid || err.(*errs.Error).Fields[0].Name != c.at) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestWhatAnAnswerSays(t *testing.T) {
	for _, c := range []struct {
		in   ReportAnswer
		kept string
	}{
		{ReportAnswer{ReportNoFault, " 没有错\r\n "}, "没有错"},
		{ReportAnswer{ReportRegrade, strings.Repeat("长", MaxReportNote)}, strings.Repeat("长", MaxReportNote)},
		{ReportAnswer{ReportRegrade, strings.Repeat("长", MaxReportNote+1)}, ""},
		{ReportAnswer{"", "没有错"}, ""},
		{ReportAnswer{"deleted", "没有错"}, ""},
		{ReportAnswer{ReportCorrected, ""}, ""},
	} {
		if kept, err := c.in.check(); kept != c.kept || (err == nil) != (c.kept != "") {
			t.Errorf("%+v: %q, %v", c.in, kept, err)
		}
	}
}

func TestWhoMayAnswerAReport(t *testing.T) {
	open := Report{State: ReportOpen, PersonID: 7, Number: 2}
	closed, withdrawn := open, open
	closed.State, withdrawn.State = ReportAnswered, ReportWithdrawn
	for _, c := range []struct {
		name    string
		report  Report
		by      int
		outcome ReportOutcome
		newest  int
		want    bool
	}{
		{"another", open, 8, ReportNoFault, 2, true},
		{"whoever made it", open, 7, ReportNoFault, 2, false},
		{"answered", closed, 8, ReportNoFault, 2, false},
		{"withdrawn", withdrawn, 8, ReportNoFault, 2, false},
		{"corrected by the same version", open, 8, ReportCorrected, 2, false},
		{"corrected, and by now retired", open, 8, ReportCorrected, 0, false},
		{"corrected by a newer one", open, 8, ReportCorrected, 3, true},
		{"to be regraded as it is", open, 8, ReportRegrade, 2, true},
	} {
		err := mayAnswer(c.report, account.PersonID(c.by), c.outcome, c.newest)
		if (err == nil) != c.want || err != nil && errs.KindOf(err) != errs.Conflict {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
