package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stateOf counts the questions that an export of one state holds.
func stateOf(t *testing.T, data, state string) int {
	t.Helper()
	code, out := command(t, data, "bank", "export", "--to", "json", "--state", state)
	if code != 0 {
		t.Fatal(code, out)
	}
	return strings.Count(out, "\n")
}

func oneQuestion(stem string) string {
	return "题型,题干,选项A,选项B,正确答案,知识点,解析\n单选题," + stem + ",如实告知并记录,先行承诺效果,A,4/医疗广告,说明\n"
}

// Each flag of an import does what it says, and what its absence leaves undone.
func TestBankImportFlags(t *testing.T) {
	data := t.TempDir()
	imported := func(want int, args ...string) (a importAnswer) {
		t.Helper()
		code, out := command(t, data, append([]string{"bank", "import", "--json"}, args...)...)
		if err := json.Unmarshal([]byte(out), &a); err != nil || code != want {
			t.Fatal(args, code, out, err)
		}
		return a
	}
	first := fileOf(t, "一.csv", oneQuestion("客户在术前面诊时问到水光针的护理与恢复期，咨询师怎样回答？"))
	near := fileOf(t, "二.csv", oneQuestion("客户在术前面诊时问到水光针的护理与恢复期，咨询师怎样回答才对？"))
	if a := imported(0, first); a.Imported != 1 || stateOf(t, data, "draft") != 1 {
		t.Errorf("without a flag they come in as drafts: %+v", a)
	}
	if a := imported(0, "--dry-run", near); a.Ready != 1 || len(a.Problems) != 1 || !strings.Contains(a.Problems[0].Message, "相近") {
		t.Errorf("a dry run names what is near: %+v", a)
	}
	if a := imported(0, "--leave-out-near", "--review", near); a.Imported != 0 || len(a.LeftOut) != 1 || !strings.Contains(a.LeftOut[0].Reasons[0], "相近") {
		t.Errorf("--leave-out-near: %+v", a)
	}
	if a := imported(0, "--review", near); a.Imported != 1 || len(a.LeftOut) != 0 || stateOf(t, data, "in_review") != 1 {
		t.Errorf("--review: %+v", a)
	}
	if a := imported(0, "--leave-out-refused", "--publish", fileOf(t, "坏.csv", badQuestions)); a.Imported != 1 || len(a.LeftOut) != 1 ||
		!strings.HasPrefix(a.LeftOut[0].Place, "第 3 行") || stateOf(t, data, "published") != 1 {
		t.Errorf("--leave-out-refused --publish: %+v", a)
	}
	if code, out := command(t, data, "bank", "import", "--dry-run", "--leave-out-refused", fileOf(t, "坏.csv", badQuestions)); code != 1 || !strings.HasSuffix(out, "read 2, ready 0, imported 0, left out 0\n") {
		t.Errorf("a dry run fails where a question is refused: %d %s", code, out)
	}
	if n := stateOf(t, data, "all"); n != 3 {
		t.Errorf("%d questions", n)
	}
	if code, out := command(t, data, "bank", "export", "--check", "--to", "aiken", "--state", "in_review"); code != 0 || out != "" {
		t.Errorf("--check writes nothing: %d %q", code, out)
	}
}

// What cannot be asked for is refused before the database is started.
func TestBankCommandsRefused(t *testing.T) {
	good := fileOf(t, "好.csv", goodQuestions)
	for _, args := range [][]string{
		{"import", "--publish", "--review", good},
		{"import", filepath.Join(t.TempDir(), "没有.csv")},
		{"import"},
		{"convert", good, "--to", "word"},
		{"export", "--to", "word"},
		{"export", "--state", "lost"},
		{"lint"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(append([]string{"--data", t.TempDir(), "bank"}, args...), &stdout, &stderr, func(string) string { return "" }); code == 0 || stderr.Len() == 0 || stdout.Len() != 0 {
			t.Errorf("%v: %d %q %q", args, code, stdout.String(), stderr.String())
		}
	}
}

// Aiken holds single and true-false questions without their explanations: the file is written and what it loses is named.
func TestBankConvertToAiken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "题.aiken")
	if code, out := command(t, t.TempDir(), "bank", "convert", fileOf(t, "a.csv", oneQuestion("怎样回答？")), "--to", "aiken", "--out", path); code != 0 || out != "" {
		t.Fatal(code, out)
	}
	if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "ANSWER: A") {
		t.Errorf("%s %v", text, err)
	}
	if code, out := command(t, t.TempDir(), "bank", "convert", path); code != 0 || strings.Count(out, "\n") != 1 {
		t.Error(code, out)
	}
}

// Lint reads one file or a folder, with the table of laws that stands beside them, and says how many it looked through.
func TestBankLintOfFilesAndFolders(t *testing.T) {
	question := func(law string) string {
		return `{"type":"true_false","stem":"依据` + law + `的一句话。","key":["true"],"explanation":"无","knowledge_points":["4/医疗广告"],"difficulty":1,"key_question":false,"source":{"law":"` + law + `","article":"第三条"}}` + "\n"
	}
	folder := t.TempDir()
	for name, text := range map[string]string{"甲.jsonl": question("自定办法"), "乙.jsonl": question("另一办法"), "无题.jsonl": `{"law":"x"}` + "\n", "说明.txt": "不是题"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, out := command(t, t.TempDir(), "bank", "lint", folder)
	if !strings.Contains(out, "2 questions, ") || !strings.Contains(out, "甲.jsonl ") || !strings.Contains(out, "乙.jsonl ") {
		t.Errorf("%d %s", code, out)
	}
	_, one := command(t, t.TempDir(), "bank", "lint", filepath.Join(folder, "甲.jsonl"))
	if !strings.Contains(one, "1 questions, ") || strings.Contains(one, "甲.jsonl ") {
		t.Errorf("of one file the places need no name: %s", one)
	}
	if code, _ := command(t, t.TempDir(), "bank", "lint", t.TempDir()); code != 1 {
		t.Errorf("an empty folder: %d", code)
	}
}
