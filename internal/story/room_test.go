package story

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/questionbank"
)

// toldWithin is how soon the page says that the line is gone (attempt contract, "On the page").
const toldWithin = 5 * time.Second

// room is a clinic in which an exam is sat, behind a gate that can spoil the line.
type room struct {
	*apptest.Clinic
	t      *testing.T
	origin string
	gate   *gate
	paper  exam.PaperID
}

// gate is what stands between the browser and the program: while busy is set, it answers the attempt's calls 503 as a server
// does that can't confirm; while hung, it lets them wait; while down, it breaks off whatever comes.
type gate struct {
	next http.Handler
	busy atomic.Bool
	down atomic.Bool
	hung atomic.Pointer[chan struct{}]
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.down.Load() {
		panic(http.ErrAbortHandler)
	}
	if strings.HasPrefix(r.URL.Path, "/api/v1/attempts/") {
		if wait := g.hung.Load(); wait != nil {
			select {
			case <-*wait:
			case <-r.Context().Done():
			}
		}
		if g.busy.Load() {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	}
	g.next.ServeHTTP(w, r)
}

func (g *gate) hang() (release func()) {
	wait := make(chan struct{})
	g.hung.Store(&wait)
	return func() {
		g.hung.Store(nil)
		close(wait)
	}
}

func newRoom(t *testing.T) *room {
	t.Helper()
	c := apptest.NewClinic(t, app.Options{})
	c.AddQuestions(roomQuestions()...)
	g := &gate{next: c.Handler()}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return &room{Clinic: c, t: t, origin: server.URL, gate: g, paper: c.Paper(len(roomQuestions()))}
}

// beside is the same clinic behind a gate of its own.
func (r *room) beside() *room {
	g := &gate{next: r.Handler()}
	server := httptest.NewServer(g)
	r.t.Cleanup(server.Close)
	return &room{Clinic: r.Clinic, t: r.t, origin: server.URL, gate: g, paper: r.paper}
}

// roomQuestions are three to choose one option of, one to choose several, and one to write.
func roomQuestions() []questionbank.Question {
	base := func(kind questionbank.Type, stem string) questionbank.Question {
		return questionbank.Question{Type: kind, Stem: stem, Explanation: "见课件。", KnowledgePoints: []string{"2/异议"}, Difficulty: 3}
	}
	options := []questionbank.Option{{ID: "a", Text: "马上停止"}, {ID: "b", Text: "继续观察"}, {ID: "c", Text: "告知医生"}, {ID: "d", Text: "不作记录"}}
	var all []questionbank.Question
	for _, stem := range []string{"顾客注射后皮肤发白，先做什么？", "顾客问能否保证效果，怎么答？", "顾客要求看别人的照片，怎么做？"} {
		q := base(questionbank.Single, stem)
		q.Options, q.Key.Choices = options, []string{"a"}
		all = append(all, q)
	}
	several := base(questionbank.Multiple, "术前要告诉顾客哪些事？")
	several.Options, several.Key.Choices = options, []string{"a", "c"}
	gap := base(questionbank.Blank, "医疗美容的主诊医师须有____年以上相关工作经历。")
	gap.Key.Gaps = [][]string{{"6", "六"}}
	return append(all, several, gap)
}

// sitter is somebody in the middle of an exam; want is what the server must hold in the end, by the question's place.
type sitter struct {
	*person
	room    *room
	login   string
	attempt string
	want    map[int]any
}

// sits opens the exam page in a tab with a log-in, and starts.
func (r *room) sits(p *person, login string, settings func(*exam.Settings)) *sitter {
	r.t.Helper()
	s := r.comes(p, login, r.Exam(r.paper, settings, login))
	s.starts()
	return s
}

// comes opens the waiting page of an exam.
func (r *room) comes(p *person, login string, id exam.ExamID) *sitter {
	r.t.Helper()
	p.hasSession(r.Token(login))
	p.open(fmt.Sprintf("/exams/%d/sit", id))
	return &sitter{person: p, room: r, login: login, want: map[int]any{}}
}

func (s *sitter) starts() {
	s.t.Helper()
	s.press("开始考试")
	s.begun()
}

// begun waits for the paper.
func (s *sitter) begun() {
	s.t.Helper()
	s.await(paperShown)
	s.attempt = strings.TrimPrefix(s.path(), "/attempts/")
}

const paperShown = `document.querySelectorAll("section.question").length === 5`

// hasSession puts the log-in's cookie into the browser.
func (p *person) hasSession(token string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: "peikao", Value: token, URL: p.origin})
		return err
	}))
}

// line cuts the line or mends it: in the browser, and at the gate, since the browser's switch spares the parting request of a
// page.
func (s *sitter) line(up bool) {
	s.t.Helper()
	s.room.gate.down.Store(!up)
	s.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{
			Offline: !up, DownloadThroughput: -1, UploadThroughput: -1,
		})
		if err != nil {
			return err
		}
		conditions := []*network.Conditions{{Offline: !up, DownloadThroughput: -1, UploadThroughput: -1}}
		_, err = cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: conditions})
		return err
	}))
}

// chooses touches option number i (from 0) of question n, which has one right option.
func (s *sitter) chooses(n, i int) {
	s.t.Helper()
	id := eval[string](s.person, fmt.Sprintf(`(() => { const o = document.querySelectorAll("#q%d .option input")[%d]; o.click(); return o.value })()`, n, i))
	s.want[n] = map[string]any{"choice": id}
}

// ofKind is the place of the first question with this sort of field.
func (s *sitter) ofKind(field string) int {
	s.t.Helper()
	id := eval[string](s.person, fmt.Sprintf(`[...document.querySelectorAll("section.question")].find(q => q.querySelector('input[type=%s]')).id`, field))
	n, err := strconv.Atoi(strings.TrimPrefix(id, "q"))
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// singles are the places of the questions with one right option.
func (s *sitter) singles() []int {
	s.t.Helper()
	return eval[[]int](s.person, `[...document.querySelectorAll("section.question")].filter(q => q.querySelector("input[type=radio]")).map(q => Number(q.id.slice(1)))`)
}

// writes types a text into the question with a gap.
func (s *sitter) writes(text string) {
	s.t.Helper()
	n := s.ofKind("text")
	eval[bool](s.person, fmt.Sprintf(`(() => { const i = document.querySelector("#q%d input"); i.value = %s; i.dispatchEvent(new Event("input", {bubbles: true})); return true })()`, n, quoted(text)))
	s.want[n] = map[string]any{"blanks": []any{text}}
}

// told waits until the strip says so, no longer than the contract allows.
func (s *sitter) told(text string) {
	s.t.Helper()
	s.awaitFor(toldWithin, fmt.Sprintf(`!document.querySelector(".strip").hidden && document.querySelector(".strip").innerText.includes(%s)`, quoted(text)))
}

// sheet is the attempt as the server has it.
func (s *sitter) sheet() exam.Sheet {
	s.t.Helper()
	id, err := strconv.ParseInt(s.attempt, 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	sheet, err := s.room.Exams.Attempt(context.Background(), s.room.Viewer(s.login), exam.AttemptID(id), "onlooker")
	if err != nil {
		s.t.Fatal(err)
	}
	return sheet
}

// served is what the server holds, by the question's place; what was cleared is no answer.
func (s *sitter) served() map[int]any {
	s.t.Helper()
	got := map[int]any{}
	for _, r := range s.sheet().Responses {
		var response any
		if err := json.Unmarshal(r.Response, &response); err != nil {
			s.t.Fatal(err)
		}
		if response != nil {
			got[r.Slot] = response
		}
	}
	return got
}

// lands waits until the server holds all that was answered, and the page shows the same and says that it is saved.
func (s *sitter) lands() {
	s.t.Helper()
	end := time.Now().Add(patience)
	for !reflect.DeepEqual(s.served(), s.want) {
		if time.Now().After(end) {
			s.fail("the server holds %v, want %v", s.served(), s.want)
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.await(`["saved", "none"].includes(document.querySelector(".chip").dataset.kind) && !document.querySelector(".slot-state[data-state=unsent]")`)
	if shown := s.shown(); !reflect.DeepEqual(shown, s.want) {
		s.fail("the page shows %v, the server holds %v", shown, s.want)
	}
}

// shown is what the fields of the page hold, as responses. A question whose order nobody has touched still offers to keep it.
func (s *sitter) shown() map[int]any {
	s.t.Helper()
	type fields struct {
		Slot                                   int
		Choice, Blanks, Matches, Choices, Text []any
		Order                                  []string
	}
	got, texts := map[int]any{}, map[int]map[string]any{}
	for _, f := range eval[[]fields](s.person, `[...document.querySelectorAll("section.question")].map(q => {
		const all = (find, value) => [...q.querySelectorAll(find)].map(value)
		const kept = q.querySelector(".order ~ button")?.hidden
		return {Slot: Number(q.id.slice(1)), Choice: all("input[type=radio]:checked", i => i.value), Blanks: all("input[type=text]", i => i.value),
			Matches: all("select", e => e.value), Choices: [...all(".segment[aria-pressed=true]", b => b.value), ...all("input[type=checkbox]:checked", i => i.value).sort()], Text: all("textarea", e => e.value),
			Order: kept ? all(".order-item .text", e => e.textContent) : []}
	})`) {
		written := func(list []any) bool { return slices.ContainsFunc(list, func(v any) bool { return v != "" }) }
		switch {
		case len(f.Choice) > 0:
			got[f.Slot] = map[string]any{"choice": f.Choice[0]}
		case written(f.Blanks):
			got[f.Slot] = map[string]any{"blanks": f.Blanks}
		case written(f.Matches):
			got[f.Slot] = map[string]any{"matches": f.Matches}
		case len(f.Choices) > 0:
			got[f.Slot] = map[string]any{"choices": f.Choices}
		case written(f.Text):
			got[f.Slot] = map[string]any{"text": f.Text[0]}
		case len(f.Order) > 0:
			if len(texts) == 0 {
				texts = s.optionIDs()
			}
			var order []any
			for _, text := range f.Order {
				order = append(order, texts[f.Slot][text])
			}
			got[f.Slot] = map[string]any{"order": order}
		}
	}
	return got
}

// optionIDs are the options' ids by the question's place and the option's text.
func (s *sitter) optionIDs() map[int]map[string]any {
	s.t.Helper()
	ids := map[int]map[string]any{}
	for _, slot := range s.sheet().Slots {
		ids[slot.Slot] = map[string]any{}
		for _, o := range slot.Options() {
			ids[slot.Slot][o.Text] = o.ID
		}
	}
	return ids
}
