package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/platform/richtext"
	"github.com/peikao/peikao/questionbank"
)

// Sitting is what the attempt calls need of the exam service.
type Sitting interface {
	Start(ctx context.Context, v account.Viewer, id exam.ExamID, by exam.Arrival) (exam.Sheet, bool, error)
	Attempt(ctx context.Context, v account.Viewer, id exam.AttemptID, client string) (exam.Sheet, error)
	Current(ctx context.Context, v account.Viewer, id exam.AttemptID) (exam.Current, error)
	TakeOver(ctx context.Context, v account.Viewer, id exam.AttemptID, by exam.Arrival) (exam.Sheet, error)
	Save(ctx context.Context, v account.Viewer, id exam.AttemptID, lease string, changes []exam.Change, receivedAt time.Time) (exam.SaveReply, error)
	SavePart(ctx context.Context, v account.Viewer, id exam.AttemptID, lease string, p exam.RecordingPart, receivedAt time.Time) (exam.PartReply, error)
	Heartbeat(ctx context.Context, v account.Viewer, id exam.AttemptID, lease string, events []exam.PageEvent, receivedAt time.Time) (exam.Beat, error)
	HeardFrom(ctx context.Context, v account.Viewer, id exam.AttemptID, from netip.Addr, at time.Time) error
	LeaveSection(ctx context.Context, v account.Viewer, id exam.AttemptID, section int, lease, client string, receivedAt time.Time) (exam.Sheet, error)
	Submit(ctx context.Context, v account.Viewer, id exam.AttemptID, lease string, receivedAt time.Time) (exam.Receipt, error)
	Result(ctx context.Context, v account.Viewer, id exam.AttemptID) (exam.Result, error)
	News(ctx context.Context, v account.Viewer, id exam.AttemptID) (exam.Beat, error)
	Listen(id exam.AttemptID) (news <-chan struct{}, stop func())
	MyExams(ctx context.Context, v account.Viewer) ([]exam.MyExam, error)
	ExamMedia(ctx context.Context, v account.Viewer, id exam.ExamID) ([]exam.MediaBlob, error)
	OpenBlob(ctx context.Context, v account.Viewer, name string) (body io.ReadCloser, size int, err error)
}

// Exams are the calls of an examinee: the own exams and the attempt, as the attempt contract fixes them. No answer here has
// a field for a key, but the review of a released result.
type Exams struct {
	Sitting Sitting
	Origin  string // the address that people type, for the check of Safe Exam Browser
}

// client names the holder of a lease: the tab, or where it does not tell, the session.
func client(c echo.Context) string {
	if id := c.Request().Header.Get("Client-Id"); id != "" {
		return "tab " + id
	}
	return "session " + httpx.Token(c)
}

func examID(c echo.Context) exam.ExamID       { return account.ParseID[exam.ExamID](c.Param("id")) }
func attemptID(c echo.Context) exam.AttemptID { return account.ParseID[exam.AttemptID](c.Param("id")) }

// nothing reads the body of a call that takes none: empty, or an object without members.
func nothing(c echo.Context) error {
	if c.Request().ContentLength == 0 {
		return nil
	}
	return httpx.Decode(c, &struct{}{})
}

type attemptAnswer struct {
	ID          exam.AttemptID    `json:"id"`
	ExamID      exam.ExamID       `json:"exam_id"`
	State       exam.AttemptState `json:"state"`
	StartedAt   time.Time         `json:"started_at"`
	SubmittedAt *time.Time        `json:"submitted_at"`
}

// optionAnswer, as slotAnswer and stimulusAnswer, has an html beside its text where that is Markdown: text with its structure
// and nothing else (package richtext).
type optionAnswer struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	HTML string `json:"html,omitempty"`

	Media []mediaAnswer `json:"media,omitempty"`
}

type slotAnswer struct {
	Slot int `json:"slot"`
	shownAnswer
}

// shownAnswer is a question as all attempts show it, but for the order of its options.
type shownAnswer struct {
	slotHead
	Options []optionAnswer `json:"options,omitempty"`
	slotRest
}

// slotHead and slotRest are what all attempts show of a question before and after its options.
type slotHead struct {
	Section string      `json:"section,omitempty"`
	Type    string      `json:"type"`
	Points  json.Number `json:"points"`
	Stem    string      `json:"stem"`
	HTML    string      `json:"html,omitempty"` // of the stem
}

type slotRest struct {
	Blanks  int           `json:"blanks,omitempty"`
	Rows    []string      `json:"rows,omitempty"`
	Pieces  []pieceAnswer `json:"pieces,omitempty"`
	Seconds int           `json:"seconds,omitempty"` // how long a spoken answer may be
	Media   []mediaAnswer `json:"media,omitempty"`
	// Stimulus is what several questions ask about; it comes with each of them.
	Stimulus *stimulusAnswer `json:"stimulus,omitempty"`
}

// pieceAnswer is a part of a labelling question's stem; one with an id can be marked.
type pieceAnswer struct {
	ID   string `json:"id,omitempty"`
	Text string `json:"text"`
}

type stimulusAnswer struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty"`
	Text  string `json:"text"`
	HTML  string `json:"html"`

	Media []mediaAnswer `json:"media,omitempty"`
}

func answerOptions(in []questionbank.Option, markdown bool, media map[string][]exam.SheetMedia) []optionAnswer {
	var out []optionAnswer
	for _, o := range in {
		out = append(out, optionAnswer{ID: o.ID, Text: o.Text, HTML: rich(o.Text, markdown), Media: answerMedia(media[o.ID])})
	}
	return out
}

func rich(text string, markdown bool) string {
	if !markdown {
		return ""
	}
	return richtext.HTML(text)
}

func answerPieces(in []questionbank.Piece) []pieceAnswer {
	var out []pieceAnswer
	for _, p := range in {
		out = append(out, pieceAnswer(p))
	}
	return out
}

func answerStimulus(s *questionbank.Stimulus, media []exam.SheetMedia) *stimulusAnswer {
	if s == nil {
		return nil
	}
	return &stimulusAnswer{s.ID, s.Title, s.Text, richtext.HTML(s.Text), answerMedia(media)}
}

type paperAnswer struct {
	Slots []slotAnswer `json:"slots"`
}

type responseAnswer struct {
	Slot      int             `json:"slot"`
	ClientSeq int64           `json:"client_seq"`
	Response  json.RawMessage `json:"response"`
	SavedAt   time.Time       `json:"saved_at"`
	LateByMS  int64           `json:"late_by_ms,omitempty"`
	Takes     int             `json:"takes,omitempty"` // the files of a recording
}

type sheetAnswer struct {
	sheetHead
	Paper paperAnswer `json:"paper"`
	sheetRest
}

// sheetHead and sheetRest are what stands before and after the paper.
type sheetHead struct {
	Attempt attemptAnswer `json:"attempt"`
	Title   string        `json:"title"`
	Lease   *string       `json:"lease"`
}

type sheetRest struct {
	// Of an attempt that is gone through one way: its sections, at which of them it stands, and in the paper the slots of that one alone.
	Sections    []sectionAnswer  `json:"sections,omitempty"`
	Section     int              `json:"section,omitempty"`
	Responses   []responseAnswer `json:"responses"`
	LastSeq     int64            `json:"last_seq"`
	ServerTime  time.Time        `json:"server_time"`
	DeadlineAt  time.Time        `json:"deadline_at"`
	RemainingMS int64            `json:"remaining_ms"`
	PausedAt    *time.Time       `json:"paused_at"`
	News        int              `json:"news"`
	Notices     []noticeAnswer   `json:"notices"`
	Receipt     *exam.Receipt    `json:"receipt,omitempty"`
	Integrity   integrityAnswer  `json:"integrity"`
	MediaKey    string           `json:"media_key,omitempty"`
	Contact     string           `json:"contact,omitempty"` // whom to call: a name and a number
}

type sectionAnswer struct {
	Title string `json:"title"`
	First int    `json:"first"` // slot
	Last  int    `json:"last"`
}

func answerSections(in []exam.SheetSection) []sectionAnswer {
	var out []sectionAnswer
	for _, s := range in {
		out = append(out, sectionAnswer(s))
	}
	return out
}

func headOf(s exam.Sheet) sheetHead {
	out := sheetHead{Attempt: attemptAnswer{s.AttemptID, s.ExamID, s.State, s.StartedAt, s.SubmittedAt}, Title: s.Title}
	if s.Lease != "" {
		out.Lease = &s.Lease
	}
	return out
}

func restOf(s exam.Sheet) sheetRest {
	return sheetRest{
		Sections: answerSections(s.Sections), Section: s.Section, Responses: answerResponses(s.Responses), LastSeq: s.LastSeq, ServerTime: s.ServerTime, DeadlineAt: s.DeadlineAt, RemainingMS: s.RemainingMS,
		PausedAt: s.PausedAt, News: s.News, Notices: answerNotices(s.Notices), Receipt: s.Receipt,
		Integrity: answerIntegrity(s.Integrity), MediaKey: answerMediaKey(s.MediaKey), Contact: s.Contact,
	}
}

func slotHeadOf(q *exam.ShownQuestion) slotHead {
	return slotHead{Section: q.Section, Type: string(q.Type), Points: json.Number(q.Points.String()), Stem: q.Stem, HTML: rich(q.Stem, q.Markdown)}
}

func slotRestOf(q *exam.ShownQuestion) slotRest {
	return slotRest{
		Blanks: q.Blanks, Rows: q.Rows, Pieces: answerPieces(q.Pieces), Seconds: q.Seconds, Media: answerMedia(q.Media), Stimulus: answerStimulus(q.Stimulus, q.StimulusMedia),
	}
}

func answerResponses(in []exam.SavedResponse) []responseAnswer {
	out := make([]responseAnswer, len(in))
	for i, r := range in {
		out[i] = responseAnswer(r)
	}
	return out
}

// Start is POST /api/v1/exams/{id}/attempts: 201 for a new attempt, 200 for the one that is open. The body may be left out.
func (h *Exams) Start(c echo.Context) error {
	var in startBody
	if c.Request().ContentLength != 0 {
		if err := httpx.Decode(c, &in); err != nil {
			return err
		}
	}
	by := h.arrival(c)
	by.AccessCode = in.AccessCode
	sheet, created, err := h.Sitting.Start(c.Request().Context(), viewerOf(c), examID(c), by)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return sendSheet(c, status, sheet)
}

// Attempt is GET /api/v1/attempts/{id}: the same, on any device.
func (h *Exams) Attempt(c echo.Context) error {
	sheet, err := h.Sitting.Attempt(c.Request().Context(), viewerOf(c), attemptID(c), client(c))
	if err != nil {
		return err
	}
	return sendSheet(c, http.StatusOK, sheet)
}

// TakeOver is POST /api/v1/attempts/{id}/lease.
func (h *Exams) TakeOver(c echo.Context) error {
	if err := nothing(c); err != nil {
		return err
	}
	sheet, err := h.Sitting.TakeOver(c.Request().Context(), viewerOf(c), attemptID(c), h.arrival(c))
	if err != nil {
		return err
	}
	return sendSheet(c, http.StatusOK, sheet)
}

type finishBody struct {
	Lease string `json:"lease" validate:"required,max=100"`
}

// FinishSection is POST /api/v1/attempts/{id}/sections/{section}/finish: the section is left for good, and the answer is the sheet with the next one.
func (h *Exams) FinishSection(c echo.Context) error {
	section, err := strconv.Atoi(c.Param("section"))
	if err != nil {
		return errs.New(errs.NotFound, "error.not_found")
	}
	var in finishBody
	if err := httpx.Decode(c, &in); err != nil {
		return err
	}
	sheet, err := h.Sitting.LeaveSection(c.Request().Context(), viewerOf(c), attemptID(c), section, in.Lease, client(c), httpx.ReceivedAt(c))
	if err != nil {
		return h.refused(c, err)
	}
	return sendSheet(c, http.StatusOK, sheet)
}

type submitBody struct {
	Lease string `json:"lease" validate:"max=100"`
}

// Submit is POST /api/v1/attempts/{id}/submit: the same receipt every time.
func (h *Exams) Submit(c echo.Context) error {
	var in submitBody
	if err := httpx.Decode(c, &in); err != nil {
		return err
	}
	receipt, err := h.Sitting.Submit(c.Request().Context(), viewerOf(c), attemptID(c), in.Lease, httpx.ReceivedAt(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]exam.Receipt{"receipt": receipt})
}

type eventBody struct {
	Kind     string `json:"kind" validate:"required,max=40"`
	AtMS     int64  `json:"at_ms"`
	LengthMS int64  `json:"length_ms" validate:"gte=0"`
}

type heartbeatBody struct {
	Lease  string      `json:"lease" validate:"max=100"`
	Events []eventBody `json:"events" validate:"max=50,dive"`
}

// beatAnswer is the state of a running attempt. A page asks for it every 20 s, when a save says that there is news, and is
// sent it by the event stream.
type beatAnswer struct {
	ServerTime  time.Time         `json:"server_time"`
	DeadlineAt  time.Time         `json:"deadline_at"`
	RemainingMS int64             `json:"remaining_ms"`
	LastSeq     int64             `json:"last_seq"`
	State       exam.AttemptState `json:"state"`
	PausedAt    *time.Time        `json:"paused_at"`
	News        int               `json:"news"`
	Notices     []noticeAnswer    `json:"notices"`
	Warnings    []warningAnswer   `json:"warnings,omitempty"` // of a heart-beat, for kinds that the exam's policy watches
}

type noticeAnswer struct {
	ID   int64                 `json:"id,string"`
	Kind exam.InvigilationKind `json:"kind"`
	Slot int                   `json:"slot,omitempty"`
	Text string                `json:"text"`
	At   time.Time             `json:"at"`
}

func answerBeat(b exam.Beat) beatAnswer {
	return beatAnswer{b.ServerTime, b.DeadlineAt, b.RemainingMS, b.LastSeq, b.State, b.PausedAt, b.News, answerNotices(b.Notices), answerWarnings(b.Warnings)}
}

func answerNotices(in []exam.PageNotice) []noticeAnswer {
	out := make([]noticeAnswer, len(in))
	for i, n := range in {
		out[i] = noticeAnswer(n)
	}
	return out
}

// Heartbeat is POST /api/v1/attempts/{id}/heartbeat, every 20 s.
func (h *Exams) Heartbeat(c echo.Context) error {
	var in heartbeatBody
	if err := httpx.Decode(c, &in); err != nil {
		return err
	}
	events := make([]exam.PageEvent, len(in.Events))
	for i, e := range in.Events {
		events[i] = exam.PageEvent(e)
	}
	b, err := h.Sitting.Heartbeat(c.Request().Context(), viewerOf(c), attemptID(c), in.Lease, events, httpx.ReceivedAt(c))
	if err != nil {
		return h.refused(c, err)
	}
	if err := h.Sitting.HeardFrom(c.Request().Context(), viewerOf(c), attemptID(c), addressOf(c), httpx.ReceivedAt(c)); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answerBeat(b))
}

// refused gives a closed attempt's problem its receipt: the page then shows that it was handed in, and when.
func (h *Exams) refused(c echo.Context, err error) error {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Gone {
		return err
	}
	current, failed := h.Sitting.Current(c.Request().Context(), viewerOf(c), attemptID(c))
	if failed != nil || current.Receipt == nil {
		return err
	}
	return e.WithExtra("receipt", current.Receipt)
}
