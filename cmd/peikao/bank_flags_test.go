package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/bank"
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
	imported := func(want int, args ...string) (a bank.ImportAnswer) {
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
	both := fileOf(t, "三.csv", strings.ReplaceAll(oneQuestion("每月清点抢救车里的药品和除颤仪电量以后，由哪两个岗位的人一起签字？"), "4/医疗广告", "广告审查")+
		strings.SplitAfter(oneQuestion("每月清点抢救车里的药品和除颤仪电量以后，由哪两个岗位的人一起签字才对？"), "\n")[1])
	if a := imported(0, "--dry-run", both); len(a.Unknown) != 1 || a.Unknown[0].Path != "广告审查" || !a.Unknown[0].Created || len(a.Near) != 1 || a.Near[0].Place != "第 3 行" || a.Near[0].OtherPlace != "第 2 行" {
		t.Errorf("a dry run names what to decide about: %+v", a)
	}
	if code, out := command(t, data, "bank", "import", "--dry-run", "--map", "广告审查=4", both); code != 0 || !strings.Contains(out, "知识点“广告审查”（1 道题）归入 4\n") {
		t.Errorf("%d %s", code, out)
	}
	if code, out := command(t, data, "bank", "import", "--dry-run", "--create-below", "广告审查=2", both); code != 0 || !strings.Contains(out, "将新建 2/广告审查") {
		t.Errorf("%d %s", code, out)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--map", "广告审查"}, "--map：“广告审查”要写成“名字=编号或路径”"},
		{[]string{"--map", "广告=4"}, "--map：“广告=4”：文件里没有叫这个名字的未知知识点；未知的有：广告审查"},
		{[]string{"--create-below", "广告审查=4/没有"}, "--create-below：“广告审查=4/没有”：等号后面不是可用的知识点"},
		{[]string{"--leave-out", "第 2 行"}, "--leave-out：“第 2 行”不是相近的题的位置；相近的有：第 3 行"},
		{[]string{"--take", "第 3 行"}, "--take：只有不导入相近的题时"},
	} {
		if code, out, errOut := said(t, data, append([]string{"import", both}, c.args...)...); code != 1 || out != "" || !strings.Contains(errOut, "有 1 处需要改正。 "+c.says) {
			t.Errorf("%v: %d %s %s", c.args, code, out, errOut)
		}
	}
	if a := imported(0, "--leave-out", "第 3 行", "--map", "广告审查=4/医疗广告", both); a.Imported != 1 || len(a.LeftOut) != 1 || a.LeftOut[0].Place != "第 3 行" {
		t.Errorf("--leave-out --map: %+v", a)
	}
	if a := imported(0, "--leave-out-near", "--take", "第 3 行", both); a.Imported != 1 || len(a.LeftOut) != 1 || !strings.Contains(a.LeftOut[0].Reasons[0], "已有相同的题") {
		t.Errorf("--take: %+v", a)
	}
	if n := stateOf(t, data, "all"); n != 5 {
		t.Errorf("%d questions", n)
	}
	if code, out := command(t, data, "bank", "export", "--check", "--to", "aiken", "--state", "in_review"); code != 0 || out != "" {
		t.Errorf("--check writes nothing: %d %q", code, out)
	}
}

// said runs peikao bank with the arguments; what it says goes to both.
func said(t *testing.T, data string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(append([]string{"--data", data, "bank"}, args...), &stdout, &stderr, func(string) string { return "" })
	return code, stdout.String(), stderr.String()
}

// What cannot be asked for is refused before the database is started, and the message says what can be.
func TestBankCommandsRefused(t *testing.T) {
	good, folder := fileOf(t, "好.csv", goodQuestions), t.TempDir()
	absent := filepath.Join(folder, "没有.csv")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"import", "--publish", "--review", good}, "--publish and --review can't be used together"},
		{[]string{"import", absent}, "没有.csv: no such file"},
		{[]string{"import", folder}, "is a directory"},
		{[]string{"import"}, `expected "<file> ..."`},
		{[]string{"import", "--leave-near", good}, "unknown flag --leave-near"},
		{[]string{"import", "--dry-run=perhaps", good}, "bool value must be true, 1, yes, false, 0 or no"},
		{[]string{"convert"}, `expected "<file>"`},
		{[]string{"convert", absent}, "没有.csv: no such file"},
		{[]string{"convert", good, good}, "unexpected argument"},
		{[]string{"convert", good, "--to", "word"}, `--to must be one of "json","native","xlsx","moodle","gift","aiken","qti" but got "word"`},
		{[]string{"convert", good, "--to"}, "--to: expected string value"},
		{[]string{"convert", good, "-o"}, "--out: expected file value"},
		{[]string{"convert", good, "-o", filepath.Join(folder, "没有", "题.jsonl")}, "no such file or directory"},
		{[]string{"convert", fileOf(t, "题.pdf", "%PDF-1.4")}, "支持 .xlsx"},
		{[]string{"convert", fileOf(t, "空.csv", "")}, "至少要有“题干”和“答案”两列"},
		{[]string{"export", "--to", "word"}, `--to must be one of "native","json","xlsx","moodle","gift","aiken","qti" but got "word"`},
		{[]string{"export", "--state", "lost"}, `--state must be one of "","draft","in_review","published","retired","all" but got "lost"`},
		{[]string{"export", "题库"}, "unexpected argument 题库"},
		{[]string{"export", "--json"}, "unknown flag --json"},
		{[]string{"lint"}, `expected "<path>"`},
		{[]string{"lint", absent}, "没有.csv: no such file"},
		{[]string{"lint", folder}, "no file with questions (.xlsx"},
		{[]string{"lint", good, "--fix"}, "unknown flag --fix"},
	} {
		code, out, errOut := said(t, t.TempDir(), c.args...)
		if code == 0 || !strings.Contains(errOut, c.says) || out != "" {
			t.Errorf("%v: %d %q\n%s", c.args, code, out, errOut)
		}
	}
}

// Each flag of a conversion: the form, where it is written, and what the form loses beside it.
func TestBankConvertFlags(t *testing.T) {
	from, folder := fileOf(t, "题.csv", goodQuestions), t.TempDir()
	for _, c := range []struct {
		args  []string
		code  int
		out   string // begins so
		says  string // beside it
		wrote string // begins so
	}{
		{nil, 0, `{"type":"single"`, "", ""},
		{[]string{"--to", "json"}, 0, `{"type":"single"`, "", ""},
		{[]string{"--to=native"}, 0, "PK", "", ""},
		{[]string{"--to", "xlsx"}, 0, "PK", "", ""},
		{[]string{"--to", "qti"}, 0, "PK", "", ""},
		{[]string{"--to", "moodle"}, 0, "<?xml", "", ""},
		{[]string{"--to", "gift"}, 0, "$CATEGORY:", "", ""},
		{[]string{"--to", "aiken"}, 1, "甲题？\nA) 甲\nB) 乙\nANSWER: A\n", "Aiken 只有单选题，整题不写出", ""},
		{[]string{"-o", filepath.Join(folder, "一")}, 0, "", "", `{"type":"single"`},
		{[]string{"--out", filepath.Join(folder, "二"), "--to", "moodle"}, 0, "", "", "<?xml"},
		{[]string{"--out", filepath.Join(folder, "三"), "--to", "aiken"}, 1, "", "整题不写出", "甲题？"},
	} {
		code, out, errOut := said(t, t.TempDir(), append([]string{"convert", from}, c.args...)...)
		if code != c.code || !strings.HasPrefix(out, c.out) || (c.out == "") != (out == "") || !strings.Contains(errOut, c.says) {
			t.Errorf("%v: %d %.60q\n%s", c.args, code, out, errOut)
		}
		if c.wrote == "" {
			continue
		}
		if text, err := os.ReadFile(c.args[1]); err != nil || !strings.HasPrefix(string(text), c.wrote) {
			t.Errorf("%v: wrote %.60q, %v", c.args, text, err)
		}
	}
}

// Each flag of an export, on a bank with a published question, a draft and one that no other form holds whole.
func TestBankExportFlags(t *testing.T) {
	data := t.TempDir()
	spoken := `{"type":"spoken","stem":"录一段。","key":{"model":"好","rubric":[{"text":"好","percent":100}]},"explanation":"无","knowledge_points":["2/电话"],"difficulty":1,"key_question":false}` + "\n"
	for _, args := range [][]string{{"import", "--publish", fileOf(t, "一.csv", oneQuestion("已发布的题？"))}, {"import", fileOf(t, "二.csv", oneQuestion("草稿里的题？"))}, {"import", fileOf(t, "三.jsonl", spoken)}} {
		if code, out, errOut := said(t, data, args...); code != 0 {
			t.Fatal(args, out, errOut)
		}
	}
	absent := filepath.Join(t.TempDir(), "没有", "题.zip")
	for _, c := range []struct {
		args []string
		code int
		n    int // lines of the answer; -1: a package
		says string
	}{
		{[]string{"--to", "json"}, 0, 3, "3 questions, 0 left out"},
		{nil, 0, -1, "3 questions, 0 left out, 0 lose something"},
		{[]string{"--to", "json", "--state", "published"}, 0, 1, "1 questions"},
		{[]string{"--to", "json", "--state", "draft"}, 0, 2, "2 questions"},
		{[]string{"--to", "json", "--state", "retired"}, 0, 0, "0 questions"},
		{[]string{"--to", "json", "--state=all"}, 0, 3, "3 questions"},
		{[]string{"--check"}, 0, 0, "3 questions, 0 left out"},
		{[]string{"--check", "--to", "qti"}, 1, 0, "1 left out"},
		{[]string{"--to", "qti"}, 1, -1, "整题不写出"},
		{[]string{"-o", absent}, 1, 0, "no such file or directory"},
	} {
		code, out, errOut := said(t, data, append([]string{"export"}, c.args...)...)
		lines := strings.Count(out, "\n")
		if strings.HasPrefix(out, "PK") {
			lines = -1
		}
		if code != c.code || lines != c.n || !strings.Contains(errOut, c.says) {
			t.Errorf("%v: %d, %d lines\n%s", c.args, code, lines, errOut)
		}
	}
}

// What a script reads keeps its names.
func TestBankAnswersAsJSON(t *testing.T) {
	data := t.TempDir()
	bad := fileOf(t, "坏.csv", badQuestions)
	for _, c := range []struct {
		args   []string
		code   int
		names  string
		inside map[string]string // of the first of each list
	}{
		{[]string{"import", "--json", "--dry-run", bad}, 1, "imported problems read ready unknown_points", map[string]string{"problems": "code message place severity", "unknown_points": "becomes created like name questions"}},
		{[]string{"import", "--json", "--leave-out-refused", bad}, 0, "imported left_out problems read ready", map[string]string{"left_out": "place reasons"}},
		{[]string{"import", "--json", fileOf(t, "无题型.csv", "题干,答案\n问,也许\n")}, 1, "imported problems read ready", map[string]string{"problems": "code fix message place severity"}},
		{[]string{"lint", "--json", fileOf(t, "题.jsonl", `{"type":"true_false","stem":"依据广告法的一句话。","key":["true"],"explanation":"无","knowledge_points":["4/医疗广告"],"difficulty":1,"key_question":false,"source":{"law":"中华人民共和国广告法","article":"第九百条"}}`+"\n")}, 1,
			"figures problems read", map[string]string{"problems": "code message place severity"}},
	} {
		code, out, _ := said(t, data, c.args...)
		var answer map[string]json.RawMessage
		if err := json.Unmarshal([]byte(out), &answer); err != nil || code != c.code {
			t.Errorf("%v: %d %s %v", c.args, code, out, err)
			continue
		}
		if got := strings.Join(slices.Sorted(maps.Keys(answer)), " "); got != c.names {
			t.Errorf("%v: %s", c.args, got)
		}
		for name, want := range c.inside {
			var list []map[string]any
			if err := json.Unmarshal(answer[name], &list); err != nil || len(list) == 0 || strings.Join(slices.Sorted(maps.Keys(list[0])), " ") != want {
				t.Errorf("%v: %s is %s", c.args, name, answer[name])
			}
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
	if !strings.Contains(out, "说明.txt 文件") || strings.Contains(out, "无题") || code != 1 {
		t.Errorf("a text without questions is named, what holds other things is not: %d %s", code, out)
	}
	mixed := filepath.Join(t.TempDir(), "混 合")
	if err := os.Mkdir(mixed, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"甲.csv": goodQuestions, "乙.gift": "::问::对吗？{T}\n", "laws.tsv": "law\tarticle\n"} {
		if err := os.WriteFile(filepath.Join(mixed, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, out := command(t, t.TempDir(), "bank", "lint", filepath.Dir(mixed)); !strings.Contains(out, "3 questions, ") {
		t.Errorf("a folder of several forms: %s", out)
	}
	_, one := command(t, t.TempDir(), "bank", "lint", filepath.Join(folder, "甲.jsonl"))
	if !strings.Contains(one, "1 questions, ") || strings.Contains(one, "甲.jsonl ") {
		t.Errorf("of one file the places need no name: %s", one)
	}
	if code, _ := command(t, t.TempDir(), "bank", "lint", t.TempDir()); code != 1 {
		t.Errorf("an empty folder: %d", code)
	}
}
