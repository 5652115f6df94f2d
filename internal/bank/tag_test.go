package bank

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/platform/errs"
)

func TestTagNames(t *testing.T) {
	var twenty, more []string
	for i := range 21 {
		if more = append(more, fmt.Sprint("标签", i)); i < 20 {
			twenty = more
		}
	}
	for _, c := range []struct {
		name        string
		typed, want []string // no want: refused
	}{
		{"as typed", []string{"术后", "面诊"}, []string{"术后", "面诊"}},
		{"trimmed, full width, inner space", []string{" ＡＢＣ　 ｄ "}, []string{"ABC d"}},
		{"once whatever the case", []string{"Botox", "BOTOX", "ｂｏｔｏｘ", "botox 2"}, []string{"Botox", "botox 2"}},
		{"several in one", []string{"面诊、术后", "a，b", "c﹐d", "面诊"}, []string{"面诊", "术后", "a", "b", "c", "d"}},
		{"blank ones are none", []string{"", "　", "甲"}, []string{"甲"}},
		{"of twenty characters", []string{strings.Repeat("长", 20)}, []string{strings.Repeat("长", 20)}},
		{"longer", []string{strings.Repeat("长", 21)}, nil},
		{"a ligature that becomes longer", []string{strings.Repeat("㍿", 6)}, nil}, // four characters each
		{"a control character", []string{"甲\x00乙"}, nil},
		{"twenty", twenty, twenty},
		{"twenty-one", more, nil},
		{"twenty-one of which two are one", append(slices.Clone(twenty), "标签０"), twenty},
	} {
		got, err := tagNames(c.typed)
		if !slices.Equal(got, c.want) || (err == nil) != (c.want != nil) || err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestParseTags(t *testing.T) {
	if got := ParseTags("术后、面 诊，a;b；c\r\nd,,"); !slices.Equal(got, []string{"术后", "面 诊", "a", "b", "c", "d"}) {
		t.Errorf("%q", got)
	}
}

// What was normalised stays as it is, and a tag that is added and removed leaves what was there.
func TestTagsAreStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once, err := tagNames(rapid.SliceOfN(rapid.String(), 0, 8).Draw(t, "typed"))
		if err != nil {
			return
		}
		if twice, err := tagNames(once); err != nil || !slices.Equal(once, twice) {
			t.Fatalf("%q becomes %q, %v", once, twice, err)
		}
		added := withTag(once, "新的")
		if !slices.ContainsFunc(added, sameTag("新的")) || !slices.Equal(withTag(added, "新的"), added) || slices.ContainsFunc(withoutTag(added, "新的"), sameTag("新的")) {
			t.Fatalf("%q", added)
		}
	})
}
