// Package formattest is the suite that every format of questions passes: what it reads is sound, what it refuses has a
// place, and no input, empty, endless or broken, makes it fail in another way.
package formattest

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/peikao/peikao/questionbank"
)

// Format is what the suite is run on. Encode is nil for a format that is read only.
type Format struct {
	Decode func(io.Reader) ([]questionbank.Item, []questionbank.Problem, error)
	Encode func(io.Writer, []questionbank.Question) error
	// Holds reports whether the format can hold the question whole; nil: it can hold every one. The samples that it holds
	// come back as they were.
	Holds func(questionbank.Question) bool
}

// Run runs the suite.
func Run(t *testing.T, f Format) {
	t.Run("an empty file is an error with a place", func(t *testing.T) {
		items, problems, err := f.Decode(bytes.NewReader(nil))
		if err != nil || len(items) != 0 || !questionbank.HasErrors(problems) {
			t.Fatalf("got %v, %v, %v", items, problems, err)
		}
		CheckProblems(t, problems)
	})
	t.Run("an endless file is refused", func(t *testing.T) {
		items, problems, err := f.Decode(endless{})
		if err != nil || len(items) != 0 || !questionbank.HasErrors(problems) {
			t.Fatalf("got %d items, %v, %v", len(items), problems, err)
		}
	})
	t.Run("a reader's error is returned", func(t *testing.T) {
		broken := errors.New("broken")
		if _, _, err := f.Decode(iotest.ErrReader(broken)); !errors.Is(err, broken) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("noise is refused", func(t *testing.T) {
		for _, noise := range []string{"\x00\x01\x02", "\xff\xfe\x00", "PK\x03\x04", "{", "\"", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"} {
			CheckDecode(t, f, []byte(noise))
		}
	})
	if f.Encode != nil {
		t.Run("what is written is read again", func(t *testing.T) { roundTrip(t, f) })
	}
}

// CheckDecode decodes data and fails unless the outcome keeps the suite's promises. Fuzz targets call it.
func CheckDecode(t *testing.T, f Format, data []byte) {
	t.Helper()
	items, problems, err := f.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("an error on text in memory: %v", err)
	}
	if len(items) == 0 && len(problems) == 0 {
		t.Fatal("neither items nor problems")
	}
	CheckItems(t, items)
	CheckProblems(t, problems)
	CheckNothingLost(t, items, problems)
}

// CheckItems fails unless every item is sound, has a place, and they stand in the file's order.
func CheckItems(t *testing.T, items []questionbank.Item) {
	t.Helper()
	last := 0
	for _, it := range items {
		if it.Place == "" || it.Place != questionbank.Printable(it.Place) || it.Number <= last {
			t.Fatalf("item without place or order: %+v", it)
		}
		last = it.Number
		if found := questionbank.Validate(it.Question); questionbank.HasErrors(found) {
			t.Fatalf("%s is not sound: %v\n%+v", it.Place, found, it.Question)
		}
	}
}

// CheckProblems fails unless every problem has a place, a code, a message and a severity, in characters that can be stored.
func CheckProblems(t *testing.T, problems []questionbank.Problem) {
	t.Helper()
	for _, p := range problems {
		if p.Place == "" || p.Code == "" || p.Message == "" || p.Severity != questionbank.Error && p.Severity != questionbank.Warning {
			t.Fatalf("incomplete problem %+v", p)
		}
		if text := p.Place + p.Message + p.Fix; text != questionbank.Printable(text) {
			t.Fatalf("a problem that no database holds: %q", text)
		}
	}
}

// CheckNothingLost fails unless each question that was read is an item or has an Error, and not both.
func CheckNothingLost(t *testing.T, items []questionbank.Item, problems []questionbank.Problem) {
	t.Helper()
	kept, refused := map[int]bool{}, map[int]bool{}
	for _, it := range items {
		kept[it.Number] = true
	}
	for _, p := range problems {
		if p.Severity == questionbank.Error && p.Item > 0 {
			refused[p.Item] = true
		}
	}
	for n := 1; n <= questionbank.Read(items, problems); n++ {
		if kept[n] == refused[n] {
			t.Fatalf("question %d: kept %v, refused %v", n, kept[n], refused[n])
		}
	}
}

func roundTrip(t *testing.T, f Format) {
	var want []questionbank.Question
	for _, q := range Samples() {
		if f.Holds == nil || f.Holds(q) {
			want = append(want, q)
		}
	}
	if len(want) == 0 {
		t.Fatal("the format holds no sample")
	}
	var file bytes.Buffer
	if err := f.Encode(&file, want); err != nil {
		t.Fatal(err)
	}
	items, problems, err := f.Decode(&file)
	if err != nil || questionbank.HasErrors(problems) || len(items) != len(want) {
		t.Fatalf("got %d items of %d, %v, %v", len(items), len(want), problems, err)
	}
	for i, it := range items {
		if !reflect.DeepEqual(it.Question, want[i]) {
			t.Errorf("question %d:\n got %+v\nwant %+v", i+1, it.Question, want[i])
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}
