package app_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
)

// A page without a line shows a code; an invigilator takes it in over the page, and it stands in the time line as evidence.
func TestHandInCodeOverThePage(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.FillBank(40)
	id := c.Exam(c.Paper(5), nil, "mei-a")
	sheet := c.Begin("mei-a", id)
	signed := "PK1." + sheet.AttemptID.String() + "." + base64.RawURLEncoding.EncodeToString([]byte(`[[1,201,null]]`))
	mac := hmac.New(sha256.New, []byte(sheet.Lease))
	mac.Write([]byte(signed))
	code := signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])

	person := "/exams/" + id.String() + "/live/" + c.Person["mei-a"].String()
	if line := c.Call("hr", "GET", person, "", 200).Text; !strings.Contains(line, person+"/code") {
		t.Error("nothing leads to the page")
	}
	if page := c.Call("hr", "GET", person+"/code", "", 200).Text; !strings.Contains(page, "不会自动计分") {
		t.Error("the page does not say what becomes of a code")
	}
	wrong := c.Call("hr", "POST", person+"/code", apptest.Form("code", signed+".AAAAAAAAAAAAAAAAAAAAAA"), 422).Text
	if !strings.Contains(wrong, "交卷码核对不上") || !strings.Contains(wrong, signed) {
		t.Error("a changed code is not explained beside what was typed")
	}
	c.Call("hr", "POST", person+"/code", apptest.Form("code", code[:30]+"\r\n"+code[30:]), 303)
	c.Call("trainer", "POST", person+"/code", apptest.Form("code", code), 403)
	c.Call("hr", "GET", "/exams/"+id.String()+"/live/999/code", "", 404)
	c.Call("hr", "POST", "/exams/"+id.String()+"/live/999/code", apptest.Form("code", code), 404)
	c.Fake.Advance(time.Second)
	if line := c.Call("hr", "GET", person, "", 200).Text; !strings.Contains(line, "交卷码") || !strings.Contains(line, "收下交卷码，1 题") {
		t.Errorf("the time line says nothing of it: %s", line)
	}
}
