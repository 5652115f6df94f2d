package bank_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
)

var picture = []byte("\x89PNG\r\n\x1a\n术后两周的照片")

// A file is an edit of the question: what was published keeps its own, an edit of the words keeps the files, and taking one away
// leaves the older version as it was.
func TestMediaOfAQuestion(t *testing.T) {
	b := newStock(t)
	b.keepFiles()
	id := b.create("图中是哪一种反应？")
	b.no(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), picture, " 额部红斑，边界清楚 "))
	b.kind(b.s.AddMedia(ctx, b.trainer, id, bank.Base{Version: 1, Revision: 1}, picture, "同时被别人改过"), errs.Conflict)
	b.no(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), []byte("ID3\x04录音"), "顾客的来电"))
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
		if err := b.s.AddMedia(ctx, b.trainer, id, at, c.data, c.alt); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 8 {
		b.no(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), picture, "图"))
	}
	b.kind(b.s.AddMedia(ctx, b.trainer, id, base(b.detail(id).Editable()), picture, "第九张"), errs.Invalid)
}
