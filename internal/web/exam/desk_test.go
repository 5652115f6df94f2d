package exam

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/spreadsheet"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/remediation"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout/layouttest"
)

func TestMineInTheOrderOfConcern(t *testing.T) {
	got := sortMine(cannedMine())
	ids := func(list []exam.MyExam) (out []exam.ExamID) {
		for _, e := range list {
			out = append(out, e.ID)
		}
		return out
	}
	if !slices.Equal(ids(got.Now), []exam.ExamID{5, 4}) || !slices.Equal(ids(got.Next), []exam.ExamID{3}) || !slices.Equal(ids(got.Past), []exam.ExamID{6, 1, 2}) {
		t.Errorf("now %v, next %v, past %v", ids(got.Now), ids(got.Next), ids(got.Past))
	}
}

// The page's main button is on what counts: a mock that closes sooner waits below, one that runs does not.
func TestMocksComeAfterWhatCounts(t *testing.T) {
	at := func(id exam.ExamID, k exam.Kind, s exam.MyState, closes time.Duration) exam.MyExam {
		return exam.MyExam{ID: id, Kind: k, State: s, Window: exam.Window{ClosesAt: later(closes)}}
	}
	now := sortMine([]exam.MyExam{
		at(1, exam.Mock, exam.MyOpen, time.Hour), at(2, exam.Retake, exam.MyOpen, 3*time.Hour), at(3, exam.Mock, exam.MyInProgress, 5*time.Hour), at(4, exam.Quarterly, exam.MyOpen, 2*time.Hour),
	}).Now
	for i, want := range []exam.ExamID{3, 4, 2, 1} {
		if now[i].ID != want {
			t.Errorf("place %d: exam %d, want %d", i+1, now[i].ID, want)
		}
	}
}

func TestPhaseIsReadOffTheClock(t *testing.T) {
	opens, closes := cannedNow, later(time.Hour)
	for _, c := range []struct {
		state exam.State
		now   time.Time
		want  phase
	}{
		{exam.Draft, closes, phaseDraft},
		{exam.Published, opens.Add(-time.Microsecond), phaseUpcoming},
		{exam.Published, opens, phaseOpen},
		{exam.Published, closes.Add(-time.Microsecond), phaseOpen},
		{exam.Published, closes, phaseClosed},
		{exam.Marked, opens, phaseMarked},
		{exam.Archived, opens, phaseArchived},
		{exam.CalledOff, opens, phaseCalledOff},
	} {
		if got := phaseOf(c.state, opens, closes, c.now); got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.state, c.now, got, c.want)
		}
	}
}

func TestBlueprintFormReadsBackWhatItShows(t *testing.T) {
	b := cannedBlueprint()
	b.Practice = true
	f := formOfBlueprint(b)
	values := url.Values{"title": {f.Title}, "key_percent": {f.KeyPercent}, "row_count": {"2"}, "quota_count": {"2"}}
	for i, q := range f.Quotas {
		values[quotaField(i, "topic")], values[quotaField(i, "min")], values[quotaField(i, "max")] = []string{q.Topic}, []string{q.Min}, []string{q.Max}
	}
	for i, r := range f.Rows {
		for name, v := range map[string][]string{
			"section": {r.Section}, "type": {r.Type}, "min": {r.Min}, "max": {r.Max}, "count": {r.Count}, "points": {r.Points}, "topic": append(r.Topics, ""),
		} {
			values[rowField(i, name)] = v
		}
	}
	if readBlueprintForm(values).blueprint().Practice {
		t.Error("a box that is not ticked is not sent")
	}
	values.Set("practice", strconv.FormatBool(f.Practice))
	got := readBlueprintForm(values).blueprint()
	if !got.Practice || got.Title != b.Title || got.KeyPercent != 30 || len(got.Rows) != 2 || !slices.Equal(got.Rows[0].TopicIDs, b.Rows[0].TopicIDs) ||
		got.Total() != b.Total() || got.Slots() != b.Slots() || got.Rows[0].Section != "一、单选题" || got.Rows[1].DifficultyMax != 5 ||
		!slices.Equal(got.Quotas, b.Quotas) {
		t.Errorf("%+v", got)
	}
}

func TestBlueprintFormKeepsNonsenseOutOfThePaper(t *testing.T) {
	f := readBlueprintForm(url.Values{"title": {"卷"}, "key_percent": {"many"}, "row_count": {"1"}, "rows.0.count": {"x"}, "rows.0.points": {"1.234"}, "rows.0.min": {"1"}, "rows.0.max": {"5"}})
	err := f.blueprint().Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	if f.KeyPercent != "many" || f.Rows[0].Points != "1.234" {
		t.Error("what was typed is not kept")
	}
	if n := len(readBlueprintForm(url.Values{"row_count": {"1000000"}}).Rows); n != exam.MaxBlueprintRows {
		t.Errorf("%d rows", n)
	}
}

func TestBlueprintRowsAreAddedAndRemoved(t *testing.T) {
	f := blueprintForm{Rows: []rowForm{{Section: "一"}, {Section: "二", Topics: []string{"3"}}}}
	for _, c := range []struct {
		button string
		want   []string
		edit   bool
	}{
		{"add", []string{"一", "二", "二"}, true},
		{"remove.0", []string{"二"}, true},
		{"remove.1", []string{"一"}, true},
		{"remove.2", []string{"一", "二"}, true},
		{"remove.-1", []string{"一", "二"}, true},
		{"remove", []string{"一", "二"}, true},
		{"save", []string{"一", "二"}, false},
		{"", []string{"一", "二"}, false},
	} {
		got, edit := f.edited(c.button)
		var sections []string
		for _, r := range got.Rows {
			sections = append(sections, r.Section)
		}
		if edit != c.edit || !slices.Equal(sections, c.want) {
			t.Errorf("%q: %v %v, want %v %v", c.button, sections, edit, c.want, c.edit)
		}
	}
	more, edit := f.edited("add_quota")
	if less, also := more.edited("remove_quota.0"); !edit || !also || len(more.Quotas) != 1 || len(less.Quotas) != 0 {
		t.Errorf("%+v, then %+v", more.Quotas, less.Quotas)
	}
	if got, _ := f.edited("add"); len(got.Rows[2].Topics) != 0 {
		t.Error("a new row asks for the topics of the one before")
	}
	if len(f.Rows) != 2 || f.Rows[0].Section != "一" {
		t.Errorf("the form itself was changed: %+v", f.Rows)
	}
}

func TestSetupFormSpeaksTheClinicsTime(t *testing.T) {
	e := cannedExam(exam.Draft)
	e.LastStartAt, e.OneWay, e.Contact = ref(later(2*time.Hour)), true, "李老师 138 0000 0000"
	f := formOfExam(e, shanghai)
	f.Contact += " "
	if f.OpensAt != "2026-12-18T09:00" || f.LastStartAt != "2026-12-18T16:00" || f.LimitMinutes != "60" {
		t.Errorf("%+v", f)
	}
	s, paper, err := f.settings(shanghai)
	if err != nil || paper != 3 || !s.OpensAt.Equal(e.OpensAt) || !s.ClosesAt.Equal(e.ClosesAt) || !s.LastStartAt.Equal(*e.LastStartAt) || s.LimitSeconds != 3600 || !s.OneWay || s.Contact != e.Contact {
		t.Errorf("%+v %d %v", s, paper, err)
	}
	if s.Validate() != nil {
		t.Error(s.Validate())
	}
}

func TestNewExamIsValid(t *testing.T) {
	f := newSetupForm(cannedNow, shanghai, "")
	f.Title = "季度考核"
	s, _, err := f.settings(shanghai)
	if err == nil {
		err = s.Validate()
	}
	if err != nil || s.OneWay {
		t.Error(err, s.OneWay)
	}
}

func TestSetupFormNamesWhatItCannotRead(t *testing.T) {
	f := newSetupForm(cannedNow, shanghai, "")
	for _, c := range []struct {
		field string
		set   func(*setupForm)
	}{
		{"opens_at", func(f *setupForm) { f.OpensAt = "" }},
		{"closes_at", func(f *setupForm) { f.ClosesAt = "2026-13-01T09:00" }},
		{"last_start_at", func(f *setupForm) { f.LastStartAt = "soon" }},
		{"limit_minutes", func(f *setupForm) { f.LimitMinutes = "1h" }},
		{"limit_minutes", func(f *setupForm) { f.LimitMinutes = "999999999999" }},
		{"grace_seconds", func(f *setupForm) { f.GraceSeconds = "-1" }},
		{"attempts_allowed", func(f *setupForm) { f.AttemptsAllowed = "" }},
	} {
		typed := f
		c.set(&typed)
		_, _, err := typed.settings(shanghai)
		if !namesField(err, c.field) {
			t.Errorf("%s: %v", c.field, err)
		}
	}
}

func namesField(err error, name string) bool {
	var e *errs.Error
	return errors.As(err, &e) && slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name == name })
}

func TestMissingBeforePublishing(t *testing.T) {
	e := cannedExam(exam.Draft)
	if got := missing(e, 3, 0, cannedNow); len(got) != 0 {
		t.Errorf("nothing is missing, but %v", got)
	}
	e.PaperID = nil
	if got := missing(e, 0, 0, e.ClosesAt); len(got) != 3 {
		t.Errorf("three things are missing, not %v", got)
	}
	e.State = exam.Published
	if got := missing(e, 0, 0, e.ClosesAt); got != nil {
		t.Errorf("a published exam misses nothing, but %v", got)
	}
}

func TestWhoCanStillBeInvited(t *testing.T) {
	e := cannedExam(exam.Published)
	for _, c := range []struct {
		state exam.State
		kind  exam.Kind
		now   time.Time
		want  bool
	}{
		{exam.Draft, exam.Quarterly, e.ClosesAt, true},
		{exam.Published, exam.Quarterly, e.ClosesAt.Add(-time.Microsecond), true},
		{exam.Published, exam.Quarterly, e.ClosesAt, false},
		{exam.Published, exam.Retake, cannedNow, false},
		{exam.Published, exam.Reexam, cannedNow, false},
		{exam.Marked, exam.Quarterly, cannedNow, false},
	} {
		e.State, e.Kind = c.state, c.kind
		if got := canInvite(e, c.now); got != c.want {
			t.Errorf("%s %s: %v", c.state, c.kind, got)
		}
	}
}

func TestBoardFilterIsReadOffTheAddress(t *testing.T) {
	for address, want := range map[string]exam.BoardFilter{
		"": {},
		"q=%E6%9E%97&standing=absent&band=fail&unit=3": {Search: "林", Standing: exam.StandingAbsent, Band: score.Fail, Unit: 3},
		"sort=score":              {Sort: exam.ByScore},
		"sort=-submitted&unit=x2": {Sort: exam.BySubmitted, Descending: true},
	} {
		q, err := url.ParseQuery(address)
		if got := boardFilterOf(q); err != nil || got != want {
			t.Errorf("%q: %+v, want %+v", address, got, want)
		}
	}
}

// rule:N02 nothing waits where nothing is unreleased; else the days and the flag follow the policy's value.
func TestWaiting(t *testing.T) {
	closed := cannedNow.Add(-72 * time.Hour)
	for _, c := range []struct {
		from      *time.Time
		warnHours int
		want      waiting
	}{{nil, 72, waiting{}}, {&closed, 72, waiting{3, true}}, {&closed, 96, waiting{3, false}}} {
		if got := waitingOf(c.from, cannedNow, shanghai, c.warnHours); got != c.want {
			t.Errorf("%v %d: %+v", c.from, c.warnHours, got)
		}
	}
}

func cannedPreview(closed time.Time) exam.ReleasePreview {
	return exam.ReleasePreview{Reach: exam.Reach{People: 7}, Results: 3, Passed: 1, Failed: 1, Absent: 1, Waiting: 3, FirstFailClosedAt: &closed, LastFailClosedAt: &closed}
}

// rule:C51 rule:C52 rule:N02 what a release opens, and until when.
func TestReleasePreview(t *testing.T) {
	e := cannedExam(exam.Marked)
	for _, c := range []struct {
		name    string
		kind    exam.Kind
		now     time.Time
		until   time.Time
		retakes int
		overran bool
	}{
		{"in time: a week from the close", exam.Quarterly, e.ClosesAt.Add(time.Hour), e.ClosesAt.Add(168 * time.Hour), 2, false},
		{"the last moment of that", exam.Quarterly, e.ClosesAt.Add(120 * time.Hour), e.ClosesAt.Add(168 * time.Hour), 2, false},
		{"late: two days from the release", exam.Special, e.ClosesAt.Add(130 * time.Hour), e.ClosesAt.Add(178 * time.Hour), 2, true},
		{"a mock opens nothing", exam.Mock, e.ClosesAt.Add(time.Hour), time.Time{}, 0, false},
		{"a retake opens nothing", exam.Retake, e.ClosesAt.Add(time.Hour), time.Time{}, 0, false},
	} {
		e.Kind = c.kind
		got := releaseOf(e, cannedPreview(e.ClosesAt), remediation.DefaultPolicy, c.now)
		if got.Retakes() != c.retakes || !got.Until.Equal(c.until) || got.Overran != c.overran || !got.May(c.now) {
			t.Errorf("%s: %d retakes until %s, overran %v", c.name, got.Retakes(), got.Until, got.Overran)
		}
	}
}

// rule:N02 somebody with a later close of their own has the week from there; the first close tells of an overrun.
func TestReleasePreviewCountsFromTheOwnClose(t *testing.T) {
	e := cannedExam(exam.Marked)
	own := e.ClosesAt.Add(24 * time.Hour)
	seen := cannedPreview(e.ClosesAt)
	seen.LastFailClosedAt = &own
	if got := releaseOf(e, seen, remediation.DefaultPolicy, own); !got.Until.Equal(own.Add(168*time.Hour)) || got.Overran {
		t.Errorf("until %s, overran %v", got.Until, got.Overran)
	}
	if got := releaseOf(e, seen, remediation.DefaultPolicy, e.ClosesAt.Add(121*time.Hour)); !got.Overran || !got.Until.Equal(own.Add(168*time.Hour)) {
		t.Errorf("until %s, overran %v", got.Until, got.Overran)
	}
	seen.Beyond = 1
	if releaseOf(e, seen, remediation.DefaultPolicy, own).May(own) {
		t.Error("a release beyond the viewer's reach is offered")
	}
	seen.Beyond = 0
	if r := releaseOf(e, seen, remediation.DefaultPolicy, own); r.May(e.ClosesAt.Add(-time.Second)) || !r.May(e.ClosesAt) {
		t.Error("a release is offered before the exam is over, or not at its end")
	}
}

func TestFilesAreHarmless(t *testing.T) {
	rows := cannedBoardRows()
	rows[0].Name = `=HYPERLINK("http://x")`
	title := "=1+1"
	for name, table := range map[string][][]string{
		"results":    boardTable(words.ZH, shanghai, rows),
		"exams":      examsTable(words.ZH, shanghai, []exam.ExamRow{{Title: title, Kind: exam.Mock, State: exam.Draft}}, cannedNow),
		"papers":     papersTable(words.ZH, shanghai, []exam.PaperHead{{Title: title}}),
		"blueprints": blueprintsTable(words.ZH, shanghai, []exam.BlueprintRowView{{Body: db.JSONOf(exam.Blueprint{Title: title})}}),
	} {
		var file bytes.Buffer
		if err := spreadsheet.WriteCSV(&file, table); err != nil || len(table) < 2 || strings.Contains(file.String(), "\n\"=") || strings.Contains(file.String(), "\n=") || strings.Contains(file.String(), ",=") {
			t.Errorf("%s: %v %q", name, err, file.String())
		}
		for _, line := range table {
			if len(line) != len(table[0]) {
				t.Errorf("%s: a line of %d cells under a head of %d", name, len(line), len(table[0]))
			}
		}
	}
	table := boardTable(words.ZH, shanghai, rows)
	if got := strings.Join(table[2], "|"); got != "A002|赵可欣|网络咨询部|已交卷|78.00|100.00|78.00|良好|2026-12-18 12:00:00||2" {
		t.Errorf("%s", got)
	}
	if got := strings.Join(table[4], "|"); got != "A004|周婷|网络咨询部|作答中|||||||" {
		t.Errorf("what is not known is told: %s", got)
	}
}

func TestFileLinksKeepTheFilter(t *testing.T) {
	got := fileLinksOf("/exams/export", url.Values{"desk": {"1"}, "page": {"3"}, "state": {"draft"}, "q": {"季度"}})
	if got.CSV != "/exams/export.csv?q=%E5%AD%A3%E5%BA%A6&state=draft" || fileLinksOf("/papers/export", nil).XLSX != "/papers/export.xlsx" {
		t.Errorf("%+v", got)
	}
}

// rule:C43 rule:N01 the bands as an examinee reads them.
func TestBandRules(t *testing.T) {
	want := []string{"优秀：90% 及以上", "良好：70% 及以上，不到 90%", "合格：60% 及以上，不到 70%", "不合格：不到 60%"}
	if got := bandRules(t.Context(), score.DefaultBands()); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// rule:N05 own times are for others, and while there is something left to sit.
func TestWhoCanBeGrantedTimes(t *testing.T) {
	rows := cannedCandidates()
	settled, own := rows[4], rows[4]
	settled.SettledAt = ref(cannedNow)
	own.PersonID = 1 // layouttest.As
	hr := layouttest.As("人事", account.HR)
	for _, c := range []struct {
		name  string
		v     account.Viewer
		state exam.State
		row   exam.CandidateRow
		want  bool
	}{
		{"HR", hr, exam.Published, rows[4], true},
		{"a deferred one after the others are marked", hr, exam.Marked, rows[6], true},
		{"a draft has no times yet", hr, exam.Draft, rows[4], false},
		{"nothing is left", hr, exam.Published, settled, false},
		{"oneself", hr, exam.Published, own, false},
		{"a trainer", layouttest.As("讲师", account.Trainer), exam.Published, rows[4], false},
	} {
		if got := mayGrant(c.v, cannedExam(c.state), c.row); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
