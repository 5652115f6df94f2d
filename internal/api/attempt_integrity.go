package api

import (
	"net/netip"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
)

type startBody struct {
	AccessCode string `json:"access_code" validate:"max=100"`
}

// sebHeader is how Safe Exam Browser proves its settings; a page in a web view that sends no such header of its own sets it from
// SafeExamBrowser.security.configKey.
const sebHeader = "X-SafeExamBrowser-ConfigKeyHash"

// arrival is who comes to sit, and how.
func (h *Exams) arrival(c echo.Context) exam.Arrival {
	return exam.Arrival{
		Client: client(c), Address: addressOf(c), Origin: h.Origin, URL: h.Origin + c.Request().URL.RequestURI(),
		SEBHash: c.Request().Header.Get(sebHeader),
	}
}

// addressOf is where a request comes from; the zero address where that cannot be told.
func addressOf(c echo.Context) netip.Addr {
	a, err := netip.ParseAddr(c.RealIP())
	if err != nil {
		return netip.Addr{}
	}
	return a
}

// watchAnswer: mode is record, warn or hand_in; after is 0 but for hand_in; count is what was counted already.
type watchAnswer struct {
	Mode  exam.WatchMode `json:"mode"`
	After int            `json:"after"`
	Count int            `json:"count"`
}

type fullscreenAnswer struct {
	watchAnswer
	Asked bool `json:"asked"` // the page asks for full screen and reports when it is left
}

// integrityAnswer is what the page of an attempt must heed. It says nothing of access codes, addresses and browser keys.
type integrityAnswer struct {
	Hidden     watchAnswer      `json:"hidden"`
	Fullscreen fullscreenAnswer `json:"fullscreen"`
	Paste      watchAnswer      `json:"paste"`
	Sessions   watchAnswer      `json:"sessions"`
	Watermark  *string          `json:"watermark"` // null: none
}

func answerIntegrity(i exam.SheetIntegrity) integrityAnswer {
	of := func(w exam.SheetWatch) watchAnswer { return watchAnswer{w.Mode, w.After, w.Count} }
	out := integrityAnswer{Hidden: of(i.Hidden), Fullscreen: fullscreenAnswer{of(i.Fullscreen), i.AskFullscreen}, Paste: of(i.Paste), Sessions: of(i.Sessions)}
	if i.Watermark != "" {
		out.Watermark = &i.Watermark
	}
	return out
}

type warningAnswer struct {
	Kind  exam.WatchKind `json:"kind"`
	Count int            `json:"count"`
	After int            `json:"after"` // 0: a warning alone follows
}

func answerWarnings(in []exam.Warning) []warningAnswer {
	var out []warningAnswer
	for _, w := range in {
		out = append(out, warningAnswer(w))
	}
	return out
}
