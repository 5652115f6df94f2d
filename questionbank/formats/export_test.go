package formats

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

// What is written in a target's form is read by its ending, and what does not come back, or comes back without its files,
// was listed before.
func TestTargets(t *testing.T) {
	samples := formattest.Samples()
	files := map[string][]byte{}
	for _, q := range samples {
		for _, m := range q.MediaAll() {
			files[m.Object] = []byte(m.Object)
		}
	}
	for _, target := range Targets {
		t.Run(target.Name, func(t *testing.T) {
			if same, ok := TargetNamed(target.Name); !ok || same.Title != target.Title {
				t.Fatal("it is not found by its name")
			}
			var file bytes.Buffer
			if err := target.Encode(&file, samples, files); err != nil {
				t.Fatal(err)
			}
			d, err := DecodeFiles("题库"+target.Ending, &file)
			if err != nil || qb.HasErrors(d.Problems) {
				t.Fatalf("got %v, %v", d.Problems, err)
			}
			losses := Losses(target, samples, func(i int) string { return Beginning(samples[i]) })
			whole := 0
			for _, l := range losses {
				if l.Severity == qb.Error {
					whole++
				}
				if l.Place == "" || l.Message == "" || l.Item < 1 {
					t.Errorf("incomplete: %+v", l)
				}
			}
			if len(d.Items) != len(samples)-whole {
				t.Errorf("%d of %d came back, %d were said to be left out", len(d.Items), len(samples), whole)
			}
			if target.Name == "native" && (len(losses) > 0 || len(d.Files) != len(files)) {
				t.Errorf("the lossless one loses %v, %d files", losses, len(d.Files))
			}
			if !target.Files && !slices.ContainsFunc(losses, func(p qb.Problem) bool { return strings.Contains(p.Message, "图片") || p.Field == qb.FieldMedia }) {
				t.Errorf("the files that it does not hold are not named: %v", losses)
			}
		})
	}
}

// Where a format holds tags they come back; where it does not, that is said.
func TestTagsAreKeptOrNamed(t *testing.T) {
	q := formattest.Samples()[0]
	q.Tags = []string{"术后", "2026 春"}
	for _, target := range Targets {
		var file bytes.Buffer
		if err := target.Encode(&file, []qb.Question{q}, nil); err != nil {
			t.Fatal(target.Name, err)
		}
		d, err := DecodeFiles("题库"+target.Ending, &file)
		if err != nil || len(d.Items) != 1 {
			t.Fatal(target.Name, d, err)
		}
		named := slices.ContainsFunc(Losses(target, []qb.Question{q}, func(int) string { return "题" }), func(p qb.Problem) bool { return p.Field == qb.FieldTags })
		if kept := slices.Equal(d.Items[0].Question.Tags, q.Tags); kept == named {
			t.Errorf("%s: kept %v, named as lost %v", target.Name, kept, named)
		}
	}
}

func TestZips(t *testing.T) {
	pack := func(name string) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		f, _ := w.Create(name)
		_, _ = io.WriteString(f, "x")
		_ = w.Close()
		return out.Bytes()
	}
	for name, want := range map[string]string{"moodle_backup.xml": "moodle_backup", "a.docx": "format_unknown", "../a": "zip_path", "a.xml": "xml_broken", "peikao.json": "package_broken"} {
		d, err := DecodeFiles("a.zip", bytes.NewReader(pack(name)))
		if err != nil || !slices.ContainsFunc(d.Problems, func(p qb.Problem) bool { return p.Code == want }) {
			t.Errorf("%s: got %v, %v", name, d.Problems, err)
		}
	}
}

// A place that cannot keep files still gets sound questions, and each file is named.
func TestWithoutFiles(t *testing.T) {
	d := Decoded{}
	for i, q := range formattest.Samples() {
		d.Items = append(d.Items, qb.Item{Place: "第 1 行", Number: i + 1, Question: q})
	}
	bare := d.WithoutFiles()
	formattest.CheckItems(t, bare.Items)
	formattest.CheckProblems(t, bare.Problems)
	if len(bare.Items) != len(d.Items) || len(bare.Problems) != 6 {
		t.Fatalf("%d items, %v", len(bare.Items), bare.Problems)
	}
	for i, it := range bare.Items {
		if len(it.Question.MediaAll()) > 0 || len(d.Items[i].Question.MediaAll()) != len(formattest.Samples()[i].MediaAll()) {
			t.Errorf("question %d: %v", i, it.Question.MediaAll())
		}
	}
}
