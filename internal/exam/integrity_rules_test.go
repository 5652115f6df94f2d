package exam

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/words"
)

func TestIntegrityValidate(t *testing.T) {
	for name, c := range map[string]struct {
		in  Integrity
		bad string // "" is good
	}{
		"nothing":               {Integrity{}, ""},
		"warn":                  {Integrity{Hidden: Watch{Mode: WatchWarn}}, ""},
		"hand in after 1":       {Integrity{Paste: Watch{WatchHandIn, 1}}, ""},
		"hand in after 20":      {Integrity{Sessions: Watch{WatchHandIn, 20}}, ""},
		"hand in after 0":       {Integrity{Hidden: Watch{WatchHandIn, 0}}, "hidden"},
		"hand in after 21":      {Integrity{Hidden: Watch{WatchHandIn, 21}}, "hidden"},
		"a number for a record": {Integrity{Paste: Watch{WatchRecord, 3}}, "paste"},
		"unknown mode":          {Integrity{Sessions: Watch{Mode: "zero"}}, "sessions"},
		"full screen asked":     {Integrity{AskFullscreen: true, Fullscreen: Watch{Mode: WatchWarn}}, ""},
		"full screen not asked": {Integrity{Fullscreen: Watch{Mode: WatchWarn}}, "fullscreen"},
		"code of 3":             {Integrity{AccessCode: "abc"}, "access_code"},
		"code of 4":             {Integrity{AccessCode: "开考大吉"}, ""},
		"code of 33":            {Integrity{AccessCode: strings.Repeat("x", 33)}, "access_code"},
		"range":                 {Integrity{Ranges: []string{"10.0.0.0/8", "fd00::/8"}}, ""},
		"no range":              {Integrity{Ranges: []string{"10.0.0.0/33"}}, "ranges"},
		"key":                   {Integrity{SEBKeys: []string{sebKey}}, ""},
		"short key":             {Integrity{SEBKeys: []string{"0a"}}, "seb_keys"},
	} {
		err := c.in.Tidied().Validate()
		if (err == nil) != (c.bad == "") || err != nil && !strings.Contains(err.Error(), c.bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got := Integrity{AccessCode: " 春天 ", Ranges: []string{"", " 10.1.2.3 ", "10.9.9.9/16", "10.9.0.0/16"}, SEBKeys: []string{strings.ToUpper(sebKey), ""}}.Tidied()
	if got.AccessCode != "春天" || !slices.Equal(got.Ranges, []string{"10.1.2.3/32", "10.9.0.0/16"}) || !slices.Equal(got.SEBKeys, []string{sebKey}) {
		t.Errorf("%+v", got)
	}
}

// Every mode of every kind is told in words, and no sentence holds a code, an address or a key.
func TestIntegrityIsToldInWords(t *testing.T) {
	i := Integrity{AskFullscreen: true, Watermark: true, AccessCode: "SPRING", Ranges: []string{"10.1.0.0/16"}, SEBKeys: []string{sebKey}}
	for _, m := range WatchModes {
		w := Watch{Mode: m}
		if m == WatchHandIn {
			w.After = 7
		}
		i.Hidden, i.Fullscreen, i.Paste, i.Sessions = w, w, w, w
		for _, l := range words.Langs {
			said := strings.Join(IntegrityWords(l, i), "\n")
			if strings.Contains(said, "exam.integrity.") || strings.Contains(said, "SPRING") || strings.Contains(said, "10.1") || strings.Contains(said, sebKey) {
				t.Error(said)
			}
			if handsIn := strings.Contains(said, words.T(l, "exam.integrity.marked_as_saved")); handsIn != (m == WatchHandIn) {
				t.Errorf("%s: what a hand-in by number does is told: %v", m, handsIn)
			}
			if m == WatchHandIn && strings.Count(said, "7") != 4 {
				t.Errorf("the number is not told: %s", said)
			}
		}
	}
	if n := len(IntegrityWords(words.ZH, Integrity{})); n != 4 {
		t.Errorf("%d sentences where nothing is asked", n)
	}
	for _, k := range WatchKinds {
		if note := handInNote(k, 3); !strings.Contains(note, "3") || strings.Contains(note, "exam.") {
			t.Error(note)
		}
	}
}

func TestDoors(t *testing.T) {
	code := Integrity{AccessCode: "Spring-26"}
	for typed, want := range map[string]bool{"Spring-26": true, " spring-26 ": true, "ＳＰＲＩＮＧ－２６": true, "spring-27": false, "": false, "spring-2": false} {
		if code.codeFits(typed) != want {
			t.Errorf("code %q", typed)
		}
	}
	in := Integrity{Ranges: []string{"10.8.0.0/16", "2001:db8::/32"}}
	for from, want := range map[string]bool{"10.8.255.255": true, "::ffff:10.8.1.1": true, "10.9.0.0": false, "2001:db8::1": true, "2001:db9::1": false} {
		if in.addressFits(netip.MustParseAddr(from)) != want {
			t.Errorf("from %s", from)
		}
	}
	if in.addressFits(netip.Addr{}) || !(Integrity{}).addressFits(netip.Addr{}) {
		t.Error("an unknown address")
	}
	hash := func(url string) string {
		h := sha256.Sum256([]byte(url + sebKey))
		return hex.EncodeToString(h[:])
	}
	seb := Integrity{SEBKeys: []string{strings.Repeat("ff", 32), sebKey}}
	const page = "https://exam.example.cn/exams/7/sit"
	for name, c := range map[string]struct {
		hash string
		want bool
	}{
		"this page":    {hash(page), true},
		"in capitals":  {strings.ToUpper(hash(page)), true},
		"another page": {hash("https://exam.example.cn/exams/8/sit"), false},
		"the key bare": {sebKey, false},
		"none":         {"", false},
	} {
		if seb.sebFits(c.hash, page+"#q3") != c.want {
			t.Error(name)
		}
	}
	if !(Integrity{}).sebFits("") {
		t.Error("no key is asked for")
	}
}

func TestCodeTry(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		tries int
		after time.Duration
		want  int
	}{{0, 0, 0}, {4, 0, 0}, {5, 0, 60}, {5, 59*time.Second + time.Millisecond, 1}, {5, time.Minute, 0}, {6, 0, 0}, {9, 0, 0}, {10, time.Second, 59}} {
		if got := codeTry(c.tries, &at, at.Add(c.after)); got != c.want {
			t.Errorf("%d tries after %v: %d s", c.tries, c.after, got)
		}
	}
}

func TestWarnings(t *testing.T) {
	i := Integrity{Hidden: Watch{WatchHandIn, 3}, Paste: Watch{Mode: WatchWarn}, Sessions: Watch{WatchHandIn, 1}}
	for name, c := range map[string]struct {
		counted map[WatchKind]int
		told    []Warning
		reached WatchKind
	}{
		"nothing":             {nil, nil, ""},
		"below":               {map[WatchKind]int{"hidden": 2}, []Warning{{WatchHidden, 2, 3}}, ""},
		"at":                  {map[WatchKind]int{"hidden": 3}, []Warning{{WatchHidden, 3, 3}}, WatchHidden},
		"beyond":              {map[WatchKind]int{"hidden": 9}, []Warning{{WatchHidden, 9, 3}}, WatchHidden},
		"a warning alone":     {map[WatchKind]int{"paste": 90}, []Warning{{WatchPaste, 90, 0}}, ""},
		"not watched":         {map[WatchKind]int{"fullscreen": 90}, nil, ""},
		"the first of two":    {map[WatchKind]int{"hidden": 3, WatchSessions: 1}, []Warning{{WatchHidden, 3, 3}, {WatchSessions, 1, 1}}, WatchHidden},
		"counted by its kind": {map[WatchKind]int{WatchSessions: 1}, []Warning{{WatchSessions, 1, 1}}, WatchSessions},
	} {
		told, reached := i.warnings(c.counted)
		if !slices.Equal(told, c.told) || reached != c.reached {
			t.Errorf("%s: %+v %q", name, told, reached)
		}
	}
}

func TestBursts(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	run := func(n int, each time.Duration, slot func(int) int) (out []Entry) {
		for i := range n {
			out = append(out, Entry{Slot: slot(i), ClientSeq: int64(i + 1), Response: json.RawMessage(`{"choice":"a"}`), ReceivedAt: at.Add(time.Duration(i) * each)})
		}
		return out
	}
	next := func(i int) int { return i + 1 }
	cleared := run(8, time.Second, next)
	cleared[3].Response = json.RawMessage(`null`)
	twice := append(run(9, time.Second, next), run(9, time.Second, next)...)
	for i := range 9 {
		twice[9+i].ReceivedAt = at.Add(time.Hour + time.Duration(i)*time.Second)
	}
	for name, c := range map[string]struct {
		entries []Entry
		slots   []int
	}{
		"none":                     {nil, nil},
		"seven in six seconds":     {run(7, time.Second, next), nil},
		"eight in seven":           {run(8, time.Second, next), []int{8}},
		"eight in exactly ten":     {run(8, SpeedWindow/7, next), []int{8}},
		"eight in more than ten":   {run(8, SpeedWindow/7+time.Millisecond, next), nil},
		"a long run is one":        {run(40, time.Second, next), []int{40}},
		"one slot again and again": {run(40, time.Second/2, func(int) int { return 1 }), nil},
		"sent together":            {run(40, 0, next), nil},
		"one was cleared":          {cleared, nil},
		"two an hour apart":        {twice, []int{9, 9}},
	} {
		var got []int
		for _, b := range Bursts(c.entries) {
			got = append(got, b.Slots)
		}
		if !slices.Equal(got, c.slots) {
			t.Errorf("%s: %v, want %v", name, got, c.slots)
		}
	}
}
