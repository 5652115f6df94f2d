package main

import "time"

// shot is a page to take a picture of. Without a path it goes on from where the last one was; without a name it is only a
// stage on the way to the next one.
type shot struct {
	name, path string
	steps      []step
}

func at(name, path string, steps ...step) shot { return shot{name, path, steps} }

// part is what one person looks at, in order; login "" is nobody.
type part struct {
	login string
	shots []shot
}

const (
	staffFile = "工号,姓名,手机,邮箱,部门路径,岗位,入职日期,角色,登录名\n" +
		"YR0401,方一诺,13800000401,,总院/企划部/网络咨询部,网络咨询员,2026-11-16,,\n" +
		"YR0402,,138,无,城北分院,店长,去年,,\nYR0102,陈雨桐,,,总院/企划部/网络咨询部/妇科组,网络咨询员,2022-06-06,,\n"
	questionFile = "题干,题型,选项A,选项B,选项C,选项D,答案,解析\n" +
		"顾客问能否保证效果，怎么答？,单选题,保证,不保证，讲清个体差异,看情况,不回复,B,不得作保证性承诺。\n" +
		"没有答案的题,单选题,甲,乙,,,,\n只有一个选项的题,单选题,甲,,,,A,\n"

	todo      = `main a.btn[href^="/exams/"]`
	answered  = `document.querySelector(".chip").dataset.kind === "saved"`
	option    = "section.question:not([hidden]) label.option"
	nextShown = `nav.foot .forward`
	openCard  = `nav.foot .open-card`
	english   = "form.language-switch button"
	entered   = `document.querySelector("section.question")`
	given     = `document.querySelectorAll("select[name=given]").forEach(s => { s.selectedIndex = 4 })`
)

// closing is how many minutes the exam whose results are released stays open: long enough to be sat and marked on a slow machine.
const closing = 5

var parts = []part{
	{"peixun1", []shot{
		at("", "/papers/new", fill("title", "话术简答卷", "key_percent", "0", "rows.0.type", "简答", "rows.0.count", "2", "rows.0.points", "10"), click(`button[value="save"]`)),
		at("", "", submit(`form[action$="/draw"]`)),
		at("blueprint-mock", "/papers/new", fill("title", "入门模拟卷", "rows.0.count", "5"), tick("practice"), click(`button[value="save"]`)),
		at("paper-mock", "", submit(`form[action$="/draw"]`)),
	}},
	{"", []shot{
		at("login", "/login"),
		at("login-refused", "/login", fill("login", "zixun1", "password", "not the password"), submit(`form[action="/login"]`)),
	}},
	{"hr1", []shot{
		at("home-hr", "/"),
		at("people", "/people"),
		at("people-none", "/people?q=zzzz"),
		at("person", "/people", follow(`main a[href^="/people/"]:not([href$="new"]):not([href$="import"])`)),
		at("person-edit", "", follow(`main a[href$="/edit"]`)),
		at("person-new", "/people/new"),
		at("people-import", "/people/import"),
		at("people-import-chosen", "", upload("名单.csv", staffFile)),
		at("people-import-preview", "", submit(`form[action="/people/import"]`)),
		at("org", "/org"),
		at("exams-desk", "/exams?desk=1"),
		at("exams-freeze", "/exams?desk=1", click(`[data-dialog-open="freeze"]`)),
		at("exam-setup", "/exams?desk=1", follow(`main a[href$="/results"]`), follow(`main a[href$="/setup"]`)),
		at("exam-new", "/exams/new"),
		at("exam-draft", "", newExam("special", "by_hand", -1, 120, "title", "话术专项考核", "paper_id", "红线", "limit_minutes", "30")),
		at("exam-publish-nobody", "", follow(`main a[href$="/publish"]`)),
		at("exam-invited", "", press("去邀请考生"), fill("post_id", "网络咨询员"), click(`form[action$="/people"] button`)),
		at("exam-publish", "", follow(`main a[href$="/publish"]`)),
		at("exam-published", "", submit(`form[action$="/publish"]`)),
		at("exam-mock-refused", "/exams/new", newExam("mock", "at_hand_in", -1, 120, "title", "入门模拟考", "paper_id", "红线", "limit_minutes", "10", "attempts_allowed", "3")),
		at("exam-mock", "", fill("paper_id", "入门模拟卷"), submit("main form"), invite("YR0113"), invite("YR0121")),
		at("exam-mock-publish", "", follow(`main a[href$="/publish"]`)),
		at("", "", submit(`form[action$="/publish"]`)),
		at("", "/exams/new", newExam("special", "by_hand", 600, 700, "title", "误发的考核", "paper_id", "季度", "limit_minutes", "30"), invite("YR0102"), invite("YR0113"), invite("YR0121"),
			follow(`main a[href$="/publish"]`), submit(`form[action$="/publish"]`)),
		at("exam-take-off", "", click(`[data-dialog-open^="take-off"][aria-label*="何欣然"]`)),
		at("exam-taken-off", "", giveReason("她在休产假，误邀了")),
		at("exam-call-off", "", click(`[data-dialog-open="call-off"]`)),
		at("exam-called-off", "", giveReason("试卷选错了，明天重新发布")),
		at("exams-desk-called-off", "/exams?desk=1&state=called_off"),
		at("cases-board", "/cases"),
		at("cases-calendar", "/cases?view=calendar"),
		at("cases-bulk", "/cases", script(`const box = [...document.querySelectorAll('input[name="case"]')].slice(0, 2).map(b => "case=" + b.value); location.href = "/cases/bulk/assign?" + box.join("&")`)),
		at("case", "/cases", follow(`main a[href^="/cases/"]`)),
		at("case-assign", "/cases", follow(`main a[href^="/cases/"]`), follow(`main a[href$="/assign"]`)),
		at("schemes", "/appraisal/schemes"),
		at("scheme", "/appraisal/schemes", follow(`main a[href^="/appraisal/schemes/"]`)),
		at("cycles", "/appraisal/cycles"),
		at("cycle-new", "/appraisal/cycles/new"),
		at("cockpit", "/appraisal/cycles", follow(`main a[href^="/appraisal/cycles/"]:not([href$="new"])`)),
		at("sheet-hr", "", follow(`main a[href^="/appraisal/sheets/"]`)),
		at("ledger", "/ledger"),
		at("ledger-none", "/ledger?q=zzzz"),
		at("policy-pay", "/admin/policies/result_pay/new"),
		at("policy-pay-confirm", "", fill("quarterly_good_yuan", "50"), submit(`form[action="/admin/policies/result_pay"]`)),
		at("policies", "/admin/policies"),
		at("policy-new", "/admin/policies", follow(`main a[href^="/admin/policies/"]`)),
		at("", "/exams/new", newExam("special", "by_hand", -1, closing, "title", "简答考核", "paper_id", "话术简答卷", "limit_minutes", "3"), invite("YR0113"),
			follow(`main a[href$="/publish"]`), submit(`form[action$="/publish"]`)),
	}},
	{"zixun2", []shot{
		at("", "/exams", theExam("简答考核")),
		at("attempt-short", "", press("去考试"), press("开始考试"), await(entered),
			script(`for (const a of document.querySelectorAll("section.question textarea")) { a.value = "您好，非常抱歉给您带来困扰。请发一张照片给我，我约医生今天为您复诊。"; a.dispatchEvent(new Event("input", {bubbles: true})) }`), await(answered)),
		at("", "", click(openCard), press("交卷"), press("确认交卷"), await(`document.querySelector("main.receipt")`)),
		at("home-retake", "/"),
		at("cases", "/cases"),
		at("case-own", "/cases", follow(`main a[href^="/cases/"]`)),
		at("exam-removed", "/exams", theExam("误发的考核")),
		at("exam-mock-own", "/exams", theExam("入门模拟考")),
		at("", "", press("去考试"), press("开始考试"), await(entered), click(option), await(answered),
			click(openCard), press("交卷"), press("确认交卷")),
		at("receipt-mock", "", press("查看回执和成绩")),
		at("result-mock", "", press("查看成绩")),
		at("home-mock-again", "/"),
		at("exam-by-hand", "/exams", theExam("话术专项考核")),
		at("", "", press("去考试"), press("开始考试"), await(entered), click(option), await(answered),
			click(openCard), press("交卷"), press("确认交卷")),
		at("receipt", "", press("查看回执和成绩")),
		at("exams-past", "/exams"),
	}},
	{"zixun1", []shot{
		at("home", "/"),
		at("learn", "/learn"),
		at("course", "/learn", follow(`main a[href^="/learn/"]`)),
		at("unit", "", follow(`main a[href^="/learn/"]:not([href="/learn"])`)),
		at("exams", "/exams"),
		at("exam-called-off-own", "/exams", theExam("误发的考核")),
		at("exam", "/exams", follow(`main a[href^="/exams/"]`)),
		at("cases-none", "/cases"),
		at("me", "/me"),
		at("sheets", "/me/appraisal"),
		at("sheet", "/me/appraisal", follow(`main a[href^="/me/appraisal/"]`)),
		at("ledger-own", "/me/ledger"),
		at("notices", "/notices"),
		at("settings", "/me/settings"),
		at("help", "/help/"),
		at("help-exam", "/help/exams"),
		at("forbidden", "/people/import"),
		at("not-found", "/cases/999999999"),
		at("exam-waiting", "/exams", script(`[...document.querySelectorAll('main a[href^="/exams/"]')].find(a => a.closest(".card").textContent.includes("红线")).click()`)),
		at("exam-start", "", press("去考试"), await(`[...document.querySelectorAll("button.primary")].some(b => !b.disabled)`)),
		at("attempt", "", press("开始考试"), await(`document.querySelector("section.question")`)),
		at("attempt-saved", "", click(option), await(answered)),
		at("attempt-offline", "", line(false), click(nextShown), click(option), await(`!document.querySelector(".strip").hidden`)),
		at("attempt-back", "", line(true), await(answered), await(`document.querySelector(".strip").hidden`)),
		at("attempt-card", "", click("nav.foot .flag"), click(openCard)),
		at("attempt-hand-in", "", click(openCard), press("交卷")), // the card shuts while it moves from the phone's sheet to the desktop's rail
		at("attempt-elsewhere", "", press("继续答题"), script(`const id = location.pathname.split("/")[2];
			fetch("/api/v1/attempts/" + id + "/lease", {method: "POST", headers: {"Content-Type": "application/json", "Client-Id": "another"}, body: "{}"})`),
			click(nextShown), click(option), await(`document.querySelector(".strip").innerText.includes("在本机继续")`)),
		at("attempt-take-over", "", press("在本机继续")),
		at("attempt-done", "", click("dialog[open] .btn.primary"), await(`document.querySelector(".strip").hidden`),
			script(`document.querySelectorAll("section.question").forEach(q => q.querySelector("label.option")?.click())`), await(answered),
			click(openCard), press("交卷"), press("确认交卷"), await(`document.querySelector("main.receipt")`)),
		at("receipt-released", "", press("查看回执和成绩")),
		at("result", "", press("查看成绩")),
	}},
	{"yuejuan1", []shot{
		at("live", "/exams?desk=1", examPage("话术专项考核", "live")),
		at("sitting", "", follow(`main a[href*="/live/"]`)),
		at("room-log", "", script(`location.href = location.pathname.replace(/live.*/, "log")`)),
		at("integrity", "", script(`location.href = location.pathname.replace("log", "integrity")`)),
		at("home-marker", "/"),
		at("marking", "/marking"),
		at("marking-queues", "", follow(`main a[href$="/marking"]`)),
		at("marking-answer", "", follow(`main a[href*="/marking/"]:not([href$="mine"])`)),
		at("marking-next", "", script(given), submit("main form")),
		at("", "", follow(`main a[href*="/marking/"]:not([href$="mine"])`), script(given), submit("main form")),
		at("marking-given", "/marking"),
		at("marking-own", "", follow(`main a[href$="/marking/mine"]`)),
		at("marking-revise", "", follow(`main a[href*="/marking/answers/"]`)),
		at("marking-no-reason", "", script(`document.querySelector("select[name=given]").selectedIndex = 1`), fill("reason", " "), submit("main form")),
		at("marking-revised", "", fill("reason", "漏看了复诊的安排", "comment", "先约复诊，再谈退款。"), submit("main form")),
		at("regrade", "/exams?desk=1", examPage("话术专项考核", "regrade")),
	}},
	{"peixun1", []shot{
		at("home-trainer", "/"),
		at("courseware", "/courseware"),
		at("course-new", "/courseware/new"),
		at("course-edit", "/courseware", follow(`main a[href$="/edit"]`)),
		at("course-people", "", follow(`main a[href$="/people"]`)),
		at("bank", "/bank"),
		at("bank-none", "/bank?q=vvvv"),
		at("question", "/bank", follow(`main a[href^="/bank/questions/"]:not([href$="new"])`)),
		at("question-edit", "", follow(`main a[href$="/edit"]`)),
		at("question-draft", "", fill("stem", "按《广告法》，医疗广告里不得出现下列哪一项？"), submit(`form[action^="/bank/questions/"]`)),
		at("question-submitted", "", click(`form[action$="/submit"] button`)),
		at("question-diff", "", follow(`main a[href*="/diff"]`)),
		at("bank-review", "/bank/review"),
		at("bank-near", "/bank/near"),
		at("bank-reports", "/bank/reports"),
		at("question-new", "/bank/questions/new"),
		at("bank-import", "/bank/import"),
		at("bank-import-preview", "", upload("题库.csv", questionFile), submit(`form[action="/bank/import"]`)),
		at("bank-export", "/bank/export?to=gift"),
		at("regrade-questions", "/exams?desk=1&kind=quarterly", examPage("季度考核", "regrade"), follow(`main a[href$="/regrade/questions"]`)),
		at("regrade-question", "", follow(`main a[href*="/regrade/questions/"]`)),
		at("regrade-dry-run", "", script(`location.search = "?act=drop"`)),
		at("regrade-no-reason", "", fill("reason", " "), submit(`form[method="post"][action*="/regrade/questions/"]`)),
		at("regrade-order", "", fill("reason", "题干有歧义，两位医生都认为不宜计分"), submit(`form[method="post"][action*="/regrade/questions/"]`)),
		at("analysis", "/exams?desk=1&kind=quarterly", examPage("季度考核", "analysis")),
		at("analysis-item", "", follow(`main a[href*="analysis?item="]`)),
		at("question-statistics", "", follow(`main a[href^="/bank/questions/"]`)),
		at("topics", "/bank/topics"),
		at("papers", "/papers"),
		at("paper", "/papers", follow(`main a[href^="/papers/"]:not([href$="new"])`)),
		at("blueprint", "/papers?show=blueprints", follow(`main a[href^="/papers/blueprints/"]`)),
		at("blueprint-new", "/papers/new"),
	}},
	{"jiandu1", []shot{
		at("home-supervisor", "/"),
		at("audit", "/admin/audit"),
		at("audit-verified", "", submit(`form[action="/admin/audit/verify"]`)),
	}},
	{"zhuguan1", []shot{at("home-superior", "/"), at("exams-superior", "/exams")}},
	{"zuzhang1", []shot{at("home-lead", "/"), at("cockpit-lead", "/appraisal/cycles", follow(`main a[href^="/appraisal/cycles/"]`))}},
	{"dianhua1", []shot{at("home-retraining", "/"), at("case-retraining", "/cases", follow(`main a[href^="/cases/"]`))}},
	{"gaoceng1", []shot{at("home-management", "/"), at("case-management", "/cases", follow(`main a[href^="/cases/"]`))}},
	{"admin1", []shot{at("home-admin", "/"), at("policies-admin", "/admin/policies")}},
	{"yuejuan1", []shot{
		at("en-home", "/", click(english)),
		at("en-exams-desk", "/exams?desk=1"),
		at("en-papers", "/papers"),
	}},
	{"yunying1", []shot{
		at("en-home-consultant", "/", click(english)),
		at("en-exam", "", follow(todo)),
		at("en-me", "/me"),
	}}, {"hr2", []shot{
		at("exam-results", "/exams?desk=1", examPage("话术专项考核", "results")),
		at("exam-release", "/exams?desk=1", examPage("简答考核", "results"), reload(`document.querySelector('main a[href$="/release"]')`, closing*time.Minute), follow(`main a[href$="/release"]`)),
		at("exam-released", "", submit(`form[action$="/release"]`)),
	}},
}
