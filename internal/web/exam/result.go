package exam

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/report"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/internal/web/layout"
	"github.com/peikao/peikao/questionbank"
)

// Rounds is what the page of a result asks across the features; report.Service does.
type Rounds interface {
	Settled(ctx context.Context, v account.Viewer, attempt int64) (report.Settled, error)
}

// Result is GET /attempts/{id}/result: score, band, knowledge points, and the questions as far as the review policy shows
// them. Before release there is no such page.
func (a After) Result(c echo.Context) error {
	id, err := attemptID(c)
	if err != nil {
		return err
	}
	return a.render(c, http.StatusOK, id, reported{})
}

// render shows a result; typed is a report that was refused.
func (a After) render(c echo.Context, code int, id exam.AttemptID, typed reported) error {
	ctx, v := c.Request().Context(), layout.Viewer(c)
	r, err := a.Sat.Result(ctx, v, id)
	if err != nil {
		return err
	}
	said, err := a.reported(c, r)
	if err != nil {
		return err
	}
	said.Slot, said.New, said.Errors = typed.Slot, typed.New, typed.Errors
	ids := make([]exam.TopicID, len(r.Topics))
	for i, t := range r.Topics {
		ids[i] = t.TopicID
	}
	names, err := a.Topics(ctx, v, ids)
	if err != nil {
		return err
	}
	round, err := a.Rounds.Settled(ctx, v, int64(id))
	if err != nil {
		return err
	}
	return layout.Render(c, code, resultPage(r, names, said, round))
}

// verdict is what became of a question, said in a word and a tone.
type verdict string

const (
	right      verdict = "attempt.result.right"
	partly     verdict = "attempt.result.partly"
	wrong      verdict = "attempt.result.wrong"
	unanswered verdict = "attempt.result.unanswered"
)

func (v verdict) tone() layout.Tone {
	switch v {
	case right:
		return layout.OK
	case partly:
		return layout.Warn
	case wrong:
		return layout.Bad
	}
	return layout.Neutral
}

// given is a response of any type, as the journal keeps it.
type given struct {
	Choice  string   `json:"choice"`
	Choices []string `json:"choices"`
	Blanks  []string `json:"blanks"`
	Matches []string `json:"matches"`
	Order   []string `json:"order"`
	Text    string   `json:"text"`

	Recording questionbank.Recording `json:"recording"`
}

func givenIn(raw json.RawMessage) given {
	var g given
	_ = json.Unmarshal(raw, &g) // what is no response shows as none
	return g
}

func (g given) chose(id string) bool { return g.Choice == id || slices.Contains(g.Choices, id) }

func (g given) answered() bool {
	filled := func(s string) bool { return strings.TrimSpace(s) != "" }
	return g.Choice != "" || len(g.Choices) > 0 || len(g.Order) > 0 || filled(g.Text) || g.Recording.Parts > 0 ||
		slices.ContainsFunc(g.Blanks, filled) || slices.ContainsFunc(g.Matches, filled)
}

// weakFirst parts the knowledge points into those that need work, the weakest first, and those with full marks; equal ones
// keep their order.
func weakFirst(topics []exam.TopicMark) (weak, known []exam.TopicMark) {
	for _, t := range topics {
		if t.Mark >= t.Points {
			known = append(known, t)
		} else {
			weak = append(weak, t)
		}
	}
	slices.SortStableFunc(weak, func(a, b exam.TopicMark) int {
		return cmp.Compare(int64(a.Mark)*int64(b.Points), int64(b.Mark)*int64(a.Points))
	})
	return weak, known
}

// answered tells whether there was an answer, also where it stands on paper.
func answered(s exam.ReviewSlot) bool {
	return givenIn(s.Response).answered() || s.OnPaper && s.Answered
}

// noAnswer is said where an answer would be shown.
func noAnswer(ctx context.Context, s exam.ReviewSlot) string {
	if answered(s) && s.OnPaper {
		return layout.T(ctx, "attempt.result.on_sheet")
	}
	return layout.T(ctx, "attempt.result.unanswered")
}

func verdictOf(s exam.ReviewSlot) verdict {
	switch {
	case !answered(s):
		return unanswered
	case s.Mark >= s.Points:
		return right
	case s.Mark > 0:
		return partly
	}
	return wrong
}

// lookedBack is an option or a gap as the review shows it.
type lookedBack struct {
	Letter string // "" for a gap
	Text   string
	Chosen bool
	Right  bool               // only when the policy shows keys
	Grade  questionbank.Grade // of a judgement question's reply, only when the policy shows keys
	Reason string
	Media  []questionbank.Media
}

// options are the choices of a question in the order in which they were shown, with the segments of a labelling question by
// their numbers. yes and no name those of true_false.
func options(s exam.ReviewSlot, yes, no string) []lookedBack {
	shown := s.Options
	if s.Type == questionbank.TrueFalse {
		shown = []questionbank.Option{{ID: "true", Text: yes}, {ID: "false", Text: no}}
	}
	if s.Type == questionbank.Labelling {
		shown = segments(s.Pieces)
	}
	g := givenIn(s.Response)
	out := make([]lookedBack, len(shown))
	for i, o := range shown {
		out[i] = lookedBack{Letter: letter(i), Text: o.Text, Chosen: g.chose(o.ID)}
		if s.Type == questionbank.Labelling {
			out[i].Letter = o.ID
		}
		if o.Media != (questionbank.Media{}) {
			out[i].Media = []questionbank.Media{o.Media}
		}
		if s.Key != nil {
			out[i].grade(*s.Key, o.ID)
		}
	}
	return out
}

// grade says what the key says of the option.
func (l *lookedBack) grade(key questionbank.Key, id string) {
	l.Right = slices.Contains(key.Choices, id)
	for _, g := range key.Grades {
		if g.Option == id {
			l.Grade, l.Reason = g.Grade, g.Reason
		}
	}
}

// alsoRight are the other answers that are right as a whole, by the letters and numbers that the page shows.
func alsoRight(ctx context.Context, s exam.ReviewSlot) string {
	all := make([]string, len(s.Also))
	for n, key := range s.Also {
		var said []string
		for i, o := range s.Options {
			switch {
			case s.Type == questionbank.Multiple && slices.Contains(key.Choices, o.ID):
				said = append(said, letter(i))
			case s.Type == questionbank.Judgement && key.Grade(o.ID) != "":
				said = append(said, letter(i)+" "+gradeWord(ctx, key.Grade(o.ID)))
			}
		}
		switch s.Type {
		case questionbank.Labelling:
			said = key.Choices
		case questionbank.Matching, questionbank.Ordering:
			for _, id := range key.Choices {
				i := slices.IndexFunc(s.Options, func(o questionbank.Option) bool { return o.ID == id })
				said = append(said, letter(max(i, 0)))
			}
		}
		all[n] = strings.Join(said, layout.T(ctx, "regrade.comma"))
	}
	return strings.Join(all, layout.T(ctx, "regrade.or"))
}

func segments(pieces []questionbank.Piece) []questionbank.Option {
	var out []questionbank.Option
	for _, p := range pieces {
		if p.ID != "" {
			out = append(out, questionbank.Option{ID: p.ID, Text: p.Text})
		}
	}
	return out
}

// stemText is the stem as it is read: segments carry their numbers.
func stemText(s exam.ReviewSlot) string {
	if len(s.Pieces) == 0 {
		return s.Stem
	}
	return numbered(s.Pieces)
}

// numbered is a labelling question's stem with the number of each segment.
func numbered(pieces []questionbank.Piece) string {
	text := ""
	for _, p := range pieces {
		if p.ID != "" {
			text += "［" + p.ID + " " + p.Text + "］"
		} else {
			text += p.Text
		}
	}
	return text
}

// match is one row of a matching question, or one place of an ordering question: what was chosen for it and, when keys are
// shown, what is right.
type match struct{ Row, Given, Right string }

func matches(s exam.ReviewSlot) []match {
	g := givenIn(s.Response)
	given, rows := g.Matches, s.Rows
	if s.Type == questionbank.Ordering {
		given, rows = g.Order, make([]string, len(s.Options))
		for i := range rows {
			rows[i] = strconv.Itoa(i + 1)
		}
	}
	text := func(ids []string, i int) string {
		if i >= len(ids) {
			return ""
		}
		for n, o := range s.Options {
			if o.ID == ids[i] {
				return letter(n) + ". " + o.Text
			}
		}
		return ""
	}
	out := make([]match, len(rows))
	for i, row := range rows {
		out[i] = match{Row: row, Given: text(given, i)}
		if s.Key != nil {
			out[i].Right = text(s.Key.Choices, i)
		}
	}
	return out
}

var gradeTones = map[questionbank.Grade]layout.Tone{questionbank.Green: layout.OK, questionbank.Yellow: layout.Warn, questionbank.Red: layout.Bad}

func gradeWord(ctx context.Context, g questionbank.Grade) string {
	return layout.T(ctx, "bank.grade."+string(g))
}

// redLineRule says what the exam's rule does to whoever missed a red line.
func redLineRule(ctx context.Context, r exam.RedLineRule) string {
	if r != exam.RedLinePass && r != exam.RedLineFail {
		return layout.T(ctx, "attempt.result.red_line_listed")
	}
	return layout.T(ctx, "exam.red_line."+string(r))
}

// gap is one gap of a blank question: what was written and, when keys are shown, what is accepted.
type gap struct{ Given, Accepted string }

func gaps(s exam.ReviewSlot) []gap {
	g := givenIn(s.Response)
	n := len(g.Blanks)
	if s.Key != nil {
		n = max(n, len(s.Key.Gaps))
	}
	out := make([]gap, n)
	for i := range out {
		if i < len(g.Blanks) {
			out[i].Given = g.Blanks[i]
		}
		if s.Key != nil && i < len(s.Key.Gaps) {
			out[i].Accepted = strings.Join(s.Key.Gaps[i], " / ")
		}
	}
	return out
}

// source names the law behind a question, "" where there is none.
func source(s questionbank.Source) string {
	if s.Law == "" {
		return ""
	}
	return strings.TrimSpace("《" + s.Law + "》" + s.Article)
}

// percent is a share of the points, whole, rounded down.
func percent(mark, points score.Hundredths) int {
	if points == 0 {
		return 0
	}
	return int(mark * 100 / points)
}

var bandWords = map[score.Band]string{
	score.Excellent: "attempt.result.band.excellent",
	score.Good:      "attempt.result.band.good",
	score.Pass:      "attempt.result.band.pass",
	score.Fail:      "attempt.result.band.fail",
}

// own tells whether the viewer reads the own result; staff read others' and have no receipt of theirs.
func own(ctx context.Context, r exam.Result) bool { return r.PersonID == layout.ViewerIn(ctx).PersonID }

// whoseResult names the exam, and the person where it is not the viewer.
func whoseResult(ctx context.Context, r exam.Result) string {
	if own(ctx, r) {
		return r.Title
	}
	return r.Title + " · " + r.Name + " " + r.Number
}

// answerWord is what the response is called: the reader's own, or somebody else's.
func answerWord(ctx context.Context, r exam.Result) string {
	if own(ctx, r) {
		return layout.T(ctx, "attempt.result.mine")
	}
	return layout.T(ctx, "exampages.marking.response")
}

// backOfResult is the list that the result was opened from: the own exams, the board for whoever may see it, else the cases.
func backOfResult(ctx context.Context, r exam.Result) string {
	switch {
	case own(ctx, r):
		return "/exams"
	case layout.ViewerIn(ctx).CanBeyondSelf(account.ExamRead):
		return "/exams/" + r.ExamID.String() + "/results"
	}
	return "/cases"
}

// payText says what the round brought, and by which version of the policy.
func payText(ctx context.Context, s report.Settled) string {
	return layout.T(ctx, "ledger.of_round", "outcome", layout.T(ctx, "ledger.outcome."+s.Outcome), "points", layout.Signed(s.Points), "amount", s.Fen.Signed(), "version", s.Version)
}

// caseURL is the case that decides the round, or the list of the own cases.
func caseURL(id int64) templ.SafeURL {
	if id == 0 {
		return "/cases"
	}
	return templ.SafeURL("/cases/" + strconv.FormatInt(id, 10))
}
