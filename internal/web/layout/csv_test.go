package layout_test

import (
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/web/layout"
)

func TestCellsAreNoFormulas(t *testing.T) {
	got := layout.Cells("=HYPERLINK(1)", "+1", "-1", "@a", "\tx", "林小溪", "")
	want := []string{"'=HYPERLINK(1)", "'+1", "'-1", "'@a", "'\tx", "林小溪", ""}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
