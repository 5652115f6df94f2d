package api

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// drawnQuestion is any question that a paper may show.
func drawnQuestion(t *rapid.T) *exam.ShownQuestion {
	q := &exam.ShownQuestion{
		Section: rapid.SampledFrom([]string{"", "一、单选", `"<&>`}).Draw(t, "section"), Type: questionbank.Single,
		Points: score.Hundredths(rapid.Int64Range(0, 10_000).Draw(t, "points")), Stem: rapid.String().Draw(t, "stem"), Markdown: rapid.Bool().Draw(t, "markdown"),
		Blanks: rapid.IntRange(0, 2).Draw(t, "blanks"), Rows: rapid.SliceOfN(rapid.String(), 0, 2).Draw(t, "rows"),
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "options") {
		q.AllOptions = append(q.AllOptions, questionbank.Option{ID: string(rune('a' + i)), Text: rapid.String().Draw(t, "option")})
	}
	if rapid.Bool().Draw(t, "media") {
		q.Media = []exam.SheetMedia{{Kind: questionbank.Image, Blob: "blob", ContentType: "image/png", Alt: "红斑"}}
		q.OptionMedia = map[string][]exam.SheetMedia{"b": q.Media}
	}
	if rapid.Bool().Draw(t, "stimulus") {
		q.Stimulus, q.StimulusMedia = &questionbank.Stimulus{ID: "chat", Title: "对话", Text: "甲\n乙 <b>"}, q.Media
	}
	if rapid.Bool().Draw(t, "pieces") {
		q.Pieces = []questionbank.Piece{{Text: "前"}, {ID: "1", Text: "段"}}
	}
	return q
}

func drawnSheet(t *rapid.T) exam.Sheet {
	at := time.Date(2026, 3, 2, 9, 30, 0, 1_000, time.UTC)
	s := exam.Sheet{
		AttemptID: 7, ExamID: 3, Title: rapid.String().Draw(t, "title"), State: exam.AttemptOpen, StartedAt: at, Lease: rapid.SampledFrom([]string{"", "1.secret"}).Draw(t, "lease"),
		Responses: []exam.SavedResponse{{Slot: 1, ClientSeq: 4, Response: json.RawMessage(`{"choice":"a"}`), SavedAt: at}}, LastSeq: 4,
		ServerTime: at, DeadlineAt: at.Add(time.Hour), RemainingMS: 3_600_000, MediaKey: []byte("key"),
	}
	if rapid.Bool().Draw(t, "one way") {
		s.Sections, s.Section = []exam.SheetSection{{Title: "一", First: 1, Last: 3}, {Title: "二", First: 4, Last: 4}}, 1
	}
	s.Paper = &exam.ShownPaper{}
	for range rapid.IntRange(0, 3).Draw(t, "questions") {
		s.Paper.Questions = append(s.Paper.Questions, drawnQuestion(t))
	}
	places := make([]int, len(s.Paper.Questions))
	for i := range places {
		places[i] = i
	}
	if len(places) > 0 {
		places = rapid.Permutation(places).Draw(t, "places")
	}
	for i, n := range places {
		q := s.Paper.Questions[n]
		slot := exam.SheetSlot{Slot: i + 1, Question: n, ShownQuestion: q}
		for _, o := range q.AllOptions {
			slot.OptionIDs = append(slot.OptionIDs, o.ID)
		}
		if len(slot.OptionIDs) > 0 {
			slot.OptionIDs = rapid.Permutation(slot.OptionIDs).Draw(t, "order")
		}
		s.Slots = append(s.Slots, slot)
		s.Paper.Questions = append(s.Paper.Questions, q)
	}
	return s
}

// The answer that is put together from written parts is the one that encoding/json would write, the first time and again.
func TestTheSheetIsItsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSheet(t)
		whole := sheetAnswer{sheetHead: headOf(s), Paper: paperAnswer{Slots: []slotAnswer{}}, sheetRest: restOf(s)}
		for _, slot := range s.Slots {
			whole.Paper.Slots = append(whole.Paper.Slots, slotAnswer{slot.Slot, shownAnswer{
				slotHead: slotHeadOf(slot.ShownQuestion), slotRest: slotRestOf(slot.ShownQuestion),
				Options: answerOptions(slot.Options(), slot.Markdown, slot.OptionMedia),
			}})
		}
		want, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := appendSheet(nil, s); err != nil || string(got) != string(want) {
				t.Fatalf("%s\nwant %s (%v)", got, want, err)
			}
		}
	})
}

// The paper apart says the same: at each place a question with its options in the order that is told there, and the rest as it is.
func TestTheSheetApartSaysTheSame(t *testing.T) {
	type apart struct {
		sheetHead
		Paper struct {
			Questions []shownAnswer `json:"questions"`
			Places    [][]int       `json:"places"`
		} `json:"paper"`
		sheetRest
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawnSheet(t)
		want, err := appendSheet(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			sent, err := appendShared(nil, s)
			if err != nil {
				t.Fatal(err)
			}
			var in apart
			if err := json.Unmarshal(sent.text, &in); err != nil {
				t.Fatalf("%s: %v", sent.text, err)
			}
			whole := sheetAnswer{sheetHead: in.sheetHead, Paper: paperAnswer{Slots: []slotAnswer{}}, sheetRest: in.sheetRest}
			for _, place := range in.Paper.Places {
				q := in.Paper.Questions[place[1]]
				out := slotAnswer{place[0], shownAnswer{slotHead: q.slotHead, slotRest: q.slotRest}}
				for _, n := range place[2:] {
					out.Options = append(out.Options, q.Options[n])
				}
				whole.Paper.Slots = append(whole.Paper.Slots, out)
			}
			if got, err := json.Marshal(whole); err != nil || string(got) != string(want) {
				t.Fatalf("%s\nput together %s\nwant %s (%v)", sent.text, got, want, err)
			}
		}
	})
}

// Whoever takes it compressed gets the same answer, with its length, one after the other out of the same room; a small one and one for a client
// that does not take it go out as they are.
func TestTheSheetIsCompressed(t *testing.T) {
	small := exam.Sheet{AttemptID: 7, Title: "季度考核", Paper: &exam.ShownPaper{}}
	for i, c := range []struct {
		sheet    exam.Sheet
		target   string
		takes    string
		encoding string
	}{
		{sheetOf(50), "/", "gzip, deflate, br", "gzip"}, {sheetOf(50), "/", "", ""}, {sheetOf(50), "/", "gzip;q=0", ""}, {sheetOf(30), "/", "gzip", "gzip"},
		{small, "/", "gzip", ""}, {sheetOf(50), "/", "gzip", "gzip"}, {sheetOf(50), "/?paper=shared", "gzip", "gzip"}, {sheetOf(50), "/?paper=shared", "", ""},
		{small, "/?paper=shared", "gzip", ""}, {resumed(sheetOf(50)), "/?paper=shared", "gzip", "gzip"}, {sheetOf(30), "/?paper=shared", "br, gzip", "gzip"}, {sheetOf(50), "/", "gzip", "gzip"},
	} {
		r, w := httptest.NewRequest(http.MethodPost, c.target, nil), httptest.NewRecorder()
		r.Header.Set("Accept-Encoding", c.takes)
		if err := sendSheet(echo.New().NewContext(r, w), http.StatusCreated, c.sheet); err != nil {
			t.Fatal(err)
		}
		want, err := appendSheet(nil, c.sheet)
		if c.target != "/" {
			var apart sharedSheet
			apart, err = appendShared(nil, c.sheet)
			want = apart.text
		}
		if err != nil {
			t.Fatal(err)
		}
		got, sent := w.Body.Bytes(), w.Body.Len()
		if c.encoding == "gzip" {
			plain, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			if got, err = io.ReadAll(plain); err != nil {
				t.Fatal(err)
			}
			if 2*sent > len(want) {
				t.Errorf("%d: %d bytes of %d", i, sent, len(want))
			}
		}
		h := w.Header()
		if string(got) != string(want) || w.Code != http.StatusCreated || h.Get("Content-Encoding") != c.encoding || h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Length") != strconv.Itoa(sent) {
			t.Errorf("%d: %d with %v, %d bytes sent, %d of %d read", i, w.Code, h, sent, len(got), len(want))
		}
	}
}

// resumed is a sheet with so many responses that they are worth compressing too.
func resumed(s exam.Sheet) exam.Sheet {
	for _, slot := range s.Slots {
		s.Responses = append(s.Responses, exam.SavedResponse{Slot: slot.Slot, ClientSeq: int64(slot.Slot), Response: json.RawMessage(`{"choice":"a"}`)})
	}
	return s
}

// BenchmarkSheet is the answer to a start of 50 questions, whose parts are written already.
func BenchmarkSheet(b *testing.B) {
	s := sheetOf(50)
	e := echo.New()
	b.Run("written", func(b *testing.B) {
		for b.Loop() {
			if _, err := appendSheet(nil, s); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportAllocs()
	})
	for _, takes := range []string{"", "gzip"} {
		for _, target := range []string{"/", "/?paper=shared"} {
			b.Run("sent "+takes+target, func(b *testing.B) {
				r := httptest.NewRequest(http.MethodPost, target, nil)
				r.Header.Set("Accept-Encoding", takes)
				for b.Loop() {
					if err := sendSheet(e.NewContext(r, httptest.NewRecorder()), http.StatusCreated, s); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportAllocs()
			})
		}
	}
}

// sheetOf is a paper of so many questions of choice.
func sheetOf(questions int) exam.Sheet {
	s := exam.Sheet{AttemptID: 7, ExamID: 3, Title: "季度考核", State: exam.AttemptOpen, Lease: "1.ABCDEFGHIJKLMNOPQRSTUVWXYZ", Paper: &exam.ShownPaper{}}
	for i := range questions {
		q := &exam.ShownQuestion{Section: "一", Type: questionbank.Single, Points: 200, Stem: fmt.Sprintf("第 %d 题：以下哪一项说法是正确的？", i+1)}
		slot := exam.SheetSlot{Slot: i + 1, Question: i, OptionIDs: []string{"d", "b", "a", "c"}, ShownQuestion: q}
		for _, id := range []string{"a", "b", "c", "d"} {
			q.AllOptions = append(q.AllOptions, questionbank.Option{ID: id, Text: "一句不长不短的选项文字"})
		}
		s.Slots = append(s.Slots, slot)
		s.Paper.Questions = append(s.Paper.Questions, q)
	}
	return s
}
