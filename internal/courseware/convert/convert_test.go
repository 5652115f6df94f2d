package convert

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// PDF writes a small PDF with n empty pages of 400 × 300 points.
func pdf(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("%PDF-1.4\n")
	var kids []string
	for i := range n {
		kids = append(kids, fmt.Sprintf("%d 0 R", i+3))
	}
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", n, strings.Join(kids, " "))}
	for range n {
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]>>")
	}
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj%sendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF", len(objects)+1, start)
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPages(t *testing.T) {
	pages, err := Pages(context.Background(), pdf(t, 12), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) != 12 || pages[11].Number != 12 || pages[0].Width != longSide || pages[0].Height != longSide*3/4 || pages[0].SizeBytes == 0 {
		t.Fatalf("%d pages, %+v", len(pages), pages[0])
	}
}

func TestBrokenFilesAreErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, []byte("%PDF-1.4 and then nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Pages(context.Background(), path, t.TempDir()); err == nil || errors.Is(err, ErrMissing) {
		t.Error("pages of nothing:", err)
	}
	if ms, err := DurationMS(context.Background(), path); err == nil || errors.Is(err, ErrMissing) {
		t.Error("duration of nothing:", ms, err)
	}
}

func TestDuration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mp4")
	c := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac", path)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	ms, err := DurationMS(context.Background(), path)
	if err != nil || ms < 1_900 || ms > 2_200 {
		t.Fatal(ms, err)
	}
}

func TestMissingProgramIsSaid(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Pages(context.Background(), "a.pdf", t.TempDir()); !errors.Is(err, ErrMissing) {
		t.Error(err)
	}
	if _, err := DurationMS(context.Background(), "a.mp4"); !errors.Is(err, ErrMissing) {
		t.Error(err)
	}
	for _, p := range Programs {
		if err := Available(p.Name); !errors.Is(err, ErrMissing) {
			t.Error(p.Name, err)
		}
	}
}
