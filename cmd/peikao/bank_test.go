package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/peikao/peikao/questionbank/native"
)

const (
	goodQuestions = "题型,题干,选项A,选项B,正确答案,知识点,解析\n单选题,甲题？,甲,乙,A,4/医疗广告,说明\n判断题,乙题。,,,错,2/回访,说明\n"
	badQuestions  = "题型,题干,选项A,选项B,正确答案,知识点,解析\n单选题,好题？,甲,乙,A,,说明\n单选题,坏题？,甲,乙,F,,说明\n"
)

// command runs peikao with the arguments on its own data directory.
func command(t *testing.T, data string, args ...string) (code int, out string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"--data", data}, args...), &stdout, &stderr, func(string) string { return "" })
	if code > 1 {
		t.Fatal(stderr.String())
	}
	return code, stdout.String()
}

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBankConvert(t *testing.T) {
	code, out := command(t, t.TempDir(), "bank", "convert", fileOf(t, "a.csv", goodQuestions), "--to", "json")
	items, problems, err := native.Decode(strings.NewReader(out))
	if code != 0 || err != nil || len(problems) != 0 || len(items) != 2 || items[1].Question.Key.Choices[0] != "false" {
		t.Fatal(code, out, problems, err)
	}
	code, out = command(t, t.TempDir(), "bank", "convert", fileOf(t, "a.csv", badQuestions))
	if code != 1 || strings.Count(out, "\n") != 1 {
		t.Fatal("the sound question is written, and the command fails:", code, out)
	}
}

// Every form that convert writes is read again, and what the form cannot hold ends the command with 1.
func TestBankConvertTo(t *testing.T) {
	from := fileOf(t, "a.csv", goodQuestions)
	for to, name := range map[string]string{"native": "b.zip", "xlsx": "b.xlsx", "moodle": "b.xml", "gift": "b.txt", "qti": "b.zip"} {
		path := filepath.Join(t.TempDir(), name)
		if code, out := command(t, t.TempDir(), "bank", "convert", from, "--to", to, "-o", path); code != 0 || out != "" {
			t.Fatal(to, code, out)
		}
		if code, out := command(t, t.TempDir(), "bank", "convert", path); code != 0 || strings.Count(out, "\n") != 2 {
			t.Error(to, code, out)
		}
	}
	spoken := `{"type":"spoken","stem":"录一段。","key":{"model":"好","rubric":[{"text":"好","percent":100}]},"explanation":"无","knowledge_points":[],"difficulty":1,"key_question":false}` + "\n"
	if code, _ := command(t, t.TempDir(), "bank", "convert", fileOf(t, "a.jsonl", spoken), "--to", "qti"); code != 1 {
		t.Error("a question that is left out must fail:", code)
	}
}

func TestBankLint(t *testing.T) {
	code, out := command(t, t.TempDir(), "bank", "lint", filepath.Join("..", "..", "questionbank", "content"), "--json")
	var answer lintAnswer
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != 0 || answer.Read < 150 {
		t.Fatal(code, err, answer.Read)
	}
	if len(answer.Figures) == 0 || answer.Figures[0].Code != "longest_is_right" || answer.Figures[0].Percent == 0 || answer.Figures[0].Over() {
		t.Errorf("the shares over the bank are missing: %+v", answer.Figures)
	}
	wrong := `{"type":"true_false","stem":"依据广告法的一句话。","key":["true"],"explanation":"无","knowledge_points":["4/医疗广告"],"difficulty":1,"key_question":false,` +
		`"source":{"law":"中华人民共和国广告法","article":"第九百条"}}` + "\n"
	if code, out := command(t, t.TempDir(), "bank", "lint", fileOf(t, "a.jsonl", wrong)); code != 1 || !strings.Contains(out, "第九百条") {
		t.Fatal("an article that does not exist must fail:", code, out)
	}
}

// The shape of the answer is stable for scripts: read, imported, problems with place and message.
func TestBankImport(t *testing.T) {
	data := t.TempDir()
	answer := func(want int, args ...string) (a struct {
		Read, Imported int
		Problems       []struct{ Place, Message string }
	}) {
		t.Helper()
		code, out := command(t, data, append([]string{"bank", "import", "--json"}, args...)...)
		if err := json.Unmarshal([]byte(out), &a); err != nil || code != want {
			t.Fatal(code, out, err)
		}
		return a
	}
	good, bad := fileOf(t, "好.csv", goodQuestions), fileOf(t, "坏.csv", badQuestions)
	if a := answer(0, "--dry-run", good); a.Read != 2 || a.Imported != 0 || len(a.Problems) != 0 {
		t.Errorf("%+v", a)
	}
	if a := answer(1, good, bad); a.Read != 4 || a.Imported != 0 || len(a.Problems) != 1 || !strings.HasPrefix(a.Problems[0].Place, "坏.csv 第 3 行") {
		t.Errorf("%+v", a)
	}
	if a := answer(0, good); a.Imported != 2 {
		t.Errorf("%+v", a)
	}
	if a := answer(0, good); a.Imported != 0 || len(a.Problems) != 2 {
		t.Errorf("what the bank holds came in again: %+v", a)
	}
	if a := answer(0, good, "--with-doubles"); a.Imported != 2 {
		t.Errorf("%+v", a)
	}
	backup := filepath.Join(t.TempDir(), "备份.zip")
	if code, out := command(t, data, "bank", "export", "-o", backup); code != 0 {
		t.Fatal(code, out)
	}
	if a := answer(0, "--dry-run", backup); a.Read != 4 {
		t.Errorf("%+v", a)
	}
}
