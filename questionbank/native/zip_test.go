package native

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var packed = formattest.Format{
	Decode: func(r io.Reader) ([]qb.Item, []qb.Problem, error) {
		items, problems, _, err := DecodeFiles(r)
		return items, problems, err
	},
	Encode: func(w io.Writer, questions []qb.Question) error { return EncodeFiles(w, questions, filesOf(questions)) },
}

func TestPackage(t *testing.T) { formattest.Run(t, packed) }

// filesOf makes a content for every file that the questions show.
func filesOf(questions []qb.Question) map[string][]byte {
	files := map[string][]byte{}
	for _, q := range questions {
		for _, m := range q.MediaAll() {
			files[m.Object] = []byte("content of " + m.Object)
		}
	}
	return files
}

// Any sound questions come back as they were, in their order, with their files and nothing to say; written again, they are
// the same bytes.
func TestPackageIsTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfNDistinct(formattest.Question(), 1, 5, func(q qb.Question) string { return qb.Fold(q.Stem) }).Draw(t, "questions")
		files := filesOf(want)
		var first, second bytes.Buffer
		if err := EncodeFiles(&first, want, files); err != nil {
			t.Fatal(err)
		}
		items, problems, read, err := DecodeFiles(bytes.NewReader(first.Bytes()))
		if err != nil || qb.HasErrors(problems) || len(items) != len(want) || !reflect.DeepEqual(read, files) {
			t.Fatalf("got %d of %d items, %v, %v", len(items), len(want), problems, err)
		}
		var got []qb.Question
		for i, it := range items {
			if want[i].KnowledgePoints == nil {
				want[i].KnowledgePoints = []string{}
			}
			if !reflect.DeepEqual(it.Question, want[i]) {
				t.Fatalf("\n got %+v\nwant %+v", it.Question, want[i])
			}
			got = append(got, it.Question)
		}
		if err := EncodeFiles(&second, got, read); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("written again, the package differs: %v", err)
		}
	})
}

// change rewrites a package: a file's new content, or "" to leave it out.
func change(t testing.TB, data []byte, name string, content string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		text := content
		if f.Name != name {
			in, _ := f.Open()
			all, _ := io.ReadAll(in)
			text = string(all)
		}
		if text != "" {
			to, _ := w.Create(f.Name)
			_, _ = io.WriteString(to, text)
		}
	}
	if !slices.ContainsFunc(r.File, func(f *zip.File) bool { return f.Name == name }) {
		to, _ := w.Create(name)
		_, _ = io.WriteString(to, content)
	}
	_ = w.Close()
	return out.Bytes()
}

// What was changed, lost or added on the way is named.
func TestPackageChecksItself(t *testing.T) {
	var file bytes.Buffer
	questions := formattest.Samples()
	if err := EncodeFiles(&file, questions, filesOf(questions)); err != nil {
		t.Fatal(err)
	}
	picture := filesFolder + questions[5].Media[0].Object
	for name, bad := range map[string]struct {
		data []byte
		code string
	}{
		"another file":      {change(t, file.Bytes(), picture, "other"), "file_changed"},
		"file lost":         {change(t, file.Bytes(), picture, ""), "file_absent"},
		"file added":        {change(t, file.Bytes(), "files/more.png", "x"), "file_unread"},
		"questions lost":    {change(t, file.Bytes(), questionsName, good+"\n"), "questions_differ"},
		"no questions":      {change(t, file.Bytes(), questionsName, ""), "zip_absent"},
		"newer":             {change(t, file.Bytes(), aboutName, `{"format":"peikao-questions","version":2}`), "package_broken"},
		"other format":      {change(t, file.Bytes(), aboutName, `{"format":"x","version":1}`), "package_broken"},
		"no package":        {change(t, file.Bytes(), aboutName, ""), "zip_absent"},
		"out of the folder": {change(t, file.Bytes(), "../x", "1"), "zip_path"},
		"bomb":              {change(t, file.Bytes(), "files/b.png", strings.Repeat("0", 40<<20)), "zip_ratio"},
	} {
		var problems []qb.Problem
		var err error
		formattest.CheckBounded(t, func() { _, problems, _, err = DecodeFiles(bytes.NewReader(bad.data)) })
		if err != nil || !slices.ContainsFunc(problems, func(p qb.Problem) bool { return p.Code == bad.code }) {
			t.Errorf("%s: got %v, %v", name, problems, err)
		}
	}
	without := map[string][]byte{}
	file.Reset()
	_ = EncodeFiles(&file, questions, without)
	_, problems, _, _ := DecodeFiles(&file)
	if n := strings.Count(fmt.Sprint(problems), "不在题库包里"); n != 5 {
		t.Errorf("%d files are missed: %v", n, problems)
	}
}

// Any bytes: every line of a package is an item or a problem with its place.
func FuzzNativeZip(f *testing.F) {
	var file bytes.Buffer
	_ = EncodeFiles(&file, formattest.Samples()[:6], filesOf(formattest.Samples()))
	f.Add(file.Bytes())
	f.Add(change(f, file.Bytes(), questionsName, good))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, packed, data) })
}
