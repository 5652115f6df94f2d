package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
)

// Promise 11 through the pages, with two people: a question is dropped after a dry run, a fail is lifted with its case, the
// appraisal follows and the person is told.
// rule:attempt-promise-11
func TestAQuestionIsDroppedByTwoPeople(t *testing.T) {
	ctx := context.Background()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	pays(t, c)
	id := c.Exam(c.Paper(4), nil, "mei-a")
	sheet, v := c.Begin("mei-a", id), c.Viewer("mei-a")
	for i, right := range []bool{true, true, false, false} {
		s := sheet.Slots[i]
		_, err := c.Exams.Save(ctx, v, sheet.AttemptID, sheet.Lease, []exam.Change{{Slot: s.Slot, ClientSeq: int64(i + 1), Response: c.Response(s, right)}}, c.Fake.Now())
		must(t, err)
	}
	_, err := c.Exams.Submit(ctx, v, sheet.AttemptID, sheet.Lease, c.Fake.Now())
	must(t, err)
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(ctx))
	_, err = c.Exams.Release(ctx, c.Viewer("hr"), id)
	must(t, err)
	var version int64
	must(t, c.DB.SQL().QueryRow(`SELECT (m ->> 'version_id')::bigint FROM result r, jsonb_array_elements(r.marks) m WHERE r.exam_id = $1 AND (m ->> 'mark')::numeric = 0 LIMIT 1`, int64(id)).Scan(&version))
	list := "/exams/" + id.String() + "/regrade"
	question := fmt.Sprintf("%s/questions/%d", list, version)
	shows(t, c.Call("marker", "GET", list, "", 200).Text, "按题重判")
	shows(t, c.Call("marker", "GET", list+"/questions", "", 200).Text, question)
	shows(t, c.Call("marker", "GET", question, "", 200).Text, "作废这道题", "试算")
	shows(t, c.Call("marker", "GET", question+"?act=drop", "", 200).Text, "小美a", "20 / 40", "20 / 30", "补考复训（待补考）结束：已撤销", "50% → 66.66%", "积分 0 → +5 分")
	c.Call("marker", "GET", question+"?act=nonsense", "", 422)
	c.Call("marker", "POST", question, apptest.Form("act", "drop", "reason", " "), 422)
	order := c.Call("marker", "POST", question, apptest.Form("act", "drop", "reason", "题目有歧义"), 303).Header.Get("Location")
	shows(t, c.Call("hr", "GET", "/notices", "", 200).Text, "申请重判")
	shows(t, c.Call("hr", "GET", order, "", 200).Text, "题目有歧义", "20 / 30", order+"/approve")
	c.Call("mei-a", "GET", order, "", 403)
	var seen string
	must(t, c.DB.SQL().QueryRow(`SELECT max(id)::text FROM result WHERE exam_id = $1 AND attempt_id IS NOT NULL`, int64(id)).Scan(&seen))
	c.Call("hr", "POST", order+"/approve", apptest.Form("expected", seen, "reason", "属实"), 303)
	shows(t, c.Call("hr", "GET", order, "", 200).Text, "已批准", "20 / 30")
	shows(t, c.Call("mei-a", "GET", "/notices", "", 200).Text, "20 / 40 → 20 / 30 分")
	shows(t, c.Call("mei-a", "GET", "/attempts/"+sheet.AttemptID.String()+"/result", "", 200).Text, "更正后的成绩（第 2 版）")
	if open, err := c.Remediation.Mine(ctx, c.Viewer("mei-a"), false); err != nil || len(open) != 0 {
		t.Errorf("the case of the lifted fail: %+v %v", open, err)
	}
}
