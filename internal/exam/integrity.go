package exam

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/platform/errs"
)

// WatchMode says what follows when something is noticed. Recorded it is in any case; no mode takes a point away.
type WatchMode string

const (
	WatchRecord WatchMode = "record"  // kept, and nothing else
	WatchWarn   WatchMode = "warn"    // the page says how often
	WatchHandIn WatchMode = "hand_in" // the page says how often, and at the n-th time the server hands in what was saved
)

// WatchModes in the order in which a form offers them.
var WatchModes = []WatchMode{WatchRecord, WatchWarn, WatchHandIn}

// MaxWatchAfter bounds the times after which an attempt is handed in.
const MaxWatchAfter = 20

// Watch is a mode with its times: After is 1–20 for WatchHandIn and 0 for the others.
type Watch struct {
	Mode  WatchMode `json:"mode,omitempty"` // "" is WatchRecord
	After int       `json:"after,omitempty"`
}

// Acts is the mode with its default.
func (w Watch) Acts() WatchMode {
	if w.Mode == "" {
		return WatchRecord
	}
	return w.Mode
}

func (w Watch) known() bool {
	switch w.Acts() {
	case WatchRecord, WatchWarn:
		return w.After == 0
	case WatchHandIn:
		return w.After >= 1 && w.After <= MaxWatchAfter
	}
	return false
}

// WatchKind is what can be watched for. The first three are noticed by the page, the last by the server.
type WatchKind string

const (
	WatchHidden     WatchKind = "hidden"     // the page was out of sight
	WatchFullscreen WatchKind = "fullscreen" // full screen was left
	WatchPaste      WatchKind = "paste"
	WatchSessions   WatchKind = "sessions" // another page or device took the attempt over
)

// WatchKinds in the order of forms, and in which a hand-in names its cause.
var WatchKinds = []WatchKind{WatchHidden, WatchFullscreen, WatchPaste, WatchSessions}

// Integrity is what an exam asks of its sittings. The zero value records and asks nothing.
type Integrity struct {
	Hidden        Watch    `json:"hidden,omitzero"`
	Fullscreen    Watch    `json:"fullscreen,omitzero"`
	Paste         Watch    `json:"paste,omitzero"`
	Sessions      Watch    `json:"sessions,omitzero"`
	AskFullscreen bool     `json:"ask_fullscreen,omitempty"`
	Watermark     bool     `json:"watermark,omitempty"`   // the examinee's name over the paper
	AccessCode    string   `json:"access_code,omitempty"` // told aloud in the room; "" asks for none
	Ranges        []string `json:"ranges,omitempty"`      // CIDR; from where one may start; none means anywhere
	SEBKeys       []string `json:"seb_keys,omitempty"`    // Config Keys of Safe Exam Browser, hexadecimal; none asks for none
}

// Of is the watch of a kind.
func (i Integrity) Of(k WatchKind) Watch {
	switch k {
	case WatchHidden:
		return i.Hidden
	case WatchFullscreen:
		return i.Fullscreen
	case WatchPaste:
		return i.Paste
	}
	return i.Sessions
}

// Watched are the kinds of which something follows beyond the record.
func (i Integrity) Watched() []WatchKind {
	return slices.DeleteFunc(slices.Clone(WatchKinds), func(k WatchKind) bool { return i.Of(k).Acts() == WatchRecord })
}

// Bounds of the doors.
const (
	minCodeLength = 4
	maxCodeLength = 32
	maxRanges     = 50
	maxSEBKeys    = 10
)

// Validate reports wrong fields.
func (i Integrity) Validate() error {
	var bad []errs.Field
	check := func(ok bool, name, key string, args ...any) {
		if !ok {
			bad = append(bad, errs.NewField(name, key, args...))
		}
	}
	for _, k := range WatchKinds {
		check(i.Of(k).known(), string(k), "error.exam.watch", "limit", MaxWatchAfter)
	}
	check(i.AskFullscreen || i.Fullscreen.Acts() == WatchRecord, "fullscreen", "error.exam.fullscreen_not_asked")
	n := utf8.RuneCountInString(i.AccessCode)
	check(n == 0 || n >= minCodeLength && n <= maxCodeLength, "access_code", "error.exam.access_code_length", "least", minCodeLength, "most", maxCodeLength)
	check(len(i.Ranges) <= maxRanges && !slices.ContainsFunc(i.Ranges, notPrefix), "ranges", "error.exam.ranges", "limit", maxRanges)
	check(len(i.SEBKeys) <= maxSEBKeys && !slices.ContainsFunc(i.SEBKeys, notSEBKey), "seb_keys", "error.exam.seb_keys", "limit", maxSEBKeys)
	return invalid(bad)
}

func notPrefix(s string) bool {
	_, err := netip.ParsePrefix(s)
	return err != nil
}

func notSEBKey(s string) bool {
	raw, err := hex.DecodeString(s)
	return err != nil || len(raw) != 32
}

// Tidied is what is stored: blanks around codes and keys away, an address without a length as one of its own, keys in small
// letters as Safe Exam Browser computes with them.
func (i Integrity) Tidied() Integrity {
	i.AccessCode = strings.TrimSpace(i.AccessCode)
	i.Ranges = tidied(i.Ranges, func(s string) string {
		if a, err := netip.ParseAddr(s); err == nil {
			return netip.PrefixFrom(a, a.BitLen()).String()
		}
		if p, err := netip.ParsePrefix(s); err == nil {
			return p.Masked().String()
		}
		return s
	})
	i.SEBKeys = tidied(i.SEBKeys, strings.ToLower)
	return i
}

func tidied(list []string, how func(string) string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, how(s)) {
			out = append(out, how(s))
		}
	}
	return out
}

// WithoutDoors is what a retake or re-exam takes over from its original: what is watched for, but not the code, addresses and
// browser of a room that it is not sat in.
func (i Integrity) WithoutDoors() Integrity {
	i.AccessCode, i.Ranges, i.SEBKeys = "", nil, nil
	return i
}

// sameRules reports whether examinees were told the same: everything but the doors.
func (i Integrity) sameRules(other Integrity) bool {
	for _, k := range WatchKinds {
		if i.Of(k).Acts() != other.Of(k).Acts() || i.Of(k).After != other.Of(k).After {
			return false
		}
	}
	return i.AskFullscreen == other.AskFullscreen && i.Watermark == other.Watermark
}
