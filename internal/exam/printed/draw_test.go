package printed

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func wenkai(t testing.TB) []byte {
	t.Helper()
	font, err := os.ReadFile("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf")
	if err != nil {
		t.Fatalf("%v (make setup installs fonts-lxgw-wenkai)", err)
	}
	return font
}

func canned(questions int) Paper {
	p := Paper{
		Title: "第四季度综合卷", Number: "试卷编号 12 · A 卷", Facts: []string{"满分 100 分，60 分钟"}, Fields: []string{"姓名", "工号", "部门", "得分"}, Note: "请把答案写在答题卡上。",
		Words: Words{Sheet: "答题卡", Key: "答案（阅卷用）", Mark: "得分", Sum: "合计", Page: "第 %d 页，共 %d 页", Rater: "阅卷人", Check: "复核人"},
	}
	for i := range questions {
		q := Question{Number: i + 1, Section: "一、单选题", Points: "2 分", Remark: "单选题；2 分", Stem: Passage{Text: fmt.Sprintf("第 %d 题：", i+1) + strings.Repeat("术后客户询问日晒与用药，", 6) + "正确的是？"}, Key: "B",
			Options: []Option{{"A", Passage{Text: "立即联系主诊医师"}}, {"B", Passage{Text: strings.Repeat("如实告知并记录", 12)}}, {"C", Passage{Text: "先行承诺效果 within 24 hours"}}, {"D", Passage{Text: "由咨询员决定"}}}}
		switch i % 4 {
		case 1:
			q.Section, q.Options, q.Answer, q.Key = "二、判断题", nil, Truth, "√"
		case 2:
			q.Section, q.Options, q.Answer, q.Lines = "三、填空题", nil, Gaps, 2
		case 3:
			q.Section, q.Options, q.Answer, q.Lines = "四、简答题", nil, Written, 6
		}
		p.Content = append(p.Content, q)
	}
	return p
}

// textOf is each page's text as another program reads it out of the PDF.
func textOf(t *testing.T, pdf []byte) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(string(out), "\f")
	return pages[:len(pages)-1]
}

// rule:C37 every page carries number and form of the paper and its own number; all questions are there, with a place on the
// answer sheet, and nothing of the key.
func TestPDF(t *testing.T) {
	p := canned(40)
	for i := range p.Content {
		p.Content[i].Key = "KEYSENTINEL"
	}
	pdf, err := PDF(p, Exam, wenkai(t))
	if err != nil {
		t.Fatal(err)
	}
	pages := textOf(t, pdf)
	all := strings.Join(pages, "\n")
	if len(pages) < 8 || strings.Contains(all, "KEYSENTINEL") {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		if !strings.Contains(page, "试卷编号 12 · A 卷") || !strings.Contains(page, fmt.Sprintf("第 %d 页，共 %d 页", i+1, len(pages))) {
			t.Errorf("page %d: %s", i+1, page)
		}
	}
	for n := 1; n <= 40; n++ {
		if got := strings.Count(all, fmt.Sprintf("第 %d 题：", n)); got != 1 {
			t.Errorf("question %d stands there %d times", n, got)
		}
	}
	for _, want := range []string{"姓名", "工号", "答题卡", "合计", "复核人"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s", want)
		}
	}
	if got := strings.Count(strings.ReplaceAll(all, " ", ""), "得分/2分"); got != 40 {
		t.Errorf("%d places for marks, want 40", got)
	}
	if got := strings.Count(strings.NewReplacer(" ", "", "\n", "").Replace(all), "（单选题；2分）"); got != 40 {
		t.Errorf("%d questions say what they are, want 40", got)
	}
	key, err := PDF(p, Key, wenkai(t))
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(textOf(t, key), ""); strings.Count(text, "KEYSENTINEL") != 40 {
		t.Error(text)
	}
}

func TestPDFWithoutAFont(t *testing.T) {
	if _, err := PDF(canned(1), Exam, []byte("not a font")); err == nil {
		t.Error("drawn")
	}
}

// No line is wider than the room, a closing sign begins none, and nothing is lost.
func TestWrap(t *testing.T) {
	s, err := newSheet(wenkai(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "短", strings.Repeat("客户，", 60), strings.Repeat("x", 300), "一 two three 四\n第二段", strings.Repeat("word ", 50),
		strings.Repeat("客户请看（《广告法》）", 20), strings.Repeat("看（注）", 40), strings.Repeat("（", 60)} {
		lines := s.wrap(text, bodySize, 200)
		for _, line := range lines {
			if w := s.width(strings.TrimRight(line, "，》）"), bodySize); w > 200.5 {
				t.Errorf("%q is %.1f wide", line, w)
			}
			if strings.HasPrefix(line, "，") {
				t.Errorf("%q begins with a comma", line)
			}
			if strings.HasSuffix(line, "（") && strings.Trim(line, "（") != "" || strings.HasSuffix(line, "《") {
				t.Errorf("%q ends with what opens", line)
			}
		}
		plain := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if got := plain(strings.Join(lines, "")); got != plain(text) {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func BenchmarkPDF(b *testing.B) {
	font, p := wenkai(b), canned(100)
	var out []byte
	for b.Loop() {
		var err error
		if out, err = PDF(p, Exam, font); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(bytes.TrimSpace(out)))/1024, "KiB")
}
