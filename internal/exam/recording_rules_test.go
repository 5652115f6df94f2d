package exam

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

func TestSoundTypeOf(t *testing.T) {
	for begin, want := range map[string]string{
		webm + "…": "audio/webm", "\x00\x00\x00\x1cftypiso5\x00\x00": "audio/mp4", "OggS\x00\x02": "audio/ogg", "": "",
		"\x1a\x45\xdf\xa3 matroska": "", "<html>ftyp": "", "RIFF\x00\x00\x00\x00WAVE": "", "\x00\x00\x00\x1cftyp": "", "ID3": "",
	} {
		if got := soundTypeOf([]byte(begin)); got != want {
			t.Errorf("%q: %q, want %q", begin, got, want)
		}
	}
}

func TestPartsThatAreNone(t *testing.T) {
	for name, spoil := range map[string]func(p *RecordingPart){
		"a path for a name": func(p *RecordingPart) { p.Recording = "../../paper-media/x" },
		"a short name":      func(p *RecordingPart) { p.Recording = "abc" },
		"part 0":            func(p *RecordingPart) { p.Part = 0 },
		"part 2001":         func(p *RecordingPart) { p.Part = questionbank.MaxParts + 1 },
		"no time":           func(p *RecordingPart) { p.MS = 0 },
		"too much time":     func(p *RecordingPart) { p.MS = MaxPartMS + 1 },
		"no sound":          func(p *RecordingPart) { p.Sound = nil },
		"too much sound":    func(p *RecordingPart) { p.Sound = make([]byte, MaxPartBytes+1) },
		"spoilt on its way": func(p *RecordingPart) { p.Sound = append(bytes.Clone(p.Sound), 'x') },
		"another sum":       func(p *RecordingPart) { p.SHA256 = strings.ToUpper(p.SHA256) },
	} {
		p := partOf(1, 1, 5000, webm+"ein")
		if err := p.check(); err != nil {
			t.Fatal(err)
		}
		spoil(&p)
		if err := p.check(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFollows(t *testing.T) {
	row := func(part, take int, ms int64) partRow {
		return partRow{Recording: "abcdefghijklmnop", Part: part, Slot: 1, Take: take, ContentType: "audio/webm", Bytes: 1000, MS: ms}
	}
	two := []partRow{row(1, 1, 5000), row(2, 1, 5000)}
	now := time.Now()
	for name, c := range map[string]struct {
		kept []partRow
		part RecordingPart
		take int
		kind errs.Kind
	}{
		"the first":                 {nil, partOf(1, 1, 5000, webm), 1, 0},
		"the third":                 {two, partOf(1, 3, 5000, "rest"), 1, 0},
		"a new take":                {two, partOf(1, 3, 5000, webm), 2, 0},
		"after a new take":          {append(two[:2:2], row(3, 2, 10)), partOf(1, 4, 10, "rest"), 2, 0},
		"to the last moment":        {two, partOf(1, 3, 15_000, "rest"), 1, 0},
		"a moment too long":         {two, partOf(1, 3, 15_001, "rest"), 0, errs.Invalid},
		"a gap":                     {two, partOf(1, 4, 5000, "rest"), 0, errs.Conflict},
		"not from its beginning":    {nil, partOf(1, 2, 5000, "rest"), 0, errs.Conflict},
		"another question's":        {two, partOf(2, 3, 5000, "rest"), 0, errs.Conflict},
		"no sound":                  {nil, partOf(1, 1, 5000, "<html>"), 0, errs.Invalid},
		"more than anybody records": {[]partRow{{Recording: "abcdefghijklmnop", Part: 1, Slot: 1, Take: 1, Bytes: 800_000, MS: 10}}, partOf(1, 2, 10, "rest"), 0, errs.Invalid},
	} {
		got, err := c.part.follows(c.kept, 20, now)
		var e *errs.Error
		if c.kind == 0 && (err != nil || got.Take != c.take || got.ContentType != "audio/webm") || c.kind != 0 && (!errors.As(err, &e) || e.Kind != c.kind) {
			t.Errorf("%s: take %d as %s, %v", name, got.Take, got.ContentType, err)
		}
	}
	begins := partOf(1, 3, 10, "rest")
	begins.Begins = true
	if _, err := begins.follows(two, 20, now); !errs.Is(err, errs.Invalid) {
		t.Errorf("a take that begins with no sound: %v", err)
	}
}

// A page that says little of a long recording is not believed: the sound itself tells. Where it tells nothing, the page's word and the
// number of bytes bound it as before, and who listens is told that the length is unknown.
func TestLengthIsReadFromTheSound(t *testing.T) {
	sound, err := os.ReadFile("soundlength/testdata/opus.webm") // 3.5 s
	must(t, err)
	follow := func(kept []partRow, part int, begins bool, sound []byte) (partRow, error) {
		p := partOf(1, part, 100, string(sound))
		p.Begins = begins
		return p.follows(kept, 1, time.Now()) // 1 s, and 5 s of allowance
	}
	var kept []partRow
	for part, piece := range [][]byte{sound[:1000], sound[1000:2000], sound[2000:]} {
		row, err := follow(kept, part+1, part == 0, piece)
		must(t, err)
		kept = append(kept, row)
	}
	if ms := recordingOf(kept).Recording.MS; ms < 3490 || ms > 3600 {
		t.Errorf("the answer is %d ms long", ms)
	}
	if files := filesOf(kept); len(files) != 1 || !files[0].Heard || files[0].MS != *kept[2].HeardMS {
		t.Errorf("%+v", files)
	}
	if early := *kept[0].HeardMS; early <= 0 || early >= *kept[1].HeardMS {
		t.Errorf("the first part ends at %d ms, the second at %d", early, *kept[1].HeardMS)
	}
	if _, err := follow(kept, 4, true, sound); !errs.Is(err, errs.Invalid) {
		t.Errorf("7 s of 6, said to be 400 ms: %v", err)
	}
	row, err := follow(kept, 4, false, []byte{0, 0})
	must(t, err)
	kept = append(kept, row)
	if files := filesOf(kept); files[0].Heard || files[0].MS != 400 || row.Meter.V.Format != "" {
		t.Errorf("rubbish behind it: %+v", files)
	}
	if row, err = follow(kept, 5, true, sound[:1000]); err != nil || row.HeardMS == nil {
		t.Errorf("the file after it: %v", err)
	}
}

// What is kept must be what the answer says, else nothing of it is listened to.
func TestTakesOf(t *testing.T) {
	row := func(part, take int, content string) partRow {
		sum := sha256.Sum256([]byte{byte(part)})
		return partRow{Recording: "abcdefghijklmnop", Part: part, Slot: 1, Take: take, ContentType: content, Bytes: 100, MS: 5000, SHA256: sum[:]}
	}
	kept := []partRow{row(1, 1, "audio/webm"), row(2, 1, "audio/webm"), row(3, 2, "audio/mp4"), row(4, 2, "audio/mp4")}
	three := recordingOf(kept[:3]).Recording
	got := takesOf(three, kept)
	if len(got) != 2 || got[0].MS != 10_000 || got[0].Bytes != 200 || got[1].ContentType != "audio/mp4" || len(got[1].parts) != 1 || got[1].No != 2 {
		t.Errorf("%+v", got)
	}
	other := three
	other.SHA256 = strings.Repeat("0", 64)
	if got := takesOf(other, kept); got != nil {
		t.Errorf("another hash: %+v", got)
	}
	if got := takesOf(three, kept[:2]); got != nil {
		t.Errorf("a part is missing: %+v", got)
	}
}
