package formattest

import (
	"bytes"
	"io"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	qb "github.com/peikao/peikao/questionbank"
)

// Package is a format that holds the files which its questions show, and says what it cannot hold.
type Package struct {
	Encode func(io.Writer, []qb.Question, map[string][]byte) error
	Decode func(io.Reader) ([]qb.Item, []qb.Problem, map[string][]byte, error)
	Losses func(qb.Question) []qb.Loss
}

// CheckLosses writes sound questions of every type and reads them again: a question without a loss comes back as it was,
// with its files; one that is lost whole does not come back; every other comes back with the same type.
func CheckLosses(t *testing.T, p Package) {
	t.Run("samples", func(t *testing.T) {
		for _, q := range Samples() {
			checkLosses(t, p, q)
		}
	})
	t.Run("any question", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) { checkLosses(t, p, Question().Draw(t, "question")) })
	})
}

type fataler interface{ Fatalf(string, ...any) }

func checkLosses(t fataler, p Package, q qb.Question) {
	files := map[string][]byte{}
	for i, m := range q.MediaAll() {
		files[m.Object] = []byte{byte(i), 'x'}
	}
	var file bytes.Buffer
	if err := p.Encode(&file, []qb.Question{q}, files); err != nil {
		t.Fatalf("%v", err)
	}
	losses := p.Losses(q)
	items, problems, read, err := p.Decode(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatalf("%v", err)
	}
	if len(losses) > 0 && losses[0].Whole {
		if len(items) != 0 {
			t.Fatalf("%+v: said to be left out, and came back", q)
		}
		return
	}
	if len(items) != 1 {
		t.Fatalf("%+v (losses %v): did not come back: %v", q, losses, problems)
	}
	got := items[0].Question
	if len(losses) == 0 && !reflect.DeepEqual(named(got, read), named(q, files)) {
		t.Fatalf("\n got %+v\nwant %+v", got, q)
	}
	if got.Type != q.Type && !slices.ContainsFunc(losses, func(l qb.Loss) bool { return l.Field == qb.FieldType }) {
		t.Fatalf("came back as %s: %+v", got.Type, q)
	}
}

// named is the question with what its files hold in place of their names, and its knowledge points never nil.
func named(q qb.Question, files map[string][]byte) qb.Question {
	rename := func(all []qb.Media) (out []qb.Media) {
		for _, m := range all {
			m.Object = string(files[m.Object])
			out = append(out, m)
		}
		return out
	}
	q.Media, q.ExplanationMedia = rename(q.Media), rename(q.ExplanationMedia)
	options := q.Options
	q.Options = nil
	for _, o := range options {
		if o.Media != (qb.Media{}) {
			o.Media = rename([]qb.Media{o.Media})[0]
		}
		q.Options = append(q.Options, o)
	}
	if q.Stimulus != nil {
		s := *q.Stimulus
		s.Media = rename(s.Media)
		q.Stimulus = &s
	}
	q.KnowledgePoints = append([]string{}, q.KnowledgePoints...)
	return q
}
