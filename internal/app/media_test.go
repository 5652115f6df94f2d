package app_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/dbtest"
	"github.com/peikao/peikao/internal/platform/page"
)

// mediaSentinel is in the bytes of every picture: nothing that travels to an examinee ever holds it, since what travels is sealed.
const mediaSentinel = "MEDIASENTINEL"

// upload puts a picture under a question's stem over the bank's page, as the trainer.
func upload(c *apptest.Clinic, id bank.QuestionID, at bank.Version, data []byte, alt string) apptest.Answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"version": fmt.Sprint(at.Number), "revision": fmt.Sprint(at.Revision), "alt": alt} {
		_ = w.WriteField(name, value)
	}
	if data != nil {
		part, _ := w.CreateFormFile("file", "图.png")
		_, _ = part.Write(data)
	}
	_ = w.Close()
	path := fmt.Sprintf("/bank/questions/%d", id)
	r := c.Request("trainer", "POST", path+"/media", body.String())
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.Do(r)
}

// illustrated gives every question of the bank a picture and publishes it.
func illustrated(t *testing.T, c *apptest.Clinic) {
	t.Helper()
	trainer, picture0 := c.Viewer("trainer"), []byte("\x89PNG\r\n\x1a\n")
	rows, _, err := c.Bank.Questions(t.Context(), trainer, bank.Filter{}, page.New(1, 50))
	must(t, err)
	for i, r := range rows {
		d, err := c.Bank.Question(t.Context(), trainer, r.QuestionID)
		must(t, err)
		if i == 0 {
			has(t, upload(c, r.QuestionID, d.Editable(), picture0, ""), "请用文字说明")
			has(t, upload(c, r.QuestionID, d.Editable(), []byte("<svg/>"), "图"), "只能放 JPEG")
		}
		picture := []byte("\x89PNG\r\n\x1a\n" + mediaSentinel + fmt.Sprint(i))
		if a := upload(c, r.QuestionID, d.Editable(), picture, stemSentinel+" 图片说明"); a.Status != 303 {
			t.Fatalf("%d %.300s", a.Status, a.Text)
		}
		has(t, c.Call("trainer", "GET", fmt.Sprintf("/bank/questions/%d", r.QuestionID), "", 200), "图片说明", "/bank/media/")
		must(t, c.Bank.Publish(t.Context(), trainer, r.QuestionID))
	}
	d, err := c.Bank.Question(t.Context(), trainer, rows[0].QuestionID)
	must(t, err)
	file := "/bank/" + d.Current().Question().Media[0].Object
	if text := c.Call("trainer", "GET", file, "", 200); !strings.Contains(text.Text, mediaSentinel) || text.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the bank shows %v", text.Header)
	}
	c.Call("mei-a", "GET", file, "", 403)
}

// Threats 38 and 39 for pictures: before the start an examinee gets blobs that say nothing, and with the start the key that opens
// each of them; the plain bytes travel to no examinee at any time.
func TestMediaStaySealed(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(sentinelQuestions()...)
	illustrated(t, c)
	id := c.Exam(sentinelPaper(c), func(s *exam.Settings) {
		s.OpensAt, s.ClosesAt = s.OpensAt.Add(time.Hour), s.ClosesAt.Add(time.Hour)
	}, "mei-a")
	l := &listener{t: t, Clinic: c, forbidden: []string{keySentinel, stemSentinel, mediaSentinel}}
	c.Fake.Set(dbtest.Start.Add(time.Hour - time.Second))
	l.everywhere(id, 1)
	blobs := l.hear("GET", "/api/v1/exams/"+id.String()+"/media", "").JSON()["blobs"].([]any)
	if len(blobs) != 5 {
		t.Fatalf("%d blobs of 5 pictures", len(blobs))
	}
	sealed := map[string]string{}
	for _, b := range blobs {
		name := b.(map[string]any)["name"].(string)
		got := l.hear("GET", "/api/v1/media/"+name, "")
		if got.Status != 200 || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", name, got.Status, got.Header)
		}
		sealed[name] = got.Text
	}
	c.Call("lan-a", "GET", "/api/v1/exams/"+id.String()+"/media", "", 404)
	c.Call("", "GET", "/api/v1/media/"+blobs[0].(map[string]any)["name"].(string), "", 401)

	c.Fake.Advance(time.Second)
	l.forbidden = []string{keySentinel, mediaSentinel}
	doc := l.hear("POST", "/api/v1/exams/"+id.String()+"/attempts", "").JSON()
	key, err := base64.StdEncoding.DecodeString(doc["media_key"].(string))
	must(t, err)
	block, err := aes.NewCipher(key)
	must(t, err)
	gcm, err := cipher.NewGCM(block)
	must(t, err)
	slots := doc["paper"].(map[string]any)["slots"].([]any)
	for _, s := range slots {
		m := s.(map[string]any)["media"].([]any)[0].(map[string]any)
		blob := []byte(sealed[m["blob"].(string)])
		if plain, err := gcm.Open(nil, blob[:12], blob[12:], nil); err != nil || !bytes.Contains(plain, []byte(mediaSentinel)) || m["alt"] != stemSentinel+" 图片说明" {
			t.Errorf("%v: %q %v", m, plain, err)
		}
	}
	l.everywhere(id, 1)
}
