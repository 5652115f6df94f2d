package app

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/diskspace"
)

// The alarm begins at 80 % and is raised once, ends below, and is raised anew (threat 28).
func TestDiskAlarm(t *testing.T) {
	var log bytes.Buffer
	var space diskspace.Space
	w := &diskWatch{
		dir: t.TempDir(), what: "write-ahead log", watches: true, log: slog.New(slog.NewTextHandler(&log, nil)),
		measure: func(string) (diskspace.Space, error) { return space, nil },
	}
	for _, c := range []struct {
		taken uint64 // of 10,000
		says  string
	}{
		{7999, ""}, {8000, "level=ERROR msg=\"alarm: the disk of the write-ahead log fills"}, {8001, ""}, {9999, ""},
		{7999, "level=WARN msg=\"the disk of the write-ahead log has room"}, {7998, ""}, {9000, "level=ERROR msg=\"alarm: the disk of the write-ahead log fills"},
	} {
		log.Reset()
		space = diskspace.Space{Taken: c.taken, Free: 10_000 - c.taken}
		if err := w.look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := log.String(); (c.says == "") != (got == "") || !strings.Contains(got, c.says) {
			t.Errorf("at %d: said %q, want %q", c.taken, got, c.says)
		}
		if w.Used() != float64(c.taken)/10_000 {
			t.Errorf("at %d: measures %v", c.taken, w.Used())
		}
	}
}

func TestDiskReserve(t *testing.T) {
	roomy := diskspace.Space{Taken: 1 << 30, Free: 100 << 30}
	for _, c := range []struct {
		name              string
		watches, reserves bool
		space             diskspace.Space
		stands            bool
	}{
		{"a clinic's own database", true, true, roomy, true},
		{"too little room", true, true, diskspace.Space{Taken: 1 << 30, Free: 10<<30 - 1}, false},
		{"a demo", true, false, roomy, false},
		{"an external database", false, true, roomy, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &diskWatch{
				dir: t.TempDir(), log: slog.New(slog.DiscardHandler), watches: c.watches, reserves: c.reserves,
				measure: func(string) (diskspace.Space, error) { return c.space, nil },
			}
			for range 2 {
				if err := w.look(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			info, err := os.Stat(w.reserve())
			if stands := err == nil; stands != c.stands {
				t.Fatalf("it stands: %v, want %v (%v)", stands, c.stands, err)
			}
			if c.stands && info.Size() != 1<<30 {
				t.Errorf("%d bytes", info.Size())
			}
		})
	}
}

func TestDiskThatCannotBeMeasured(t *testing.T) {
	gone := errors.New("gone")
	w := &diskWatch{watches: true, measure: func(string) (diskspace.Space, error) { return diskspace.Space{}, gone }}
	if err := w.look(t.Context()); !errors.Is(err, gone) {
		t.Error(err)
	}
}
