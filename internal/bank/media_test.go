package bank_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

// keepFiles gives the bank a store of its own.
func (b *stock) keepFiles() objectstore.Store {
	b.Helper()
	server, err := embedded.StartS3(ctx, embedded.S3Options{Dir: b.TempDir(), Serve: s3child.Serve})
	b.no(err)
	b.Cleanup(func() { _ = server.Stop(ctx) })
	store, err := objectstore.New(objectstore.Config{
		Endpoint: server.Endpoint(), Transport: server.Transport(), Bucket: "files", AccessKey: server.AccessKey(), SecretKey: server.SecretKey(), SameOrigin: true,
	})
	b.no(err)
	b.no(store.EnsureBucket(ctx))
	b.s.KeepFiles(store)
	return store
}

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

// packed is a package of our own with one question and its files.
func packed(b *stock, media []questionbank.Media, files map[string][]byte) []byte {
	q := b.draft("看图，选出正确的一项。").Question
	q.Media, q.KnowledgePoints = media, []string{"4/医疗广告"}
	native, _ := formats.TargetNamed("native")
	var out bytes.Buffer
	b.no(native.Encode(&out, []questionbank.Question{q}, files))
	return out.Bytes()
}

// A picture that came with a question is kept under a name that its content decides, and goes out again with an export;
// what is no picture is named and does not come in.
func TestMediaComeInAndGoOut(t *testing.T) {
	b := newStock(t)
	store := b.keepFiles()
	data := packed(b, []questionbank.Media{{Kind: questionbank.Image, Object: "images/a.png", Alt: "皮肤"}, {Kind: questionbank.Image, Object: "images/b.png", Alt: "网页"}},
		map[string][]byte{"images/a.png": []byte(png), "images/b.png": []byte("<html><script>")})
	sum, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{{Name: "题.zip", Data: bytes.NewReader(data)}}, bank.Choice{}, false)
	b.no(err)
	if sum.Imported != 1 || len(sum.Problems) == 0 || !strings.Contains(sum.Problems[0].Message, "不是它的名称所说的种类") {
		t.Fatalf("got %+v", sum)
	}
	native, _ := formats.TargetNamed("native")
	var out bytes.Buffer
	b.no(b.s.ExportTo(ctx, b.trainer, bank.Filter{Search: "看图"}, native, &out))
	d, err := formats.DecodeFiles("题.zip", &out)
	b.no(err)
	media := d.Items[0].Question.Media
	if len(media) != 1 || media[0].Alt != "皮肤" || !strings.HasPrefix(media[0].Object, "media/") || string(d.Files[media[0].Object]) != png {
		t.Fatalf("got %+v with %d files, %v", media, len(d.Files), d.Problems)
	}
	if info, err := store.Stat(ctx, "bank/"+media[0].Object); err != nil || info.ContentType != "image/png" {
		t.Fatalf("got %+v, %v", info, err)
	}
	check, err := b.s.CheckExport(ctx, b.trainer, bank.Filter{}, func() formats.Target { x, _ := formats.TargetNamed("xlsx"); return x }())
	b.no(err)
	if check.Questions != 1 || check.Part != 1 || check.Whole != 0 || !strings.Contains(check.Losses[0].Place, "看图") {
		t.Fatalf("got %+v", check)
	}
}

// What is a picture or a film and no page shows, and what is too large for one, is named and does not come in: a question with a hole in it
// could be published.
func TestMediaThatNoPageShows(t *testing.T) {
	b := newStock(t)
	b.keepFiles()
	large := append([]byte(png), make([]byte, bank.MaxMediaBytes)...)
	data := packed(b, []questionbank.Media{{Kind: questionbank.Image, Object: "i/a.bmp", Alt: "位图"}, {Kind: questionbank.Image, Object: "i/b.png", Alt: "太大"}, {Kind: questionbank.Video, Object: "i/c.avi", Alt: "旧片"}, {Kind: questionbank.Image, Object: "i/d.png", Alt: "皮肤"}},
		map[string][]byte{"i/a.bmp": []byte("BM\x46\x00\x00\x00"), "i/b.png": large, "i/c.avi": []byte("RIFF\x00\x00\x00\x00AVI LIST"), "i/d.png": []byte(png)})
	im, err := b.s.ReadFile(ctx, bank.File{Name: "题.zip", Data: bytes.NewReader(data)})
	b.no(err)
	var named []string
	for _, p := range im.Problems.V {
		if p.Code == "media_unshown" && p.Fix != "" && p.Item == 1 {
			named = append(named, p.Message[:len("“位图”")])
		}
	}
	if kept := im.Items.V[0].Question.Media; len(kept) != 1 || kept[0].Alt != "皮肤" || strings.Join(named, "") != "“位图”“太大”“旧片”" {
		t.Errorf("kept %+v, named %q", kept, named)
	}
}

// A bank without a place for files names them and takes the question.
func TestMediaWithoutStore(t *testing.T) {
	b := newStock(t)
	data := packed(b, []questionbank.Media{{Kind: questionbank.Image, Object: "a.png", Alt: "皮肤"}}, map[string][]byte{"a.png": []byte(png)})
	im, err := b.s.ReadFile(ctx, bank.File{Name: "题.zip", Data: bytes.NewReader(data)})
	b.no(err)
	if im.ItemCount != 1 || im.WarningCount == 0 || len(im.Items.V[0].Question.Media) != 0 {
		t.Fatalf("got %+v", im)
	}
}

// A package's files come into options, stimulus, explanation and as films, and a question with them can be published.
func TestMediaInEveryPlaceComeIn(t *testing.T) {
	b := newStock(t)
	b.keepFiles()
	q := b.draft("看录像，选出合适的一项。").Question
	q.KnowledgePoints = []string{"4/医疗广告"}
	q.Media = []questionbank.Media{{Kind: questionbank.Video, Object: "v/film.mp4", Alt: "接待"}}
	q.ExplanationMedia = []questionbank.Media{{Kind: questionbank.Image, Object: "i/why.png", Alt: "示范"}}
	q.Options[1].Media = questionbank.Media{Kind: questionbank.Image, Object: "i/b.png", Alt: "价目表"}
	q.Stimulus = &questionbank.Stimulus{ID: "s1", Text: "一通电话", Media: []questionbank.Media{{Kind: questionbank.Audio, Object: "a/call.mp3", Alt: "来电"}}}
	native, _ := formats.TargetNamed("native")
	var out bytes.Buffer
	files := map[string][]byte{"v/film.mp4": mp4("isom", "vide"), "i/why.png": []byte(png), "i/b.png": []byte(png + "b"), "a/call.mp3": []byte("ID3\x04")}
	b.no(native.Encode(&out, []questionbank.Question{q}, files))
	sum, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{{Name: "题.zip", Data: &out}}, bank.Choice{Publish: true}, false)
	b.no(err)
	rows, _, err := b.s.Questions(ctx, b.trainer, bank.Filter{Search: "录像"}, page.New(1, 5))
	b.no(err)
	if sum.Imported != 1 || len(rows) != 1 || rows[0].State != bank.StatePublished {
		t.Fatalf("%+v %+v", sum, rows)
	}
	placed := bank.PlacedMedia(rows[0].Question())
	if len(placed) != 4 {
		t.Fatalf("%+v", placed)
	}
	for i, want := range []string{"audio/mpeg", "video/mp4", "image/png", "image/png"} {
		body, contentType, err := b.s.OpenFile(ctx, placed[i].Media.Object)
		b.no(err)
		b.no(body.Close())
		if contentType != want {
			t.Errorf("%s as %s, want %s", placed[i].Place, contentType, want)
		}
	}
}

// Files in options, stem and stimulus come through the bank in each format that holds files as they come through the format alone.
func TestMediaThroughTheBankInEachFormat(t *testing.T) {
	for target, file := range map[string]string{"native": "题.zip", "moodle": "题.xml", "qti": "题.zip"} {
		t.Run(target, func(t *testing.T) {
			b := newStock(t)
			b.keepFiles()
			q := b.draft("看图听录音，选出合适的一项。").Question
			q.KnowledgePoints = []string{"4/医疗广告"}
			q.Media = []questionbank.Media{{Kind: questionbank.Image, Object: "i/stem.png", Alt: "前台"}, {Kind: questionbank.Audio, Object: "a/call.mp3", Alt: "来电"}}
			q.ExplanationMedia = []questionbank.Media{{Kind: questionbank.Image, Object: "i/why.png", Alt: "示范"}}
			for i := range q.Options {
				q.Options[i].Media = questionbank.Media{Kind: questionbank.Image, Object: "i/" + q.Options[i].ID + ".png", Alt: "价目表" + q.Options[i].ID}
			}
			q.Stimulus = &questionbank.Stimulus{ID: "s1", Text: "一段接待录像", Media: []questionbank.Media{{Kind: questionbank.Video, Object: "v/film.mp4", Alt: "接待"}}}
			other := b.draft("同一段录像，哪一句不妥？").Question
			other.KnowledgePoints, other.Stimulus = q.KnowledgePoints, q.Stimulus
			files := map[string][]byte{"i/stem.png": []byte(png + "s"), "a/call.mp3": []byte("ID3\x04"), "i/why.png": []byte(png + "w"), "i/a.png": []byte(png + "a"), "i/b.png": []byte(png + "b"), "v/film.mp4": mp4("isom", "vide")}
			form, _ := formats.TargetNamed(target)
			var data bytes.Buffer
			b.no(form.Encode(&data, []questionbank.Question{q, other}, files))
			alone := mediaOf(b, file, data.Bytes())
			if len(alone) < 6 {
				t.Fatalf("the format itself keeps %q", alone)
			}
			sum, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{{Name: file, Data: bytes.NewReader(data.Bytes())}}, bank.Choice{Publish: true}, false)
			b.no(err)
			if sum.Imported != 2 {
				t.Fatalf("%+v", sum)
			}
			var out bytes.Buffer
			b.no(b.s.ExportTo(ctx, b.trainer, bank.Filter{Sort: "id"}, form, &out))
			if got := mediaOf(b, file, out.Bytes()); !slices.Equal(got, alone) {
				t.Errorf("through the bank\n%q, alone\n%q", got, alone)
			}
		})
	}
}

// mediaOf names the files of a file's questions: whose, where, what kind with which words, and what is in it.
func mediaOf(b *stock, name string, data []byte) (found []string) {
	b.Helper()
	d, err := formats.DecodeFiles(name, bytes.NewReader(data))
	b.no(err)
	for _, it := range d.Items {
		for _, m := range bank.PlacedMedia(it.Question) {
			content, there := d.Files[m.Media.Object]
			found = append(found, fmt.Sprintf("%d %s %s %s %t %x", it.Number, m.Place, m.Media.Kind, m.Media.Alt, there, content))
		}
	}
	slices.Sort(found)
	return found
}
