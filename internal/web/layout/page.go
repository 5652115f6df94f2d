package layout

import (
	"context"
	"unicode/utf8"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/words"
)

// AriaCurrent is the value of aria-current; "false" where the item is another page.
func AriaCurrent(active bool) string {
	if active {
		return "page"
	}
	return "false"
}

func otherLang(l words.Lang) words.Lang {
	if l == words.EN {
		return words.ZH
	}
	return words.EN
}

// lastRune stands for a person: in a Chinese name the given name tells people apart.
func lastRune(name string) string {
	r, size := utf8.DecodeLastRuneInString(name)
	if size == 0 {
		return "·"
	}
	return string(r)
}

func rolesOf(v account.Viewer) []account.Role {
	var out []account.Role
	for _, r := range account.Roles {
		if v.Holds(r) {
			out = append(out, r)
		}
	}
	return out
}

func bellLabel(ctx context.Context) string {
	if n := frameOf(ctx).unread; n > 0 {
		return T(ctx, "layout.notices_unread", "n", n)
	}
	return T(ctx, "layout.notices")
}

// noticeIcon says the tone by shape, for whoever does not see its colour.
func noticeIcon(t Tone) string {
	switch t {
	case OK:
		return "circle-check"
	case Warn:
		return "alert-triangle"
	case Bad:
		return "alert-circle"
	}
	return "info-circle"
}
