package layout

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/words"
)

// Tone is what a colour says: of a message, a badge, a figure.
type Tone string

const (
	Neutral Tone = "neutral"
	Info    Tone = "info"
	OK      Tone = "ok"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
)

// message is one line that the next page shows once.
type message struct {
	Tone Tone           `json:"t"`
	Key  string         `json:"k"`
	Args map[string]any `json:"a,omitempty"`
}

func (m message) text(l words.Lang) string { return words.TMap(l, m.Key, m.Args) }

const (
	flashCookie   = "flash"
	flashMaxBytes = 2000 // a cookie holds 4 KB with everything
)

// SetFlash leaves a message for the page that the redirect leads to. It travels
// as a word key in a cookie, so it needs no row and cannot carry foreign text but its arguments.
func SetFlash(c echo.Context, tone Tone, key string, kv ...any) {
	m := message{Tone: tone, Key: key, Args: map[string]any{}}
	for i := 0; i+1 < len(kv); i += 2 {
		if name, ok := kv[i].(string); ok {
			m.Args[name] = kv[i+1]
		}
	}
	body, err := json.Marshal(m)
	if err != nil || len(body) > flashMaxBytes {
		return // a message that cannot travel is no reason to fail the act
	}
	c.SetCookie(&http.Cookie{
		Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(body),
		Path: "/", MaxAge: 60, HttpOnly: true, Secure: c.Scheme() == "https", SameSite: http.SameSiteLaxMode,
	})
}

func takeFlash(c echo.Context) []message {
	cookie, err := c.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	c.SetCookie(&http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	body, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	var m message
	if json.Unmarshal(body, &m) != nil || m.Key == "" {
		return nil
	}
	return []message{m}
}
