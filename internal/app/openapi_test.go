package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/appraisal"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/questionbank"
)

// contract calls the program over HTTP and holds each request and answer against the program's own document.
type contract struct {
	t *testing.T
	*apptest.Clinic
	document *openapi3.T
	router   routers.Router
	called   map[string]bool // operations, as METHOD path
}

func newContract(t *testing.T) *contract {
	t.Helper()
	c := &contract{t: t, Clinic: apptest.NewClinic(t, app.Options{}), called: map[string]bool{}}
	text := c.Call("", "GET", "/api/openapi.json", "", 200).Text
	var err error
	c.document, err = openapi3.NewLoader().LoadFromData([]byte(text))
	must(t, err)
	must(t, c.document.Validate(context.Background()))
	c.router, err = gorillamux.NewRouter(c.document)
	must(t, err)
	return c
}

// call sends a request with a Bearer token and wants a status. What is refused as malformed (400, 422) need not be what the
// document describes; every other request must be, and every answer.
func (c *contract) call(token, method, path, contentType, body string, want int) map[string]any {
	c.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Client-Id", "contract")
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		c.t.Fatalf("%s %s is not in the document: %v", method, path, err)
	}
	c.called[route.Method+" "+route.Path] = true
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true,
	}}
	if err := openapi3filter.ValidateRequest(c.t.Context(), in); err != nil && want != http.StatusBadRequest && want != http.StatusUnprocessableEntity {
		c.t.Errorf("%s %s: the request is not the document's: %v", method, path, err)
	}
	r.Body = io.NopCloser(strings.NewReader(body))
	got := c.Do(r)
	if got.Status != want {
		c.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, got.Status, got.Text, want)
	}
	err = openapi3filter.ValidateResponse(c.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: got.Status, Header: got.Header, Body: io.NopCloser(strings.NewReader(got.Text)), Options: in.Options,
	})
	if err != nil {
		c.t.Errorf("%s %s: the answer is not the document's: %v\n%s", method, path, err, got.Text)
	}
	doc := got.JSON()
	if want >= 400 {
		c.problem(method+" "+path, got, doc)
	}
	c.ids(method+" "+path, doc)
	return doc
}

// json is call with a JSON body.
func (c *contract) json(token, method, path, body string, want int) map[string]any {
	c.t.Helper()
	kind := ""
	if body != "" {
		kind = "application/json"
	}
	return c.call(token, method, path, kind, body, want)
}

func (c *contract) problem(what string, got apptest.Answer, doc map[string]any) {
	c.t.Helper()
	if got.Header.Get("Content-Type") != "application/problem+json" {
		c.t.Errorf("%s: a problem as %s", what, got.Header.Get("Content-Type"))
	}
	kind, _ := doc["type"].(string)
	title, _ := doc["title"].(string)
	english, _ := doc["title_en"].(string)
	if !strings.HasPrefix(kind, "urn:peikao:") || title == "" || english == "" || title == english || doc["status"] != float64(got.Status) {
		c.t.Errorf("%s: %v", what, doc)
	}
}

var decimal = regexp.MustCompile(`^[1-9][0-9]*$`)

// ids checks that what is named like an id is a decimal string, however deep.
func (c *contract) ids(what string, v any) {
	c.t.Helper()
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			c.ids(what, e)
		}
	case map[string]any:
		_, option := v["text"] // an option's id is a letter (decision 1)
		for name, value := range v {
			named := name == "id" && !option || strings.HasSuffix(name, "_id") && name != "request_id"
			if text, isText := value.(string); named && value != nil && !(isText && decimal.MatchString(text)) {
				c.t.Errorf("%s: %s is %v", what, name, value)
			}
			c.ids(what, value)
		}
	}
}

// The document is valid OpenAPI, and what the program takes and answers is what the document says.
func TestOpenAPI(t *testing.T) {
	c := newContract(t)
	t.Run("document", c.describesEveryCall)
	t.Run("people", c.people)
	t.Run("courseware", c.learning)
	t.Run("exam", c.sitting)
	t.Run("one way", c.oneWay)
	t.Run("appraisal", c.appraisal)
	t.Run("ledger", c.ledger)
	t.Run("bank", c.bank)
	for path, item := range c.document.Paths.Map() {
		for method, o := range item.Operations() {
			stream := o.Responses.Status(http.StatusOK) != nil && o.Responses.Status(http.StatusOK).Value.Content["text/event-stream"] != nil
			if !c.called[method+" "+path] && !stream && path != "/api/openapi.json" { // TestInvigilationReachesThePage calls the stream
				t.Errorf("this test does not call %s %s", method, path)
			}
		}
	}
}

// describesEveryCall: each call of the table is there with a summary and a problem, and ids are strings in it.
func (c *contract) describesEveryCall(t *testing.T) {
	c.t = t
	for _, r := range c.Routes() {
		if !strings.HasPrefix(r.Path, "/api/") {
			continue
		}
		item := c.document.Paths.Find(parameter.ReplaceAllStringFunc(r.Path, func(p string) string { return "{" + p[1:] + "}" }))
		if item == nil || item.GetOperation(r.Method) == nil {
			t.Errorf("%s %s is not described", r.Method, r.Path)
			continue
		}
		o := item.GetOperation(r.Method)
		if o.Summary == "" || o.Responses.Default() == nil || o.Responses.Len() < 2 {
			t.Errorf("%s %s: %+v", r.Method, r.Path, o)
		}
		for _, response := range o.Responses.Map() {
			for kind, media := range response.Value.Content {
				idsAreStrings(t, r.Method+" "+r.Path+" "+kind, media.Schema, 0)
			}
		}
	}
}

func idsAreStrings(t *testing.T, what string, s *openapi3.SchemaRef, depth int) {
	t.Helper()
	if s == nil || s.Value == nil || depth > 20 {
		return
	}
	idsAreStrings(t, what, s.Value.Items, depth+1)
	idsAreStrings(t, what, s.Value.AdditionalProperties.Schema, depth+1)
	for name, p := range s.Value.Properties {
		if (name == "id" || strings.HasSuffix(name, "_id")) && !p.Value.Type.Is("string") {
			t.Errorf("%s: %s is no string in the document", what, name)
		}
		idsAreStrings(t, what, p, depth+1)
	}
}

// signIn logs a script in.
func (c *contract) signIn(login string) string {
	c.t.Helper()
	return c.json("", "POST", "/api/v1/sessions", fmt.Sprintf(`{"login":%q,"password":%q}`, login, apptest.Password), 201)["token"].(string)
}

func (c *contract) people(t *testing.T) {
	c.t = t
	c.json("", "POST", "/api/v1/sessions", `{"login":"hr","password":"falsch"}`, 401)
	c.json("", "POST", "/api/v1/sessions", `{"login":"hr"}`, 422)
	c.json("", "POST", "/api/v1/sessions", `{"login":"hr","password":"x","admin":true}`, 400)
	c.json("", "GET", "/api/v1/me", "", 401)
	hr := c.signIn("hr")
	if me := c.json(hr, "GET", "/api/v1/me", "", 200); me["id"] != c.Person["hr"].String() {
		t.Error(me)
	}
	if list := c.json(hr, "GET", "/api/v1/people?q=xm&size=1", "", 200); list["total"] != 2.0 || len(list["people"].([]any)) != 1 {
		t.Error(list)
	}
	const bad = "工号,姓名,部门路径,岗位\nN1,小新,没有这个部门,网络咨询员\n"
	const good = "工号,姓名,部门路径,岗位,登录名\nN1,小新,美丽医疗/城东分院,网络咨询员,xin\n"
	kind, body := form(t, "员工.csv", bad)
	if dry := c.call(hr, "POST", "/api/v1/people/import?dry_run=true", kind, body, 200); len(dry["problems"].([]any)) != 1 {
		t.Error(dry)
	}
	c.call(hr, "POST", "/api/v1/people/import", kind, body, 422)
	c.call(c.signIn("mei-a"), "POST", "/api/v1/people/import", kind, body, 403)
	kind, body = form(t, "员工.csv", good)
	if done := c.call(hr, "POST", "/api/v1/people/import", kind, body, 200); done["created"] != 1.0 || len(done["logins"].([]any)) != 1 {
		t.Error(done)
	}
	c.json(hr, "DELETE", "/api/v1/sessions/current", "", 204)
	c.json(hr, "GET", "/api/v1/me", "", 401)
}

// form is a multipart body with a file.
func form(t *testing.T, name, text string) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	must(t, err)
	_, err = part.Write([]byte(text))
	must(t, err)
	must(t, m.Close())
	return m.FormDataContentType(), b.String()
}

func (c *contract) learning(t *testing.T) {
	c.t = t
	ctx, trainer := t.Context(), c.signIn("trainer")
	content := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{1}, 92)...)
	c.json(trainer, "POST", "/api/v1/uploads", `{"name":"a.pptx","size":1,"type":""}`, 422)
	begun := c.json(trainer, "POST", "/api/v1/uploads", fmt.Sprintf(`{"name":"对比.png","size":%d,"type":"image/png"}`, len(content)), 201)
	upload := "/api/v1/uploads/" + begun["id"].(string)
	urls := c.json(trainer, "POST", upload+"/parts", `{"parts":[1]}`, 200)["urls"].([]any)
	tag := c.put(t, urls[0].(map[string]any)["url"].(string), content)
	if done := c.json(trainer, "POST", upload+"/complete", fmt.Sprintf(`{"etags":[%q]}`, tag), 200); done["object_id"] != begun["id"] {
		t.Error(done)
	}
	c.json(trainer, "GET", upload, "", 200)
	c.json(trainer, "DELETE", upload, "", 409)
	c.json(trainer, "GET", "/api/v1/uploads/999", "", 404)
	second := c.json(trainer, "POST", "/api/v1/uploads", `{"name":"b.png","size":1,"type":""}`, 201)["id"].(string)
	c.json(trainer, "DELETE", "/api/v1/uploads/"+second, "", 204)
	c.json(trainer, "POST", "/api/v1/uploads/"+second+"/parts", `{"parts":[1]}`, 410)

	v := c.Viewer("trainer")
	o, err := c.Courseware.Put(ctx, v, "课.png", bytes.NewReader(content), int64(len(content)))
	must(t, err)
	id, err := c.Courseware.CreateCourse(ctx, v, courseware.CourseInput{UnitID: c.Root, Title: "课", SelfStudy: true})
	must(t, err)
	must(t, c.Courseware.AddUnits(ctx, v, id, []courseware.ObjectID{o.ID}))
	must(t, c.Courseware.Publish(ctx, v, id))
	must(t, c.Courseware.Begin(ctx, c.Viewer("mei-a"), id))
	detail, err := c.Courseware.Course(ctx, v, id)
	must(t, err)
	beat := "/api/v1/units/" + detail.Units[0].ID.String() + "/progress"
	mei := c.signIn("mei-a")
	c.json(mei, "POST", beat, `{"position_ms":0,"playing":true,"visible":true,"rate":125,"page":1}`, 200)
	c.json(mei, "POST", beat, `{"position_ms":-1,"playing":true,"visible":true,"rate":100,"page":1}`, 422)
	c.json(mei, "POST", "/api/v1/units/999/progress", `{"position_ms":0,"playing":true,"visible":true,"rate":100,"page":1}`, 404)
}

// put sends a part to where a presigned address leads and returns its tag.
func (c *contract) put(t *testing.T, address string, content []byte) string {
	t.Helper()
	if strings.HasPrefix(address, "/") {
		address = c.URL + address
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, bytes.NewReader(content))
	must(t, err)
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("PUT %s: %d %s", address, answer.StatusCode, text)
	}
	return answer.Header.Get("ETag")
}

func (c *contract) bank(t *testing.T) {
	c.t = t
	trainer, mei := c.signIn("trainer"), c.signIn("mei-a")
	kind, body := form(t, "题.csv", "题型,题干,选项A,选项B,正确答案,知识点,解析\n单选题,坏题？,甲,乙,F,4,说明\n")
	if dry := c.call(trainer, "POST", "/api/v1/bank/import?dry_run=true", kind, body, 200); len(dry["problems"].([]any)) == 0 {
		t.Error(dry)
	}
	c.call(trainer, "POST", "/api/v1/bank/import", kind, body, 422)
	kind, body = form(t, "题.csv", "题型,题干,选项A,选项B,正确答案,知识点,解析\n单选题,好题？,甲,乙,A,4,说明\n")
	c.call(mei, "POST", "/api/v1/bank/import", kind, body, 403)
	if done := c.call(trainer, "POST", "/api/v1/bank/import?publish=true", kind, body, 200); done["imported"] != 1.0 {
		t.Error(done)
	}
	if list := c.json(trainer, "GET", "/api/v1/bank/questions?type=single", "", 200); list["total"] != 1.0 {
		t.Error(list)
	}
	c.json(mei, "GET", "/api/v1/bank/questions", "", 403)
	row := "单选题,客户在术前面诊时问到水光针的护理与恢复期，咨询师怎样回答%s？,如实告知并记录,先行承诺效果,A,%s,说明\n"
	kind, body = form(t, "题.csv", "题型,题干,选项A,选项B,正确答案,知识点,解析\n"+fmt.Sprintf(row, "", "沟通的一点")+fmt.Sprintf(row, "才对", "另一点"))
	dry := c.call(trainer, "POST", "/api/v1/bank/import?dry_run=1&map=%E6%B2%9F%E9%80%9A%E7%9A%84%E4%B8%80%E7%82%B9%3D2&create_below=%E5%8F%A6%E4%B8%80%E7%82%B9%3D3&leave_out=%E7%AC%AC%203%20%E8%A1%8C", kind, body, 200)
	if near, points := dry["near"].([]any), dry["unknown_points"].([]any); dry["ready"] != 1.0 || len(near) != 1 || len(points) != 2 {
		t.Error(dry)
	}
	c.call(trainer, "POST", "/api/v1/bank/import?map=x", kind, body, 422)
}

// Threat 40 over HTTP: an exam of two sections that is gone through one way.
func (c *contract) oneWay(t *testing.T) {
	c.t = t
	id := c.Exam(c.PaperOf(exam.BlueprintRow{Section: "一", Count: 2}, exam.BlueprintRow{Section: "二", Count: 2}), func(s *exam.Settings) { s.OneWay = true }, "mei-a")
	mei := c.signIn("mei-a")
	begun := c.json(mei, "POST", "/api/v1/exams/"+id.String()+"/attempts", "", 201)
	attempt := "/api/v1/attempts/" + begun["attempt"].(map[string]any)["id"].(string)
	lease := func(rest string) string { return fmt.Sprintf(`{"lease":%q%s}`, begun["lease"], rest) }
	first := func(sheet map[string]any) any {
		return sheet["paper"].(map[string]any)["slots"].([]any)[0].(map[string]any)["slot"]
	}
	if begun["section"] != 1.0 || len(begun["sections"].([]any)) != 2 || first(begun) != 1.0 {
		t.Error(begun)
	}
	ahead := c.json(mei, "PUT", attempt+"/responses/3", lease(`,"client_seq":1,"response":null`), 409)
	if ahead["type"] != "urn:peikao:exam:section_ahead" || ahead["section"] != 1.0 {
		t.Error(ahead)
	}
	c.json(mei, "POST", attempt+"/sections/2/finish", lease(""), 409)
	c.json(mei, "POST", attempt+"/sections/x/finish", lease(""), 404)
	c.json(mei, "POST", attempt+"/sections/1/finish", `{}`, 422)
	for range 2 {
		if next := c.json(mei, "POST", attempt+"/sections/1/finish", lease(""), 200); next["section"] != 2.0 || first(next) != 3.0 {
			t.Error(next)
		}
	}
	left := c.json(mei, "POST", attempt+"/responses", lease(`,"changes":[{"slot":1,"client_seq":2,"response":null}]`), 409)
	if left["type"] != "urn:peikao:exam:section_left" || left["section"] != 2.0 {
		t.Error(left)
	}
	mixed := c.json(mei, "POST", attempt+"/responses", lease(`,"changes":[{"slot":1,"client_seq":3,"response":null},{"slot":3,"client_seq":4,"response":null}]`), 200)
	if results := mixed["results"].([]any); results[0].(map[string]any)["status"] != 409.0 || results[0].(map[string]any)["code"] != "section_left" || results[1].(map[string]any)["status"] != 200.0 {
		t.Error(mixed)
	}
	c.json(mei, "POST", attempt+"/submit", lease(""), 200)
	if over := c.json(mei, "POST", attempt+"/sections/2/finish", lease(""), 410); over["receipt"] == nil {
		t.Error(over)
	}
}

// rule:C37 the calls of the attempt contract.
func (c *contract) sitting(t *testing.T) {
	c.t = t
	c.AddQuestions(sentinelQuestions()...)
	id := c.Exam(c.Paper(4), func(s *exam.Settings) { s.Release = exam.ReleaseAtHandIn }, "mei-a", "lan-a", "mei-b")
	mei, lan := c.signIn("mei-a"), c.signIn("lan-a")
	start := "/api/v1/exams/" + id.String() + "/attempts"
	c.json(mei, "GET", "/api/v1/me/exams", "", 200)
	c.json(c.signIn("plain"), "POST", start, "{}", 403)
	c.json(mei, "POST", "/api/v1/exams/999/attempts", "{}", 404)
	if media := c.json(mei, "GET", "/api/v1/exams/"+id.String()+"/media", "", 200); len(media["blobs"].([]any)) != 0 {
		t.Errorf("media of a paper without: %v", media)
	}
	c.json(mei, "GET", "/api/v1/media/aaaaaaaaaaaaaaaaaaaaaaaaaa", "", 404)
	begun := c.json(mei, "POST", start, "", 201)
	c.json(mei, "POST", start, "{}", 200)
	attempt := "/api/v1/attempts/" + begun["attempt"].(map[string]any)["id"].(string)
	lease := func(rest string) string { return fmt.Sprintf(`{"lease":%q%s}`, begun["lease"], rest) }
	c.json(mei, "GET", attempt, "", 200)
	c.json(lan, "GET", attempt, "", 404)
	one := attempt + "/responses/1"
	c.json(mei, "PUT", one, lease(`,"client_seq":1,"response":{"blanks":["x"]}`), 200)
	c.json(mei, "PUT", one, lease(`,"client_seq":1,"response":null`), 409)
	c.json(mei, "PUT", one, lease(`,"client_seq":2,"response":{"choice":"a"}`), 422)
	c.json(mei, "PUT", one, lease(`,"client_seq":2,"Response":null`), 400)
	c.json(mei, "PUT", one, `{"lease":"falsch","client_seq":2,"response":null}`, 409)
	c.json(mei, "POST", attempt+"/responses", lease(`,"changes":[{"slot":2,"client_seq":2,"response":{"blanks":["y"]}},{"slot":3,"client_seq":3,"response":{"choice":"a"}}]`), 200)
	c.json(mei, "POST", attempt+"/responses", lease(`,"changes":[{"slot":2,"client_seq":1,"response":{"blanks":["z"]}}]`), 409)
	c.json(mei, "POST", attempt+"/responses", lease(`,"changes":[]`), 422)
	c.json(mei, "POST", attempt+"/heartbeat", lease(`,"events":[{"kind":"hidden","at_ms":5,"length_ms":9}]`), 200)
	c.json(mei, "GET", attempt+"/result", "", 404)
	begun = c.json(mei, "POST", attempt+"/lease", "", 200)
	receipt := c.json(mei, "POST", attempt+"/submit", lease(""), 200)["receipt"].(map[string]any)
	if receipt["answered"] != 2.0 || receipt["journal_head"] == "" {
		t.Error(receipt)
	}
	c.json(mei, "PUT", one, lease(`,"client_seq":9,"response":null`), 410)
	c.json(mei, "POST", attempt+"/responses", lease(`,"changes":[{"slot":2,"client_seq":9,"response":null}]`), 410)
	c.json(mei, "POST", attempt+"/heartbeat", lease(`,"events":[]`), 410)
	c.json(mei, "POST", start, "{}", 409)
	if result := c.json(mei, "GET", attempt+"/result", "", 200); result["score"] != "0.00" || result["review_at"] == nil {
		t.Error(result)
	}
	c.json(mei, "GET", "/api/v1/me/exams", "", 200)
	c.Fake.Advance(3 * time.Hour)
	mei = c.signIn("mei-a")
	if result := c.json(mei, "GET", attempt+"/result", "", 200); len(result["slots"].([]any)) != 4 {
		t.Error(result)
	}
	reported := c.json(mei, "POST", attempt+"/reports", `{"slot":1,"reason":"key","note":"答案不对"}`, 201)
	c.json(mei, "POST", attempt+"/reports", `{"slot":1,"reason":"key","note":"答案不对"}`, 409)
	c.json(mei, "POST", attempt+"/reports", `{"slot":1,"reason":"nonsense","note":"答案不对"}`, 422)
	c.json(lan, "POST", attempt+"/reports", `{"slot":1,"reason":"key","note":"答案不对"}`, 404)
	c.json(mei, "GET", attempt+"/reports", "", 200)
	report := "/api/v1/reports/" + reported["id"].(string)
	c.json(lan, "DELETE", report, "", 404)
	c.json(mei, "DELETE", report, "", 204)
	c.json(mei, "DELETE", report, "", 409)
	c.json(lan, "POST", start, "{}", 410)
	must(t, c.Tick(t.Context()))
	if a := c.json(c.signIn("trainer"), "GET", "/api/v1/exams/"+id.String()+"/analysis", "", 200); a["gap"] != "few" {
		t.Error(a)
	}
	c.AddQuestions(questionbank.Question{Type: questionbank.Spoken, Stem: "录一段开场白。", Explanation: "先自报家门。", KnowledgePoints: []string{"2/电话"}, Difficulty: 3,
		Key: questionbank.Key{Model: "您好", Rubric: []questionbank.Criterion{{Text: "自报家门", Percent: 100}}}})
	spoken := c.Exam(c.PaperOf(exam.BlueprintRow{Section: "录音", Type: string(questionbank.Spoken), Count: 1}), nil, "mei-a")
	begun = c.json(mei, "POST", "/api/v1/exams/"+spoken.String()+"/attempts", "{}", 201)
	attempt = "/api/v1/attempts/" + begun["attempt"].(map[string]any)["id"].(string)
	parts, held := attempt+"/recordings/1", begun["lease"].(string)
	if saved := c.json(mei, "POST", parts, partBody(held, 1, webmSound), 200); saved["last_seq"] != 1.0 || saved["takes"] != 1.0 {
		t.Error(saved)
	}
	c.json(mei, "POST", parts, partBody(held, 3, "rest"), 409)
	c.json(mei, "POST", parts, partBody("falsch", 2, "rest"), 409)
	c.json(mei, "POST", attempt+"/recordings/2", partBody(held, 1, webmSound), 422)
	c.json(mei, "POST", parts, partBody(held, 2, ""), 422)
	c.json(mei, "POST", parts, strings.Replace(partBody(held, 2, "rest"), `"part"`, `"Part"`, 1), 400)
	c.json(lan, "POST", parts, partBody(held, 2, "rest"), 404)
	if sheet := c.json(mei, "GET", attempt, "", 200); sheet["responses"].([]any)[0].(map[string]any)["takes"] != 1.0 {
		t.Error(sheet)
	}
	c.json(mei, "POST", attempt+"/submit", fmt.Sprintf(`{"lease":%q}`, held), 200)
	c.json(mei, "POST", parts, partBody(held, 2, "rest"), 410)
	early := c.Exam(c.Paper(4), func(s *exam.Settings) { s.OpensAt, s.ClosesAt = s.OpensAt.Add(time.Hour), s.ClosesAt.Add(time.Hour) }, "mei-a")
	c.json(mei, "POST", "/api/v1/exams/"+early.String()+"/attempts", "{}", 425)
}

func (c *contract) ledger(t *testing.T) {
	c.t = t
	pays(t, c.Clinic)
	id := c.Exam(c.Paper(4), nil, "lan-b")
	c.Sit("lan-b", id, 4)
	c.Fake.Advance(3 * time.Hour)
	must(t, c.Tick(t.Context()))
	_, err := c.Exams.Release(t.Context(), c.Viewer("hr"), id)
	must(t, err)
	lan, hr := c.signIn("lan-b"), c.signIn("hr")
	own := c.json(lan, "GET", "/api/v1/me/ledger", "", 200)
	if own["total"] != 1.0 || own["lines"].([]any)[0].(map[string]any)["fen"] != 20000.0 || own["months"].([]any)[0].(map[string]any)["worth_fen"] != 22000.0 {
		t.Error(own)
	}
	c.json(hr, "GET", "/api/v1/ledger?month=2026-13", "", 422)
	all := c.json(hr, "GET", "/api/v1/ledger?q=lan-b&month="+c.Fake.Now().Format("2006-01"), "", 200)
	if list := c.json(hr, "GET", "/api/v1/ledger?q=e-lan-b&sort=-worth", "", 200); list["total"] != 1.0 || list["sum"].(map[string]any)["points"] != 20.0 || all["total"] != 0.0 {
		t.Error(list, all)
	}
	c.json(lan, "GET", "/api/v1/ledger", "", 403)
	c.json("", "GET", "/api/v1/me/ledger", "", 401)
}

func (c *contract) appraisal(t *testing.T) {
	c.t = t
	ctx, hr := t.Context(), c.Viewer("hr")
	scheme, err := c.Appraisal.CreateScheme(ctx, hr, "quarterly", "季度考评")
	must(t, err)
	must(t, c.Appraisal.Activate(ctx, hr, scheme))
	_, err = c.Appraisal.OpenCycle(ctx, hr, appraisal.NewCycle{VersionID: scheme, UnitID: c.Root, Quarter: appraisal.Quarter{Year: 2026, No: 1}, Mode: appraisal.Counting})
	must(t, err)
	mei := c.signIn("mei-a")
	list := c.json(mei, "GET", "/api/v1/me/appraisals", "", 200)
	for name, sheets := range list {
		if len(sheets.([]any)) != 1 {
			t.Errorf("%s: %v", name, sheets)
			continue
		}
		id := sheets.([]any)[0].(map[string]any)["id"].(string)
		c.json(mei, "GET", "/api/v1/appraisal/sheets/"+id, "", 200)
		c.json(c.signIn("lead-b"), "GET", "/api/v1/appraisal/sheets/"+id, "", 404)
	}
	c.json(mei, "GET", "/api/v1/appraisal/sheets/0", "", 404)
}
