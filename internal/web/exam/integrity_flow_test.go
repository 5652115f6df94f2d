package exam_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
	pages "github.com/peikao/peikao/internal/web/exam"
	"github.com/peikao/peikao/internal/web/layout"
)

// policing adds the pages of integrity to the clinic's.
func policing(t *testing.T) *clinic {
	c := newClinic(t)
	desk := &pages.Desk{Exams: c.exams, Zone: c.zone}
	hall := &pages.Hall{Exams: c.exams, Zone: c.zone, Staff: desk}
	httpx.Register(c.echo, func(ec echo.Context, a httpx.Access) error { return layout.Viewer(ec).Require(account.Action(a)) }, []httpx.Route{
		{Method: http.MethodGet, Path: "/exams/:id/integrity", Access: httpx.Access(account.ExamLive), Handler: desk.Integrity},
		{Method: http.MethodGet, Path: "/exams/:id/integrity/policy", Access: httpx.Access(account.ExamAuthor), Handler: desk.Policy},
		{Method: http.MethodPost, Path: "/exams/:id/integrity/policy", Access: httpx.Access(account.ExamAuthor), Handler: desk.SetPolicy},
		{Method: http.MethodPost, Path: "/exams/:id/code", Access: httpx.Access(account.ExamSit), Handler: hall.GiveCode},
	})
	return c
}

// From the trainer's policy over the code in the room to the evidence on the examiner's page.
func TestIntegrityFromPolicyToEvidence(t *testing.T) {
	c := policing(t)
	id := c.setUpAnExam(strings.TrimPrefix(c.drawAPaper(), "/papers/"))
	policy := id + "/integrity/policy"
	c.shows(c.get("讲师", id+"/setup"), 200, policy, "离开页面：只记录")
	c.shows(c.get("林小溪", policy), 403)
	c.shows(c.post("讲师", policy, "hidden", "hand_in", "hidden_after", "21", "paste", "warn"), 422, "收卷的次数在 1 到 20 之间", `value="21"`)
	c.shows(c.post("讲师", policy, "ranges", "十楼", "access_code", "春天"), 422, "每行一个网段", "口令为 4 到 32 个字", "十楼")
	c.led(c.post("讲师", policy, "hidden", "hand_in", "hidden_after", "2", "paste", "warn", "watermark", "true", "access_code", "春暖花开"), id+"/setup")
	c.shows(c.get("讲师", id+"/setup"), 200, "离开页面：记录并提醒；第 2 次时系统收卷", "显示本人姓名和工号尾号")
	c.publishIt(id)
	c.shows(c.post("人事", policy, "hidden", "record", "access_code", "春暖花开"), 409, "考生读到的内容不能再改")
	c.led(c.post("人事", policy, "hidden", "hand_in", "hidden_after", "2", "paste", "warn", "watermark", "true", "access_code", "秋高气爽"), id+"/setup")

	c.clock.Advance(time.Hour + time.Minute)
	c.shows(c.get("林小溪", id), 200, "第 2 次时系统收卷", id+"/code", "请先在下面输入考场口令")
	c.led(c.post("林小溪", id+"/code", "access_code", "春暖花开"), id)
	c.shows(c.get("林小溪", id), 200, id+"/code")
	c.led(c.post("林小溪", id+"/code", "access_code", "秋高气爽"), id)
	shown := c.get("林小溪", id)
	c.shows(shown, 200, id+"/sit")
	if strings.Contains(shown.body, "秋高气爽") {
		t.Error("the examinee's page shows the code")
	}
	c.shows(c.post("人事", id+"/code", "access_code", "秋高气爽"), 404)

	who, key := c.who["林小溪"], account.ParseID[exam.ExamID](strings.TrimPrefix(id, "/exams/"))
	sheet, _, err := c.exams.Start(t.Context(), who, key, exam.Arrival{Client: "tab"})
	c.no(err)
	for n := range int64(2) {
		_, err = c.exams.Heartbeat(t.Context(), who, sheet.AttemptID, sheet.Lease, []exam.PageEvent{{Kind: "hidden", AtMS: n * 60_000, LengthMS: 30_000}}, c.clock.Now())
	}
	if err == nil {
		t.Error("the policy did not hand in")
	}
	c.shows(c.get("人事", id+"/integrity"), 200, "离开页面 2 次 · 共 60 秒", "按规定次数收卷", "A002", "比较错题")
	c.shows(c.get("人事", id+"/integrity?similar=1"), 200, "全部评完以后才能比较")
	c.shows(c.get("林小溪", id+"/integrity"), 403)
	c.clock.Advance(3 * time.Hour)
	c.no(c.exams.Due(t.Context(), c.clock.Now()))
	c.shows(c.get("人事", id+"/integrity?similar=1"), 200, "比较了 1 人，共 0 对", "没有发现不寻常的雷同")
}
