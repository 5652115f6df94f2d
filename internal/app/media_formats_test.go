package app_test

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"mime/multipart"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

var fixtures = flag.String("fixtures", "", "a folder whose pictures, sounds and films go through the bank as well: make conformance")

// luggage is a file of questions with what they show.
type luggage struct {
	name string
	data []byte
	all  [][]byte // what must be seen of it, at least
}

// What a file's questions show, whoever wrote it, stands in the bank's store, is shown in the question's page and goes out again in each
// form that holds files; that file comes in again with the same. Every one of them is equal byte for byte.
func TestMediaTravelThroughTheBank(t *testing.T) {
	c := apptest.NewClinic(t, app.Options{})
	for _, l := range append(packed(t), found(t, *fixtures)...) {
		t.Run(l.name, func(t *testing.T) { travels(t, c, l) })
	}
}

func travels(t *testing.T, c *apptest.Clinic, l luggage) {
	want, questions := shownIn(t, l)
	for _, file := range l.all {
		if !strings.Contains(fmt.Sprint(want), fmt.Sprintf("%x", file)) {
			t.Errorf("of a file with %.12q nothing is read", file)
		}
	}
	if !slices.ContainsFunc(want, func(q []string) bool { return len(q) > 0 }) {
		t.Fatal("nothing to see in it")
	}
	compare(t, "the pages of the bank", shownByPages(t, c, comeIn(t, c, l)), want)
	for _, form := range formats.Targets {
		if !form.Files {
			continue
		}
		a := c.Call("trainer", "GET", "/bank/export/file?sort=id&state=published&to="+form.Name, "", 200)
		out := luggage{name: "导出" + form.Ending, data: []byte(a.Text)}
		written := slices.Clone(want)
		for i, q := range questions { // what is said to be left out whole may be absent, nothing else
			if losses := form.Losses(q); len(losses) > 0 && losses[0].Whole {
				written[i] = nil
			}
		}
		got, _ := shownIn(t, out)
		compare(t, form.Name, got, written)
		first := c.Viewer("trainer")
		before := published(t, c, first)
		ids := comeIn(t, c, out)
		compare(t, form.Name+", brought in again", shownByPages(t, c, ids), written)
		must(t, c.Bank.Retire(t.Context(), account.System(), "再次导入的", ids...))
		if after := published(t, c, first); !slices.Equal(before, after) {
			t.Fatalf("questions %v, then %v", before, after)
		}
	}
	must(t, c.Bank.Retire(t.Context(), account.System(), "看过了", published(t, c, c.Viewer("trainer"))...))
}

// compare wants for every question that shows something the same, in the same order.
func compare(t *testing.T, where string, got, want [][]string) {
	t.Helper()
	showing := func(all [][]string) (out []string) {
		for _, q := range all {
			if len(q) > 0 {
				out = append(out, strings.Join(q, "\n  "))
			}
		}
		return out
	}
	if g, w := showing(got), showing(want); !slices.Equal(g, w) {
		t.Errorf("%s:\n%s\nwant\n%s", where, strings.Join(g, "\n"), strings.Join(w, "\n"))
	}
}

// shownIn is what each question of a file shows, in the page's order: how, with which words, and every byte.
func shownIn(t *testing.T, l luggage) (all [][]string, questions []questionbank.Question) {
	t.Helper()
	d, err := formats.DecodeFiles(l.name, bytes.NewReader(l.data))
	must(t, err)
	for _, it := range d.Items {
		var shown []string
		for _, m := range it.Question.MediaAll() {
			if data := d.Files[m.Object]; plays(data) {
				shown = append(shown, fmt.Sprintf("%s “%s” %x", m.Kind, m.Alt, data))
			}
		}
		all, questions = append(all, shown), append(questions, it.Question)
	}
	return all, questions
}

// comeIn brings a file in over the pages and publishes what is in it; it returns the questions in the file's order.
func comeIn(t *testing.T, c *apptest.Clinic, l luggage) []bank.QuestionID {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", l.name)
	must(t, err)
	_, err = part.Write(l.data)
	must(t, err)
	must(t, w.Close())
	r := c.Request("trainer", "POST", "/bank/import", body.String())
	r.Header.Set("Content-Type", w.FormDataContentType())
	uploaded := c.Do(r)
	preview := uploaded.Header.Get("Location")
	if uploaded.Status != 303 || !strings.HasPrefix(preview, "/bank/import/") {
		t.Fatalf("%d %s\n%.400s", uploaded.Status, preview, uploaded.Text)
	}
	c.Call("trainer", "GET", preview, "", 200)
	before := published(t, c, c.Viewer("trainer"))
	c.Call("trainer", "POST", preview, apptest.Form("state", "published", "with_doubles", "true", "sound_only", "true"), 303)
	return slices.DeleteFunc(published(t, c, c.Viewer("trainer")), func(id bank.QuestionID) bool { return slices.Contains(before, id) })
}

func published(t *testing.T, c *apptest.Clinic, v account.Viewer) (ids []bank.QuestionID) {
	t.Helper()
	rows, total, err := c.Bank.Questions(t.Context(), v, bank.Filter{State: string(bank.StatePublished), Sort: "id"}, page.New(1, 200))
	must(t, err)
	if len(rows) != total {
		t.Fatalf("%d of %d", len(rows), total)
	}
	for _, r := range rows {
		ids = append(ids, r.QuestionID)
	}
	return ids
}

var mediaTag = regexp.MustCompile(`<(img|audio|video)\b[^>]*? src="(/bank/media/[^"]*)" (?:alt|aria-label)="([^"]*)"`)

// shownByPages is what the page of each question shows, as shownIn.
func shownByPages(t *testing.T, c *apptest.Clinic, ids []bank.QuestionID) (all [][]string) {
	t.Helper()
	kinds := map[string]questionbank.MediaKind{"img": questionbank.Image, "audio": questionbank.Audio, "video": questionbank.Video}
	for _, id := range ids {
		var shown []string
		for _, m := range mediaTag.FindAllStringSubmatch(c.Call("trainer", "GET", fmt.Sprintf("/bank/questions/%d", id), "", 200).Text, -1) {
			file := c.Call("trainer", "GET", html.UnescapeString(m[2]), "", 200)
			if is, _, _ := strings.Cut(file.Header.Get("Content-Type"), "/"); is != string(kinds[m[1]]) {
				t.Errorf("<%s> of a file that is %s", m[1], file.Header.Get("Content-Type"))
			}
			shown = append(shown, fmt.Sprintf("%s “%s” %x", kinds[m[1]], html.UnescapeString(m[3]), file.Text))
		}
		all = append(all, shown)
	}
	return all
}
