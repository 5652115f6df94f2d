package exam

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

var links = regexp.MustCompile(`<a [^>]*>`)

// The board is replaced every few seconds under whoever goes through it by keyboard: htmx gives the focus back to what has an id.
func TestEachLinkOfTheBoardHasAnID(t *testing.T) {
	rows := []exam.LiveRow{{PersonID: 104, Name: "周婷", EmployeeNo: "A004"}, {PersonID: 105, Name: "何嘉", EmployeeNo: "A005"}}
	l := live{Exam: cannedExam(exam.Published), Board: exam.Board{At: cannedNow, Rows: rows}, Rows: rows, Total: 2, Page: page.New(1, livePage)}
	html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.Marker), Address: "/exams/9/live"}, livePageView(l))
	_, board, _ := strings.Cut(html, `<div id="live"`)
	board, _, _ = strings.Cut(board, `<form id="act"`)
	if strings.Contains(board, " checked") {
		t.Error("somebody is ticked whom nobody ticked")
	}
	found := links.FindAllString(board, -1)
	if len(found) < len(rows)+len(liveAlways) {
		t.Fatalf("%d links on the board: %v", len(found), found)
	}
	for _, a := range found {
		if !strings.Contains(a, ` id="`) {
			t.Errorf("without an id: %s", a)
		}
	}
}

// Who was ticked stays ticked when the act is refused: the reason was forgotten, not the people.
func TestARefusedActKeepsWhoWasTicked(t *testing.T) {
	rows := []exam.LiveRow{{PersonID: 104, Name: "周婷", EmployeeNo: "A004"}, {PersonID: 105, Name: "何嘉", EmployeeNo: "A005"}}
	l := live{Exam: cannedExam(exam.Published), Board: exam.Board{At: cannedNow, Rows: rows}, Rows: rows, Total: 2, Page: page.New(1, livePage), Form: actForm{Act: actPause, Whom: "chosen", Persons: []string{"105"}}}
	html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.Marker), Address: "/exams/9/live"}, livePageView(l))
	if !strings.Contains(html, `value="105" checked`) || strings.Contains(html, `value="104" checked`) {
		t.Error("the ticks are not those that were sent")
	}
}

// Who acted stands beside the reason, in the log of the room and on the time line.
func TestTheLogNamesWhoActed(t *testing.T) {
	person := account.PersonID(104)
	log := roomLog{Exam: cannedExam(exam.Published), Page: page.New(1, 20), Total: 3, Entries: []exam.LogEntry{
		{Kind: exam.LogPause, PersonID: &person, Name: "周婷", Note: "停电", By: "person:2", ByName: "周敏", At: cannedNow},
		{Kind: exam.LogHandIn, PersonID: &person, Name: "周婷", Note: "离开页面 3 次", By: account.System().Actor(), At: cannedNow},
		{Kind: exam.LogPause, Note: "换机器", By: account.Operator("root").Actor(), At: cannedNow},
	}}
	html := layouttest.HTML(t, staffAt("/exams/9/log"), logPage(log))
	for _, want := range []string{"周敏", "系统（按本场规定）", "服务器操作员"} {
		if !strings.Contains(html, want) {
			t.Errorf("the log lacks %q", want)
		}
	}
	m := exam.Moment{Source: exam.FromLog, Kind: string(exam.LogPause), At: cannedNow}
	m.Facts.V = exam.Facts{Note: "停电", By: "person:2", ByName: "周敏"}
	html = layouttest.HTML(t, staffAt("/exams/9/live/104"), sittingPage(sitting{Exam: log.Exam, Row: exam.LiveRow{PersonID: person, Name: "周婷"}, At: cannedNow, Moments: []exam.Moment{m}, Page: page.New(1, 50), Total: 1}))
	if !strings.Contains(html, "停电 · 周敏操作") {
		t.Error("the time line does not say who acted")
	}
}

// A time line that shows an absence at the moment of its report says so: nobody is to be held to have been away when they were back.
func TestATimeLineSaysWhoseTimesItHas(t *testing.T) {
	s := sitting{Exam: cannedExam(exam.Published), Row: exam.LiveRow{PersonID: 104, Name: "周婷"}, At: cannedNow, Page: page.New(1, 50)}
	html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.Marker), Address: "/exams/9/live/104"}, sittingPage(s))
	if !strings.Contains(html, "时间是服务器收到记录的时间") || !strings.Contains(html, "回到考试页才收到") {
		t.Error("the times of the time line are not explained")
	}
	open, started, deadline, paused := exam.AttemptOpen, later(-time.Hour), later(-10*time.Minute), later(-30*time.Minute)
	s.Row.AttemptState, s.Row.StartedAt, s.Row.DeadlineAt, s.Row.PausedAt, s.Row.Answered, s.Row.Questions = &open, &started, &deadline, &paused, 3, 10
	facts := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.Marker), Address: "/exams/9/live/104"}, sittingPage(s))
	if !strings.Contains(facts, "20:00") || !strings.Contains(facts, "3 / 10") || strings.Contains(facts, ">截止<") {
		t.Error("of a pause the page tells what was left, and no deadline that will be another one")
	}
}

// The board is replaced by the page and filter that somebody looks at: of five hundred people it went back to the first hundred every five
// seconds, and the ticks went with it. An act comes back to them too.
func TestTheBoardStaysOnItsPage(t *testing.T) {
	rows := []exam.LiveRow{{PersonID: 204, Name: "周婷", EmployeeNo: "A204"}}
	l := live{
		Exam: cannedExam(exam.Published), Rows: rows, Total: 250, Page: page.New(2, livePage),
		Board: exam.Board{At: cannedNow, Rows: append([]exam.LiveRow{{PersonID: 105, Name: "何嘉", EmployeeNo: "A105"}}, rows...)},
		Form:  actForm{Act: actPause, Whom: "chosen", Persons: []string{"105", "204", "999"}},
	}
	html := layouttest.HTML(t, layouttest.Env{Viewer: layouttest.As("周敏", account.Marker), Address: "/exams/9/live?page=2&state=working"}, livePageView(l))
	for _, want := range []string{
		`hx-get="/exams/9/live?page=2&amp;state=working"`, `action="/exams/9/live?page=2&amp;state=working"`,
		`type="hidden" name="person" value="105"`, "何嘉", // ticked, and not on this page
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(html, `type="hidden" name="person" value="204"`) || strings.Contains(html, `value="999"`) {
		t.Error("a person is sent twice, or one who is not there")
	}
	if strings.Contains(html, `href="/exams/9/live?page=2&amp;state=offline"`) {
		t.Error("another state begins on the second page")
	}
}

// A group is acted on without ticking each of it: those of a unit, on whichever page they stand. Without a filter there is no such choice.
func TestAGroupIsWhomTheFilterShows(t *testing.T) {
	row := func(id account.PersonID, name string, unit int64, of string) exam.LiveRow {
		return exam.LiveRow{PersonID: id, Name: name, EmployeeNo: "A" + id.String(), UnitIDs: []int64{unit}, UnitNames: []string{of}}
	}
	b := exam.Board{At: cannedNow, Rows: []exam.LiveRow{row(104, "周婷", 8, "网电二组"), row(105, "何嘉", 7, "网电一组"), row(106, "周敏", 7, "网电一组")}}
	for _, c := range []struct {
		by   boardFilter
		want []account.PersonID
	}{
		{boardFilter{unit: "7"}, []account.PersonID{105, 106}},
		{boardFilter{unit: "7", text: "周"}, []account.PersonID{106}},
		{boardFilter{text: "A105"}, []account.PersonID{105}},
		{boardFilter{state: exam.LiveNotStarted}, []account.PersonID{104, 105, 106}},
		{boardFilter{unit: "9"}, nil},
		{boardFilter{unit: "x"}, nil},
	} {
		if got := (actForm{Whom: "filtered", Persons: []string{"104"}}).whom(b, c.by); got.Everybody || !slices.Equal(got.PersonIDs, c.want) {
			t.Errorf("%+v: %+v", c.by, got)
		}
	}
	l := live{Exam: cannedExam(exam.Published), Board: b, Rows: b.Rows[1:], Total: 2, Page: page.New(1, livePage), Form: actForm{Act: actTime, Whom: "chosen"}, Filter: boardFilter{unit: "7"}}
	at := layouttest.Env{Viewer: layouttest.As("周敏", account.Marker), Address: "/exams/9/live?unit=7"}
	if html := layouttest.HTML(t, at, livePageView(l)); !strings.Contains(html, "筛选出的 2 人") || strings.Count(html, "网电一组") != 1 || !strings.Contains(html, `action="/exams/9/live?unit=7"`) {
		t.Error("the page does not offer the group")
	}
	l.Filter = boardFilter{}
	if html := layouttest.HTML(t, at, livePageView(l)); strings.Contains(html, "筛选出的") {
		t.Error("there is a group without a filter")
	}
}

func TestAskedOptions(t *testing.T) {
	got := askedOptions([]exam.AskedQuestion{{Slot: 3, Form: "B", VersionID: 7, Stem: "敷麻药前问什么？"}, {VersionID: 8, Stem: strings.Repeat("字", 41)}})
	if got[0].Value != "7" || got[0].Label != "B3. 敷麻药前问什么？" || got[1].Label != strings.Repeat("字", 40)+"…" {
		t.Errorf("%+v", got)
	}
}
