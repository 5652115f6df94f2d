package courseware

import (
	"strings"
	"testing"
	"unicode/utf8"

	learning "github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/words"
)

// The message travels in a cookie: however long the names of the files are, it arrives.
func TestRefusalsFitAMessage(t *testing.T) {
	bad := make([]learning.Object, 9)
	for i := range bad {
		bad[i] = learning.Object{Name: strings.Repeat("长", 200) + ".mp4", Reason: "error.courseware.refused_type"}
	}
	text := refusals(words.ZH, bad)
	if len(text) > 1500 || strings.Count(text, "…") != namedRefusals || !utf8.ValidString(text) {
		t.Errorf("%d bytes: %s", len(text), text)
	}
	if short := refusals(words.ZH, []learning.Object{{Name: "注射.mp4", Reason: bad[0].Reason}}); !strings.HasPrefix(short, "注射.mp4（") {
		t.Error(short)
	}
}
