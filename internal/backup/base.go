package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// base is one copy of the whole cluster, taken while it ran. It is of use only with the log from..to, and with what follows
// leads to every moment after made.
type base struct {
	made     time.Time // when it was complete
	timeline string
	from, to uint64
	path     string
}

const baseSuffix = ".tar" + sealedSuffix

func (b base) name() string {
	return fmt.Sprintf("%s-%s-%016X-%016X%s", stampOf(b.made), b.timeline, b.from, b.to, baseSuffix)
}

func parseBase(path string) (b base, ok bool) {
	parts := strings.Split(strings.TrimSuffix(filepath.Base(path), baseSuffix), "-")
	if !strings.HasSuffix(path, baseSuffix) || len(parts) != 4 || len(parts[1]) != 8 {
		return b, false
	}
	b.timeline, b.path = parts[1], path
	var problems [3]error
	b.made, problems[0] = time.Parse(fineLayout, parts[0])
	b.from, problems[1] = strconv.ParseUint(parts[2], 16, 63)
	b.to, problems[2] = strconv.ParseUint(parts[3], 16, 63)
	return b, errors.Join(problems[:]...) == nil && b.from < b.to
}

// listBases lists the bases of a line, the newest first.
func listBases(folder string) ([]base, error) {
	entries, err := os.ReadDir(filepath.Join(folder, baseName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var bases []base
	for _, e := range entries {
		if b, ok := parseBase(filepath.Join(folder, baseName, e.Name())); ok {
			bases = append(bases, b)
		}
	}
	slices.SortFunc(bases, func(x, y base) int { return y.made.Compare(x.made) })
	return bases, nil
}

// baseRate bounds what a base reads in a second, so that a disk has time for the exams beside it.
const baseRate = "64M"

// NewestBase is when the newest base of the present line was made; the zero time when it has none.
func (a *Archive) NewestBase() (time.Time, error) {
	a.mu.Lock()
	l := a.line
	a.mu.Unlock()
	if l == nil {
		return time.Time{}, nil
	}
	bases, err := listBases(l.folder)
	if err != nil || len(bases) == 0 {
		return time.Time{}, err
	}
	return bases[0].made, nil
}

// Base copies the cluster into the present line, which Follow has begun. clock tells when it is complete.
func (a *Archive) Base(ctx context.Context, clock func() time.Time) error {
	a.mu.Lock()
	l := a.line
	a.mu.Unlock()
	if l == nil {
		return errors.New("a base needs a line of the archive")
	}
	dir := filepath.Join(l.folder, baseName)
	if err := removeParts(dir, clock().Add(-partAge)); err != nil {
		return err
	}
	making := filepath.Join(dir, "making")
	var label head
	if _, err := writeSealed(making, a.To, func(w io.Writer) error { return a.copyCluster(ctx, w, &label) }); err != nil {
		return err
	}
	made := clock()
	p, err := a.position(ctx)
	if err != nil {
		return err
	}
	b, err := label.base()
	if err != nil {
		return err
	}
	b.made, b.to = made, p.flushed // the end of the copy is written into the log before it is said to be complete
	if b.timeline != l.timeline || p.timeline != l.timeline {
		return fmt.Errorf("%w: %s was promoted", ErrBroken, l.slot)
	}
	if err := os.Rename(making, filepath.Join(dir, b.name())); err != nil {
		return err
	}
	return syncDir(dir)
}

func (a *Archive) copyCluster(ctx context.Context, w io.Writer, label *head) error {
	z, err := newCompressor(w)
	if err != nil {
		return err
	}
	return errors.Join(postgresProgram(ctx, a.DSN, nil, io.MultiWriter(label, z), "pg_basebackup", "--pgdata=-", "--format=tar", "--wal-method=none",
		"--checkpoint=fast", "--no-manifest", "--max-rate="+baseRate), z.Close())
}

// head keeps the beginning of a tar, where PostgreSQL puts the label that says where the log is needed from.
type head struct{ bytes.Buffer }

func (h *head) Write(b []byte) (int, error) {
	if room := 4096 - h.Len(); room > 0 {
		h.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

var (
	labelStart    = regexp.MustCompile(`START WAL LOCATION: ([0-9A-F]+)/([0-9A-F]+) `)
	labelTimeline = regexp.MustCompile(`(?m)^START TIMELINE: ([0-9]+)$`)
)

func (h *head) base() (b base, err error) {
	start, timeline := labelStart.FindSubmatch(h.Bytes()), labelTimeline.FindSubmatch(h.Bytes())
	if start == nil || timeline == nil {
		return b, errors.New("pg_basebackup: no label at the beginning")
	}
	high, err1 := strconv.ParseUint(string(start[1]), 16, 31)
	low, err2 := strconv.ParseUint(string(start[2]), 16, 32)
	line, err3 := strconv.ParseUint(string(timeline[1]), 10, 32)
	b.from, b.timeline = high<<32|low, fmt.Sprintf("%08X", line)
	return b, errors.Join(err1, err2, err3)
}

// Thin removes what nobody needs in order to go back to any moment since the given one: older bases, the log that leads to
// none that is left, and lines without a base but the present one.
func (a *Archive) Thin(since time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	folders, err := listLines(a.Dir)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := thin(folder, since, a.line != nil && a.line.folder == folder); err != nil {
			return err
		}
	}
	return nil
}

func thin(folder string, since time.Time, present bool) error {
	bases, err := listBases(folder)
	if err != nil {
		return err
	}
	chunks, err := listChunks(folder)
	if err != nil {
		return err
	}
	if !present && (len(bases) == 0 || !slices.ContainsFunc(chunks, func(c chunk) bool { return !c.written.Before(since) })) {
		return os.RemoveAll(folder)
	}
	if err := removeParts(filepath.Join(folder, walName), since); err != nil {
		return err
	}
	keep := slices.IndexFunc(bases, func(b base) bool { return !b.made.After(since) }) // the newest that leads to since
	if keep < 0 {
		return nil
	}
	for _, b := range bases[keep+1:] {
		if err := os.Remove(b.path); err != nil {
			return err
		}
	}
	for _, c := range chunks {
		if segmentOf(c.to-1) < segmentOf(bases[keep].from) {
			if err := os.Remove(c.path); err != nil {
				return err
			}
		}
	}
	return nil
}

// listLines lists the lines under dir, the newest first.
func listLines(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, logName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var folders []string
	for _, e := range entries {
		if _, err := time.Parse(stampLayout, e.Name()); err == nil {
			folders = append(folders, filepath.Join(dir, logName, e.Name()))
		}
	}
	slices.Sort(folders)
	slices.Reverse(folders)
	return folders, nil
}
