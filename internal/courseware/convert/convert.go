// Package convert looks at files with the programs that a machine may have: ffprobe tells how long a video or audio is,
// pdftoppm draws the pages of a PDF. Each run is bounded in time, and a missing program is said, not hidden.
//
// The programs read what a person uploaded; they get a file in a directory of their own, no input, no environment but the
// path, and nothing of what they print is shown to anybody.
package convert

import (
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // page images
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrMissing says that the machine lacks the program.
var ErrMissing = errors.New("program is not installed")

const (
	probeTimeout  = 30 * time.Second
	renderTimeout = 4 * time.Minute
	// MaxPages is the number of pages that are drawn at most; a longer file is offered for download.
	MaxPages = 300
	// longSide is the longer side of a page image in pixels: sharp on a phone, about 150 KB.
	longSide = 1600
)

// PageType is the type of page images.
const PageType = "image/jpeg"

// Page is a drawn page on disk.
type Page struct {
	Path          string
	Number        int // from 1
	Width, Height int // pixels
	SizeBytes     int64
}

// DurationMS measures a video or audio file.
func DurationMS(ctx context.Context, path string) (int64, error) {
	out, err := run(ctx, probeTimeout, "ffprobe", "-v", "error", "-protocol_whitelist", "file",
		"-show_entries", "format=duration", "-of", "default=noprint_wrappers=1:nokey=1", path)
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(out), 64)
	if err != nil || math.IsNaN(seconds) || seconds <= 0 || seconds > 100*3600 {
		return 0, fmt.Errorf("no duration in %q", strings.TrimSpace(out))
	}
	return int64(seconds * 1000), nil
}

// Pages draws a PDF into dir, in order. A file with more than MaxPages pages is ErrTooLong.
func Pages(ctx context.Context, pdf, dir string) ([]Page, error) {
	_, err := run(ctx, renderTimeout, "pdftoppm", "-q", "-jpeg", "-jpegopt", "quality=82,optimize=y",
		"-scale-to", strconv.Itoa(longSide), "-l", strconv.Itoa(MaxPages+1), pdf, filepath.Join(dir, "page"))
	if err != nil {
		return nil, err
	}
	return drawn(dir)
}

// ErrTooLong says that a PDF has more pages than are drawn.
var ErrTooLong = errors.New("too many pages")

func drawn(dir string) ([]Page, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "page-*.jpg"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errors.New("no page was drawn")
	}
	if len(paths) > MaxPages {
		return nil, ErrTooLong
	}
	slices.Sort(paths) // pdftoppm pads the numbers
	pages := make([]Page, len(paths))
	for i, p := range paths {
		if pages[i], err = measure(p); err != nil {
			return nil, err
		}
		pages[i].Number = i + 1
	}
	return pages, nil
}

func measure(path string) (Page, error) {
	f, err := os.Open(path)
	if err != nil {
		return Page{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Page{}, err
	}
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		return Page{}, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return Page{Path: path, Width: c.Width, Height: c.Height, SizeBytes: info.Size()}, nil
}

// Programs are those that the machine may have, each with what is missing without it.
var Programs = []struct{ Name, Use string }{
	{"pdftoppm", "page images of PDFs"},
	{"ffprobe", "length of videos"},
}

// Available is nil when the machine has the program, else ErrMissing.
func Available(program string) error {
	_, err := find(program)
	return err
}

func find(program string) (path string, err error) {
	if path, err = exec.LookPath(program); err != nil {
		return "", fmt.Errorf("%s: %w", program, ErrMissing)
	}
	return path, nil
}

// run runs a program for at most limit. Its error output goes into the error, shortened, for the log alone.
func run(ctx context.Context, limit time.Duration, program string, args ...string) (string, error) {
	path, err := find(program)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	cmd.WaitDelay = 5 * time.Second
	var complaint limited
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", program, err, complaint.text)
	}
	return string(out), nil
}

// limited keeps the first bytes of what is written to it.
type limited struct{ text []byte }

func (l *limited) Write(b []byte) (int, error) {
	const most = 500
	if room := most - len(l.text); room > 0 {
		l.text = append(l.text, b[:min(room, len(b))]...)
	}
	return len(b), nil
}
