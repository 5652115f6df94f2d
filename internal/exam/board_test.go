package exam

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/internal/score"
)

// desk is a clinic of two branches (units 2 and 3 below 1) with an exam of ten questions that six people were invited to:
// 1–4 of branch a, 5 and 6 of branch b. It is closed; 1, 2, 3 and 5 handed in with 10, 7, 5 and 6 right, 4 and 6 were absent.
func desk(t *testing.T) (*clinic, ExamID) {
	t.Helper()
	c := newClinic(t, 6)
	c.branches()
	exam := c.published(6, nil)
	for person, right := range map[int]int{1: 10, 2: 7, 3: 5, 5: 6} {
		sheet := c.begin(exam, person)
		c.answer(sheet, person, right)
		c.submit(sheet, person)
	}
	c.clock.Advance(3 * time.Hour)
	c.due()
	return c, exam
}

// branches gives the people a place and names that tell them apart.
func (c *clinic) branches() {
	c.t.Helper()
	now := c.clock.Now()
	c.exec(`INSERT INTO org_unit (kind, name, position, created_at) VALUES ('company', '总院', 0, $1)`, now)
	c.exec(`INSERT INTO org_unit (parent_id, kind, name, position, created_at) VALUES (1, 'department', '甲部', 0, $1), (1, 'department', '乙部', 1, $1)`, now)
	c.exec(`INSERT INTO post (code, name, kind, created_at) VALUES ('online', '网络咨询员', 'online', $1)`, now)
	c.exec(`INSERT INTO assignment (person_id, unit_id, post_id, from_on, is_place, created_at) SELECT id, CASE WHEN id <= 4 THEN 2 ELSE 3 END, 1, '2026-01-01', true, $1 FROM person`, now)
	for i, name := range []string{"林小溪", "赵可欣", "孙悦", "周婷", "吴桐", "郑楠"} {
		c.exec(`UPDATE person SET name = $2, pinyin = $3, initials = $4, employee_no = $5 WHERE id = $1`, i+1, name,
			[]string{"linxiaoxi", "zhaokexin", "sunyue", "zhouting", "wutong", "zhengnan"}[i], []string{"lxx", "zkx", "sy", "zt", "wt", "zn"}[i], "A00"+string(rune('1'+i)))
	}
}

func inUnits(role account.Role, units ...account.UnitID) account.Viewer {
	return account.Viewer{PersonID: 99, Grants: []account.Grant{{Role: role, UnitID: units[0], Units: units}}}
}

func names(rows []BoardRow) string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Name)
	}
	return strings.Join(out, " ")
}

func TestBoardIsChosenAndSorted(t *testing.T) {
	c, exam := desk(t)
	for _, k := range []struct {
		name   string
		filter BoardFilter
		want   string
	}{
		{"by employee number", BoardFilter{}, "林小溪 赵可欣 孙悦 周婷 吴桐 郑楠"},
		{"by number, from the end", BoardFilter{Sort: ByNumber, Descending: true}, "郑楠 吴桐 周婷 孙悦 赵可欣 林小溪"},
		{"by the sound of the name", BoardFilter{Sort: ByName}, "林小溪 孙悦 吴桐 赵可欣 郑楠 周婷"},
		{"by score, the best first", BoardFilter{Sort: ByScore, Descending: true}, "林小溪 赵可欣 吴桐 孙悦 周婷 郑楠"},
		{"by score, the worst first", BoardFilter{Sort: ByScore}, "周婷 郑楠 孙悦 吴桐 赵可欣 林小溪"},
		{"part of a name", BoardFilter{Search: "小溪"}, "林小溪"},
		{"an employee number", BoardFilter{Search: "a003"}, "孙悦"},
		{"initials", BoardFilter{Search: "zk"}, "赵可欣"},
		{"nobody", BoardFilter{Search: "钱"}, ""},
		{"a formula is a text", BoardFilter{Search: "%' OR 1=1"}, ""},
		{"who was absent", BoardFilter{Standing: StandingAbsent}, "周婷 郑楠"},
		{"who handed in", BoardFilter{Standing: StandingHandedIn}, "林小溪 赵可欣 孙悦 吴桐"},
		{"what waits for its release", BoardFilter{Standing: "unreleased", Band: score.Fail}, "孙悦 周婷 郑楠"},
		{"a band", BoardFilter{Band: score.Good}, "赵可欣"},
		{"a unit", BoardFilter{Unit: 3}, "吴桐 郑楠"},
		{"a unit with all below", BoardFilter{Unit: 1, Band: score.Excellent}, "林小溪"},
	} {
		rows, total, err := c.Board(c.ctx, c.staff, exam, k.filter, page.New(1, 20))
		if err != nil || names(rows) != k.want || total != len(rows) {
			t.Errorf("%s: %q of %d, %v; want %q", k.name, names(rows), total, err, k.want)
		}
	}
	rows, total, err := c.Board(c.ctx, c.staff, exam, BoardFilter{}, page.New(2, 4))
	if err != nil || names(rows) != "吴桐 郑楠" || total != 6 {
		t.Errorf("the second page: %q of %d, %v", names(rows), total, err)
	}
	if r := rows[0]; r.EmployeeNo != "A005" || r.UnitName != "乙部" || *r.Version != 1 || r.Percent.String() != "60.00" {
		t.Errorf("%+v", r)
	}
}

func TestWhoIsOnTheBoardStandsLastWithoutAResult(t *testing.T) {
	c := newClinic(t, 3)
	c.branches()
	exam := c.published(3, nil)
	c.submit(c.begin(exam, 2), 2)
	c.begin(exam, 3)
	for _, descending := range []bool{true, false} {
		for _, sort := range []BoardSort{ByScore, BySubmitted} {
			rows, _, err := c.Board(c.ctx, c.staff, exam, BoardFilter{Sort: sort, Descending: descending}, page.New(1, 20))
			if err != nil || len(rows) != 3 || rows[0].Name != "赵可欣" {
				t.Errorf("%s %v: %q %v", sort, descending, names(rows), err)
			}
		}
	}
	tally, err := c.BoardTally(c.ctx, c.staff, exam)
	if err != nil || tally.People != 3 || tally.NotStarted != 1 || tally.Working != 1 || tally.HandedIn != 1 || tally.Unreleased != 1 {
		t.Errorf("%+v %v", tally, err)
	}
}

func TestTally(t *testing.T) {
	c, exam := desk(t)
	got, err := c.BoardTally(c.ctx, c.staff, exam)
	must(t, err)
	if got.People != 6 || got.HandedIn != 4 || got.Absent != 2 || got.Unreleased != 6 || got.Known != 6 || got.Passed != 3 || got.Sat != 4 ||
		got.Excellent != 1 || got.Good != 1 || got.Pass != 1 || got.Fail != 3 {
		t.Errorf("%+v", got)
	}
	// Of 100, 70, 50 and 60 percent: the absent do not count.
	average, one := got.AverageScore()
	if got.AveragePercent() != 7000 || got.MedianPercent() != 6500 || average != 7000 || !one {
		t.Errorf("average %s, median %s, score %s", got.AveragePercent(), got.MedianPercent(), average)
	}
	if got.UnreleasedFrom == nil || !got.UnreleasedFrom.Equal(c.clock.Now().Add(-time.Hour)) {
		t.Errorf("waiting since %v", got.UnreleasedFrom)
	}
	empty, err := c.BoardTally(c.ctx, c.staff, 999)
	if _, one := empty.AverageScore(); err != nil || empty.People != 0 || empty.AveragePercent() != 0 || empty.MedianPercent() != 0 || one {
		t.Errorf("%+v %v", empty, err)
	}
}

// rule:N01 averages are cut off and never rounded up.
func TestAveragesAreCutOff(t *testing.T) {
	got := BoardTally{Sat: 3, PercentSum: 20000, MedianLow: 6666, MedianHigh: 6667, ScoreSum: 200, LeastTotal: 100, MostTotal: 200}
	if got.AveragePercent() != 6666 || got.MedianPercent() != 6666 {
		t.Errorf("%s %s", got.AveragePercent(), got.MedianPercent())
	}
	if _, ok := got.AverageScore(); ok {
		t.Error("scores of papers with other totals are averaged")
	}
}

// Nobody outside sees anybody, a trainer and HR of another branch no result before its release, and nobody the own one.
func TestWhoKnowsWhatOnTheBoard(t *testing.T) {
	c, exam := desk(t)
	self := account.Viewer{PersonID: 1, Grants: []account.Grant{{Role: account.HR, UnitID: 2, Units: []account.UnitID{2}}}}
	both := inUnits(account.Trainer, 1, 2, 3)
	both.Grants = append(both.Grants, account.Grant{Role: account.HR, UnitID: 3, Units: []account.UnitID{3}})
	for _, k := range []struct {
		name          string
		v             account.Viewer
		people, known int
	}{
		{"HR of all", inUnits(account.HR, 1, 2, 3), 6, 6},
		{"HR of branch b", inUnits(account.HR, 3), 2, 2},
		{"HR outside", inUnits(account.HR, 7), 0, 0},
		{"a trainer", inUnits(account.Trainer, 1, 2, 3), 6, 0},
		{"a trainer of all who is HR of branch b", both, 6, 2},
		{"HR about themselves", self, 4, 3},
	} {
		rows, _, err := c.Board(c.ctx, k.v, exam, BoardFilter{}, page.New(1, 20))
		must(t, err)
		tally, err := c.BoardTally(c.ctx, k.v, exam)
		must(t, err)
		known := 0
		for _, r := range rows {
			if r.Known {
				known++
			} else if r.Score != nil || r.Band != nil || r.Passed != nil || r.Percent != nil {
				t.Errorf("%s: %+v is told", k.name, r)
			}
		}
		if len(rows) != k.people || known != k.known || tally.People != k.people || tally.Known != k.known {
			t.Errorf("%s: %d people, %d known; tally %d, %d", k.name, len(rows), known, tally.People, tally.Known)
		}
		if rows, _, err := c.Board(c.ctx, k.v, exam, BoardFilter{Band: score.Fail}, page.New(1, 20)); err != nil || k.known == 0 && len(rows) > 0 {
			t.Errorf("%s reads bands off the filter: %q %v", k.name, names(rows), err)
		}
	}
	for _, v := range []account.Viewer{examinee(1), inUnits(account.Lead, 1, 2, 3)} {
		if _, _, err := c.Board(c.ctx, v, exam, BoardFilter{}, page.New(1, 20)); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the board: %v", err)
		}
		if _, err := c.BoardTally(c.ctx, v, exam); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the tally: %v", err)
		}
		if _, err := c.ExportBoard(c.ctx, v, exam, BoardFilter{}, "核对"); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the file: %v", err)
		}
	}
	if _, err := c.BoardPerson(c.ctx, inUnits(account.HR, 3), exam, 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("a person of another branch: %v", err)
	}
	if r, err := c.BoardPerson(c.ctx, inUnits(account.HR, 3), exam, 5); err != nil || r.Name != "吴桐" {
		t.Errorf("%+v %v", r, err)
	}
}

// corrected adds a version to the result of a person's attempt; of the full score all marks are the full ones.
func (c *clinic) corrected(exam ExamID, person int, right int64, released bool) {
	c.t.Helper()
	c.exec(`INSERT INTO result (exam_id, candidate_id, person_id, attempt_id, version, cause, score_hundredths, total_hundredths, percent_hundredths, band, passed,
		marks, bands_version_id, approved_by, created_at, released_at)
		SELECT exam_id, candidate_id, person_id, attempt_id, version + 1, 'regrade', $3::bigint, total_hundredths, $3 * 10000 / total_hundredths, $4, $3 >= 6000,
		CASE WHEN $3 = total_hundredths THEN (SELECT jsonb_agg(m || jsonb_build_object('mark', m -> 'points')) FROM jsonb_array_elements(marks) m) ELSE marks END,
		bands_version_id, 'person:2', $5, CASE WHEN $6 THEN $5::timestamptz END FROM result WHERE exam_id = $1 AND person_id = $2 ORDER BY version DESC LIMIT 1`,
		int64(exam), person, right, string(score.DefaultBands().Of(score.Hundredths(right), 10000)), c.clock.Now(), released)
}

// Promise 11: of a corrected attempt the newest version counts, on the board, in the figures and for the release.
func TestTheNewestVersionCounts(t *testing.T) {
	c, exam := desk(t)
	c.corrected(exam, 3, 6000, false)
	c.corrected(exam, 3, 8000, false)
	r, err := c.BoardPerson(c.ctx, c.staff, exam, 3)
	if err != nil || *r.Version != 3 || *r.Percent != 8000 || *r.Band != score.Good {
		t.Fatalf("%+v %v", r, err)
	}
	tally, err := c.BoardTally(c.ctx, c.staff, exam)
	if err != nil || tally.People != 6 || tally.Unreleased != 6 || tally.Good != 2 || tally.Fail != 2 || tally.Passed != 4 {
		t.Fatalf("%+v %v", tally, err)
	}
	preview, err := c.ReleasePreview(c.ctx, c.staff, exam)
	if err != nil || preview.Results != 6 || preview.Passed != 4 || preview.Failed != 0 || preview.Absent != 2 {
		t.Fatalf("%+v %v", preview, err)
	}
	heard := &recorder{}
	c.OnRelease(heard)
	n, err := c.Release(c.ctx, c.staff, exam)
	if err != nil || n != 6 || len(heard.results) != 6 {
		t.Fatalf("%d results, %d told, %v", n, len(heard.results), err)
	}
	for _, h := range heard.results {
		if h.PersonID == 3 && (h.Percent != 8000 || !h.Passed) {
			t.Errorf("a superseded version is told: %+v", h)
		}
	}
	if _, err := c.Release(c.ctx, c.staff, exam); !errs.Is(err, errs.Conflict) {
		t.Errorf("superseded versions are released later: %v", err)
	}
	list, _, err := c.Exams(c.ctx, c.staff, Filter{}, page.New(1, 20))
	if err != nil || len(list) != 1 || list[0].Unreleased != 0 || list[0].UnreleasedFrom != nil {
		t.Errorf("%+v %v", list, err)
	}
	people, total, err := c.Candidates(c.ctx, c.staff, exam, page.New(1, 20))
	if err != nil || total != 6 || *people[2].Percent != 8000 {
		t.Errorf("%+v %v", people, err)
	}
}

// recorder keeps what a release tells.
type recorder struct{ results []Released }

func (r *recorder) ResultsReleased(_ context.Context, _ *db.Tx, list []Released) error {
	r.results = append(r.results, list...)
	return nil
}

// rule:N02 the preview counts everybody, tells of those inside the viewer's part of the tree, and says who is beyond it.
func TestReleasePreviewCountsEverybody(t *testing.T) {
	c, exam := desk(t)
	for _, k := range []struct {
		name                                            string
		v                                               account.Viewer
		people, beyond, results, passed, failed, absent int
	}{
		{"HR of branch b", inUnits(account.HR, 3), 6, 4, 6, 1, 0, 1},
		{"HR of all", inUnits(account.HR, 1, 2, 3), 6, 0, 6, 3, 1, 2},
	} {
		got, err := c.ReleasePreview(c.ctx, k.v, exam)
		if err != nil || got.People != k.people || got.Beyond != k.beyond || got.Results != k.results || got.Passed != k.passed || got.Failed != k.failed || got.Absent != k.absent {
			t.Errorf("%s: %+v %v", k.name, got, err)
		}
		if closed := c.clock.Now().Add(-time.Hour); got.FirstFailClosedAt == nil || !got.FirstFailClosedAt.Equal(closed) || !got.LastFailClosedAt.Equal(closed) {
			t.Errorf("%s: closed %v %v", k.name, got.FirstFailClosedAt, got.LastFailClosedAt)
		}
		if _, err := c.Release(c.ctx, k.v, exam); (err != nil) != (k.beyond > 0) {
			t.Errorf("%s releases: %v", k.name, err)
		}
	}
	if _, err := c.ReleasePreview(c.ctx, inUnits(account.Trainer, 1, 2, 3), exam); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a trainer: %v", err)
	}
}

func TestExportIsRecorded(t *testing.T) {
	c, exam := desk(t)
	hr := inUnits(account.HR, 2)
	if _, err := c.ExportBoard(c.ctx, hr, exam, BoardFilter{}, " "); !errs.Is(err, errs.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	rows, err := c.ExportBoard(c.ctx, hr, exam, BoardFilter{Band: score.Fail, Search: "孙"}, "发给部门主管")
	if err != nil || names(rows) != "孙悦" {
		t.Fatalf("%q %v", names(rows), err)
	}
	if n := c.count(`SELECT count(*) FROM audit_event WHERE act = 'exam.results_export' AND body->'facts'->>'reason' = '发给部门主管' AND body->'facts'->>'count' = '1'`); n != 1 {
		t.Errorf("%d rows in the audit", n)
	}
	if n := c.count(`SELECT count(*) FROM audit_event WHERE act = 'exam.results_export' AND body::text LIKE '%孙%'`); n != 0 {
		t.Error("a name stands in the audit")
	}
}

// The lists of the desk count what they find, and find what exams and papers are called.
func TestListsOfTheDesk(t *testing.T) {
	c, exam := desk(t)
	mock := c.published(1, func(s *Settings) { s.Title, s.Kind = "广告法 Mock 考", Mock })
	_, err := c.CreateExam(c.ctx, c.staff, Settings{Title: "年度考核", Kind: Yearly, OpensAt: c.clock.Now(), ClosesAt: c.clock.Now().Add(time.Hour), LimitSeconds: 60,
		Review: ReviewScore, Release: ReleaseByHand, AttemptsAllowed: 1}, 0)
	must(t, err)
	free := c.paperOf(3)
	for _, k := range []struct {
		filter Filter
		want   int
	}{
		{Filter{}, 3}, {Filter{State: Draft}, 1}, {Filter{Kind: Mock}, 1}, {Filter{Title: "mock"}, 1}, {Filter{Title: "考核"}, 2}, {Filter{Title: "考核", Kind: Mock}, 0},
		{Filter{State: Unreleased}, 1}, {Filter{State: Archived}, 0},
	} {
		rows, total, err := c.Exams(c.ctx, c.staff, k.filter, page.New(1, 1))
		all, fileErr := c.ExamsFile(c.ctx, c.staff, k.filter)
		if err != nil || fileErr != nil || total != k.want || len(rows) != min(1, k.want) || len(all) != k.want {
			t.Errorf("%+v: %d of %d, file %d; %v %v", k.filter, len(rows), total, len(all), err, fileErr)
		}
	}
	rows, _, err := c.Exams(c.ctx, c.staff, Filter{State: Unreleased}, page.New(1, 20))
	if err != nil || rows[0].ID != exam || rows[0].Unreleased != 6 || rows[0].Candidates != 6 || rows[0].Settled != 6 || rows[0].UnreleasedFrom == nil {
		t.Errorf("%+v %v", rows, err)
	}
	_ = mock
	for _, k := range []struct {
		filter PaperFilter
		want   int
	}{{PaperFilter{}, 3}, {PaperFilter{Use: PaperUsed}, 2}, {PaperFilter{Use: PaperFree}, 1}, {PaperFilter{Title: "季度", Use: PaperFree}, 1}, {PaperFilter{Title: "无"}, 0}} {
		rows, total, err := c.Papers(c.ctx, c.staff, k.filter, page.New(1, 20))
		if err != nil || total != k.want || len(rows) != k.want {
			t.Errorf("%+v: %d of %d, %v", k.filter, len(rows), total, err)
		}
		if k.filter.Use == PaperFree && len(rows) == 1 && (rows[0].ID != free || rows[0].Exams != 0 || rows[0].Slots != 3) {
			t.Errorf("%+v", rows)
		}
	}
	blueprints, total, err := c.Blueprints(c.ctx, c.staff, "一季", page.New(1, 2))
	if err != nil || total != 3 || len(blueprints) != 2 {
		t.Errorf("%d of %d, %v", len(blueprints), total, err)
	}
	if _, total, err := c.Blueprints(c.ctx, c.staff, "年", page.New(1, 2)); err != nil || total != 0 {
		t.Errorf("%d, %v", total, err)
	}
	for _, err := range []error{second(c.ExamsFile(c.ctx, examinee(1), Filter{})), second(c.PapersFile(c.ctx, examinee(1), PaperFilter{})), second(c.BlueprintsFile(c.ctx, examinee(1), ""))} {
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("a consultant: %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// rule:N05 rule:C43 what holds for an exam was pinned when it was published; a draft shows what is in force.
func TestRulesArePinned(t *testing.T) {
	c := newClinic(t, 1)
	exam := c.published(1, nil)
	c.clock.Advance(time.Minute)
	stricter := score.Bands{Edges: []score.Edge{{Band: score.Excellent, From: 9500}, {Band: score.Good, From: 8000}, {Band: score.Pass, From: 7000}, {Band: score.Fail}}, PassFrom: 7000}
	must(t, c.AddBands(c.ctx, c.staff, stricter, time.Time{}))
	must(t, c.AddAbsence(c.ctx, c.staff, Absence{LeaveHours: 24}, time.Time{}))
	mine, err := c.MyExam(c.ctx, examinee(1), exam)
	must(t, err)
	got, err := c.Rules(c.ctx, mine.BandsVersionID, mine.AbsenceVersionID)
	if err != nil || got.Bands.PassFrom != 6000 || got.Absence != DefaultAbsence() {
		t.Errorf("published before: %+v %v", got, err)
	}
	got, err = c.Rules(c.ctx, nil, nil)
	if err != nil || got.Bands.PassFrom != 7000 || got.Absence.CountsAsZero || got.Absence.LeaveHours != 24 {
		t.Errorf("a draft: %+v %v", got, err)
	}
	if got, err = c.Rules(c.ctx, mine.BandsVersionID, nil); err != nil || got.Absence != DefaultAbsence() {
		t.Errorf("a retake: %+v %v", got, err)
	}
}

func TestAudienceIsCountedBefore(t *testing.T) {
	c, _ := desk(t)
	draft, err := c.CreateExam(c.ctx, c.staff, c.settings(), 0)
	must(t, err)
	_, err = c.Invite(c.ctx, c.staff, draft, account.Audience{PersonIDs: []account.PersonID{1, 2}})
	must(t, err)
	got, err := c.Audience(c.ctx, c.staff, draft, account.Audience{PersonIDs: []account.PersonID{2, 3, 4}})
	if err != nil || got != (AudienceSize{People: 3, New: 2}) {
		t.Errorf("%+v %v", got, err)
	}
	people, total, err := c.Candidates(c.ctx, c.staff, draft, page.New(1, 1))
	if err != nil || total != 2 || people[0].EmployeeNo != "A001" || people[0].UnitName != "甲部" {
		t.Errorf("%+v %v", people, err)
	}
}

func TestLateAdded(t *testing.T) {
	at := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for _, k := range []struct {
		published *time.Time
		created   time.Time
		want      bool
	}{{nil, at, false}, {&at, at.Add(-time.Second), false}, {&at, at, false}, {&at, at.Add(time.Microsecond), true}} {
		if got := (InvitedRow{CreatedAt: k.created}).Late(Exam{PublishedAt: k.published}); got != k.want {
			t.Errorf("%v: %v", k, got)
		}
	}
}
