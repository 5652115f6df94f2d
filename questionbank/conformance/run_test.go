package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

const expected = `{"id":"1","question":"哪一项","options":{"A":"甲","B":"乙"},"answer":"B","explanation":""}` + "\n"

func fixtures(t *testing.T) string {
	dir := t.TempDir()
	write(t, dir, "questions/c.csv", "Question,Options,Answer,Explanation\n哪一项,A 甲\\nB 乙,B,nan\n")
	write(t, dir, "questions/c.jsonl", expected)
	write(t, dir, "spreadsheets/一.csv", "题干,选项A,选项B,答案\n哪一项,甲,乙,B\n")
	write(t, dir, "spreadsheets/一.expected.jsonl", expected)
	write(t, dir, "spreadsheets/二.txt", "1、哪一项（ B ）\nA. 甲\nB. 乙\n")
	write(t, dir, "spreadsheets/二.expected.jsonl", expected)
	return dir
}

func TestRun(t *testing.T) {
	r := Run(fixtures(t))
	if r.Failed() || len(r.Files) != 4 {
		t.Fatalf("got %v", r.Files)
	}
}

func TestRunFails(t *testing.T) {
	for name, change := range map[string]func(dir string){
		"folder absent": func(dir string) { os.RemoveAll(dir) },
		"other key": func(dir string) {
			write(t, dir, "spreadsheets/一.csv", "题干,选项A,选项B,答案\n哪一项,甲,乙,A\n")
		},
		"other option": func(dir string) {
			write(t, dir, "spreadsheets/一.csv", "题干,选项A,选项B,答案\n哪一项,甲,丙,B\n")
		},
		"question missing": func(dir string) { write(t, dir, "spreadsheets/一.csv", "题干,选项A,选项B,答案\n") },
		"question refused": func(dir string) {
			write(t, dir, "spreadsheets/一.csv", "题干,选项A,选项B,答案\n哪一项,甲,乙,C\n")
		},
		"file absent": func(dir string) { os.Remove(filepath.Join(dir, "spreadsheets/一.csv")) },
		"nothing at all": func(dir string) {
			os.RemoveAll(filepath.Join(dir, "questions"))
			os.RemoveAll(filepath.Join(dir, "spreadsheets"))
		},
		"other text":         func(dir string) { write(t, dir, "spreadsheets/二.txt", "1、哪一项（ A ）\nA. 甲\nB. 乙\n") },
		"no question in it":  func(dir string) { write(t, dir, "spreadsheets/三.csv", "题干,答案\n") },
		"expectation broken": func(dir string) { write(t, dir, "questions/c.jsonl", "{") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := fixtures(t)
			change(dir)
			r := Run(dir)
			if !r.Failed() {
				t.Fatalf("got %v", r.Files)
			}
			for _, f := range r.Files {
				if len(f.Differences) > 0 && !strings.Contains(f.String(), f.Differences[0]) {
					t.Errorf("the line does not tell: %s", f)
				}
			}
		})
	}
}
