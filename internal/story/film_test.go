package story

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
)

// film is a test picture that moves, of two seconds.
func film(t *testing.T) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "film.webm")
	ffmpeg := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc=s=320x180:r=10:d=2", "-c:v", "libvpx", "-b:v", "150k", "-pix_fmt", "yuv420p", out)
	if report, err := ffmpeg.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v %s (make setup-test installs it)", err, report)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A trainer puts pictures to an option of each kind of list, one to a stimulus and a film below a stem, by the page; a consultant sees
// and plays all of them on a phone of 320 px, and again in the result.
func TestFilesInEveryPlace(t *testing.T) {
	axe, picture, moving := axeCore(t), pictureFile(t), filepath.Join(t.TempDir(), "film.webm")
	if err := os.WriteFile(moving, film(t), 0o600); err != nil {
		t.Fatal(err)
	}
	c := apptest.NewClinic(t, app.Options{})
	options := []questionbank.Option{{ID: "a", Text: "先致歉"}, {ID: "b", Text: "先报价"}, {ID: "c", Text: "先挂断"}}
	c.AddQuestions(
		questionbank.Question{Type: questionbank.Single, Stem: "哪一步在前？", Options: options, Key: questionbank.Key{Choices: []string{"a"}}, Explanation: "先处理情绪。", KnowledgePoints: []string{"3/投诉"}, Difficulty: 3,
			Stimulus: &questionbank.Stimulus{ID: "call-01", Title: "一通电话", Text: "顾客在电话里很激动。"}},
		questionbank.Question{Type: questionbank.Ordering, Stem: "排好次序。", Options: options, Key: questionbank.Key{Choices: []string{"a", "b", "c"}}, Explanation: "先处理情绪。", KnowledgePoints: []string{"3/投诉"}, Difficulty: 3},
		questionbank.Question{Type: questionbank.Matching, Stem: "对上。", Rows: []string{"甲", "乙"}, Options: options, Key: questionbank.Key{Choices: []string{"a", "b"}}, Explanation: "见手册。", KnowledgePoints: []string{"3/投诉"}, Difficulty: 3},
	)
	b, end := launch(t, chromedp.Flag("autoplay-policy", "no-user-gesture-required"))
	t.Cleanup(end)
	at := func(login string, width int64) *person {
		p := newPerson(t, b, c.URL, login, width)
		p.hasSession(c.Token(login))
		return p
	}
	trainer := at("trainer", desktop)
	ctx := context.Background()
	rows, _, err := c.Bank.Questions(ctx, c.Viewer("trainer"), bank.Filter{}, page.New(1, 10))
	if err != nil {
		t.Fatal(err)
	}
	var types []exam.BlueprintRow
	for _, r := range rows {
		q := r.Question()
		puts := func(place, file, alt string) {
			t.Helper()
			trainer.open(fmt.Sprintf("/bank/questions/%d", r.QuestionID))
			trainer.upload(file)
			trainer.fill(map[string]string{"place": place, "alt": alt})
			trainer.press("上传")
			trainer.sees(alt)
		}
		puts("option_b", picture, "价目表")
		if q.Type == questionbank.Single {
			puts("stem", moving, "接待过程的录像")
			puts("stimulus", picture, "来电记录")
			puts("explanation", picture, "示范的回复")
			trainer.pictures()
		}
		if err := c.Bank.Publish(ctx, c.Viewer("trainer"), r.QuestionID); err != nil {
			t.Fatal(err)
		}
		types = append(types, exam.BlueprintRow{Section: "一", Type: string(q.Type), Count: 1})
	}
	id := c.Exam(c.PaperOf(types...), func(s *exam.Settings) { s.ShuffleSlots = false; s.Release = exam.ReleaseAtHandIn }, "mei-a")

	sitter := at("mei-a", 320)
	sitter.open(fmt.Sprintf("/exams/%d/sit", id))
	sitter.press("开始考试")
	sitter.await(`document.querySelectorAll("section.question").length === 3`)
	loaded := `[...document.querySelectorAll("section.question img")].filter(i => i.complete && i.naturalWidth === 800)`
	sitter.await(loaded + `.length === 4`)
	want := map[string]int{`fieldset .option [data-option="b"] img`: 1, `.order-item [data-option="b"] img`: 1, `fieldset > [data-option="b"] img`: 1, `.stimulus .text img`: 1}
	for where, n := range want {
		if got := eval[int](sitter, fmt.Sprintf(`document.querySelectorAll(%s).length`, quoted("section.question "+where))); got != n {
			sitter.fail("%d pictures at %s", got, where)
		}
	}
	plays(sitter, `document.querySelector("section.question video")`)
	for n := range 3 {
		sitter.accessible(axe)
		if n < 2 {
			sitter.press("下一题")
		}
	}
	sitter.pictures()
	sitter.press("答题卡")
	sitter.press("交卷")
	sitter.press("确认交卷")
	sitter.await(`document.querySelector("main.receipt")`)
	c.Fake.Advance(3 * time.Hour)
	if err := c.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	sitter.open("/exams")
	sitter.press("看成绩")
	eval[bool](sitter, `(document.querySelectorAll("details").forEach(d => d.open = true), document.querySelectorAll("img").forEach(i => i.loading = "eager"), true)`)
	sitter.await(`[...document.querySelectorAll("main img")].filter(i => i.complete && i.naturalWidth === 800).length === 5`)
	sitter.sees("示范的回复")
	plays(sitter, `document.querySelector("main video")`)
	sitter.accessible(axe)
	sitter.pictures()
	sitter.calm()
	trainer.calm()
}

// plays wants a film to play, and its middle to be had without its beginning.
func plays(p *person, find string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(window.played = "", (async () => {
		const film = %s;
		const part = await fetch(film.src, { headers: { Range: "bytes=100-199" } });
		film.muted = true;
		await film.play();
		return [part.status, (await part.arrayBuffer()).byteLength, film.videoWidth];
	})().then((r) => window.played = JSON.stringify(r), (e) => window.played = JSON.stringify(String(e))), true)`, find))
	p.await(`window.played`)
	var got any
	if err := json.Unmarshal([]byte(eval[string](p, `window.played`)), &got); err != nil || fmt.Sprint(got) != "[206 100 320]" {
		p.fail("plays %v", got)
	}
}
