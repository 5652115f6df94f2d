package bank_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

var picture = []byte("\x89PNG\r\n\x1a\n术后两周的照片")

// A file is an edit of the question: what was published keeps its own, an edit of the words keeps the files, and taking one away
// leaves the older version as it was.
func TestMediaOfAQuestion(t *testing.T) {
	b := newStock(t)
	b.keepFiles()
	id := b.create("图中是哪一种反应？")
	b.no(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), bank.InStem, picture, " 额部红斑，边界清楚 "))
	b.kind(b.s.AddMedia(ctx, b.trainer, id, bank.Base{Version: 1, Revision: 1}, bank.InStem, picture, "同时被别人改过"), errs.Conflict)
	b.no(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), bank.InStem, []byte("ID3\x04录音"), "顾客的来电"))
	b.no(b.s.Publish(ctx, b.trainer, id))
	published := b.detail(id).Current()
	got := published.Question().Media
	if len(got) != 2 || got[0].Kind != "image" || got[0].Alt != "额部红斑，边界清楚" || got[1].Kind != "audio" {
		t.Fatalf("%+v", got)
	}
	data, contentType, err := b.s.Media(ctx, got[0].Object)
	if err != nil || contentType != "image/png" || !bytes.Equal(data, picture) {
		t.Fatalf("%q %s %v", data, contentType, err)
	}

	changed := b.draft("图中是哪一种反应，怎么处理？")
	b.no(b.s.Edit(ctx, b.trainer, id, base(published), changed))
	if now := b.detail(id).Editable().Question(); len(now.Media) != 2 || now.Stem != changed.Question.Stem {
		t.Errorf("an edit of the words lost the files: %+v", now)
	}
	b.no(b.s.RemoveMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), 0))
	b.kind(b.s.RemoveMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), 1), errs.NotFound)
	d := b.detail(id)
	if now := d.Editable().Question().Media; len(now) != 1 || now[0].Kind != "audio" || len(d.Current().Question().Media) != 2 {
		t.Errorf("%+v", d)
	}

	if _, _, err := b.s.OpenMedia(ctx, viewer(8, account.Consultant), got[0].Object); !errs.Is(err, errs.Forbidden) {
		t.Errorf("an examinee reads the bank's files: %v", err)
	}
	for _, name := range []string{"../geheim", "media/none.png", ""} {
		if _, _, err := b.s.Media(ctx, name); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestMediaThatIsRefused(t *testing.T) {
	b := newStock(t)
	b.keepFiles()
	id := b.create("图中是哪一种反应？")
	at := base(b.detail(id).Editable())
	for name, c := range map[string]struct {
		data []byte
		alt  string
	}{
		"no words":          {picture, "  "},
		"too many words":    {picture, strings.Repeat("字", 501)},
		"a document":        {[]byte("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), "图"},
		"a page":            {[]byte("<html>GIF89a"), "图"},
		"nothing":           {nil, "图"},
		"a film":            {[]byte("RIFF\x00\x00\x00\x00AVI LIST"), "录像"},
		"one byte too many": {append(bytes.Clone(picture), make([]byte, bank.MaxMediaBytes-len(picture)+1)...), "图"},
	} {
		if err := b.s.AddMedia(ctx, b.trainer, id, at, bank.InStem, c.data, c.alt); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 8 {
		b.no(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), bank.InStem, picture, "图"))
	}
	b.kind(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), bank.InStem, picture, "第九张"), errs.Invalid)
}

// mp4 is a file with tracks of the kinds: "vide", "soun".
func mp4(brand string, tracks ...string) []byte {
	out := []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x02\x00" + brand)
	for _, kind := range tracks {
		out = append(out, "\x00\x00\x00\x20hdlr\x00\x00\x00\x00\x00\x00\x00\x00"+kind+"\x00\x00\x00\x00"...)
	}
	return out
}

// A film is told from a recording by its tracks, may be larger, and is read in ranges.
func TestFilms(t *testing.T) {
	b := newStock(t)
	b.keepFiles()
	for name, c := range map[string]struct {
		data []byte
		kind questionbank.MediaKind
	}{
		"an MP4 film":      {mp4("isom", "soun", "vide"), questionbank.Video},
		"an MP4 recording": {mp4("isom", "soun"), questionbank.Audio},
		"an M4A":           {mp4("M4A ", "soun"), questionbank.Audio},
		"a WebM film":      {[]byte("\x1a\x45\xdf\xa3....webm....V_VP9"), questionbank.Video},
	} {
		id := b.create("看完" + name + "，指出哪一句不合适。")
		b.no(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), bank.InStem, c.data, "接待过程"))
		m := b.detail(id).Editable().Question().Media[0]
		if m.Kind != c.kind {
			t.Errorf("%s is kept as %s", name, m.Kind)
		}
		body, contentType, err := b.s.OpenMedia(ctx, b.trainer, m.Object)
		b.no(err)
		if _, err := body.Seek(4, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(rest, c.data[4:]) || !strings.HasPrefix(contentType, string(c.kind)+"/") {
			t.Errorf("%s: %q as %s, %v", name, rest, contentType, err)
		}
		b.no(body.Close())
		b.no(b.s.Publish(ctx, b.trainer, id))
	}
	id := b.create("图中是哪一种反应？")
	at := base(b.detail(id).Editable())
	for name, data := range map[string][]byte{
		"a WebM recording":       []byte("\x1a\x45\xdf\xa3....webm....A_OPUS"),
		"a WebM without a codec": []byte("\x1a\x45\xdf\xa3....webm"),
		"a film too large":       append(mp4("isom", "vide"), make([]byte, bank.MaxVideoBytes)...),
		"a large recording":      append(mp4("isom", "soun"), make([]byte, bank.MaxMediaBytes)...),
		"a cut handler":          []byte("\x00\x00\x00\x18ftypqt  \x00\x00hdlr\x00\x00"),
	} {
		b.kind(b.s.AddMedia(ctx, b.trainer, id, at, bank.InStem, data, "录像"), errs.Invalid)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	b.no(b.s.AddMedia(ctx, b.trainer, id, at, bank.InStem, append(mp4("isom", "vide"), make([]byte, bank.MaxMediaBytes)...), "一段长的录像"))
}

// A file stands where it was put, comes out of there, and one in a stimulus is in all questions that share it.
func TestPlacesOfMedia(t *testing.T) {
	b := newStock(t)
	b.keepFiles()
	grouped := func(stem string) bank.QuestionID {
		d := b.draft(stem)
		d.Question.Stimulus = &questionbank.Stimulus{ID: "chat-01", Title: "对话", Text: "顾客：贵了。"}
		id, err := b.s.Create(ctx, b.trainer, d)
		b.no(err)
		return id
	}
	id, sibling, published, retired := grouped("第一句怎么接？"), grouped("第二句怎么接？"), grouped("第三句怎么接？"), grouped("第四句怎么接？")
	b.no(b.s.Publish(ctx, b.trainer, published, retired))
	b.no(b.s.Retire(ctx, b.trainer, "过时", retired))
	now := func(id bank.QuestionID) questionbank.Question { return b.detail(id).Editable().Question() }
	for _, at := range []bank.MediaPlace{bank.InExplanation, bank.InOption("b"), bank.InStem, bank.InStimulus} {
		b.no(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), at, picture, "放在"+string(at)))
	}
	var got []string
	for _, p := range bank.PlacedMedia(now(id)) {
		got = append(got, string(p.Place)+"="+p.Media.Alt)
	}
	if want := "stimulus=放在stimulus stem=放在stem option_b=放在option_b explanation=放在explanation"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
	for name, other := range map[string]bank.QuestionID{"a draft": sibling, "a published one": published} {
		if s := now(other).Stimulus; !s.Equal(now(id).Stimulus) || len(s.Media) != 1 {
			t.Errorf("%s has %+v", name, s)
		}
	}
	if current := b.detail(published).Current().Question(); len(current.Stimulus.Media) != 0 {
		t.Error("what was published has changed")
	}
	if len(b.detail(retired).Versions) != 1 {
		t.Error("a retired question was taken up again")
	}
	b.kind(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), bank.InOption("b"), picture, "第二张"), errs.Invalid)
	b.kind(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), bank.InOption("h"), picture, "没有的选项"), errs.Invalid)
	b.kind(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), "nowhere", picture, "别处"), errs.Invalid)
	b.no(b.s.Publish(ctx, b.trainer, id))
	for range 4 {
		b.no(b.s.RemoveMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), 0))
	}
	b.kind(b.s.RemoveMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), 0), errs.NotFound)
	if left := now(id).MediaAll(); len(left) != 0 || len(now(sibling).Stimulus.Media) != 0 {
		t.Errorf("left: %+v", left)
	}
}
