package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

// diskSize holds a cluster, its schema and little more (threat 28).
const diskSize = "220m"

// smallDisk is a disk of its own for all of the database, smallLogDisk one for its write-ahead log.
func smallDisk(data string) (prepared, error) {
	release, err := mounted(filepath.Join(data, "pg"))
	return prepared{release: release}, err
}

func smallLogDisk(data string) (prepared, error) {
	place := filepath.Join(filepath.Dir(data), "wal")
	release, err := mounted(place)
	return prepared{wal: place, release: release}, err
}

// mounted makes a directory with a disk of its own. Mounting is root's, or that of who may become root.
func mounted(place string) (release func() error, err error) {
	if err := os.Mkdir(place, 0o711); err != nil {
		return nil, err
	}
	mount := []string{"mount", "-t", "tmpfs", "-o", "size=" + diskSize + ",mode=1777", "peikao-test", place}
	unmount := []string{"umount", "--lazy", place}
	if os.Geteuid() != 0 {
		mount, unmount = append([]string{"sudo", "-n"}, mount...), append([]string{"sudo", "-n"}, unmount...)
	}
	if out, err := exec.Command(mount[0], mount[1:]...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("a disk of its own for the database (as root, or with sudo): %w: %s", err, out)
	}
	return func() error { return exec.Command(unmount[0], unmount[1:]...).Run() }, nil
}

// fill takes all the room that a disk has left.
func fill(place string) (ballast string, err error) {
	ballast = filepath.Join(place, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = io.Copy(f, endless{})
	if !errors.Is(err, syscall.ENOSPC) {
		return ballast, fmt.Errorf("the disk did not become full: %w", err)
	}
	return ballast, nil
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// Threat 28: the database's disk becomes full under load. Whoever saves is told to come again for as long as it is, what was
// acknowledged before is there afterwards, and all goes on once there is room. What the log ahead still has room for is written
// and may be acknowledged; the disk is full for who saves once that is used up.
func TestFullDisk(t *testing.T) {
	fillsUp(t, smallDisk, func(s *stage) string { return filepath.Join(s.postgres.data, "pg") })
}

// Threat 28: the same where the volume of the write-ahead log is full, and the tables have room. PostgreSQL ends by it.
func TestFullLogVolume(t *testing.T) {
	fillsUp(t, smallLogDisk, func(s *stage) string { return s.postgres.wal })
}

func fillsUp(t *testing.T, disk prepare, place func(*stage) string) {
	p := calm(8 * time.Second)
	p.think /= 4
	s := newTestStage(t, disk)
	a := s.newAsker()
	attempt := s.sits(t, a, s.exams[0])
	var begun sheet
	a.ask(t.Context(), "sheet", "GET", attempt, nil).into(t, &begun)
	p.special = []fault{{p.lasting / 4, "the disk becomes full", func(ctx context.Context) error {
		return s.full(ctx, t, a, attempt, begun, place(s))
	}}}
	s.survives(t, s.exams[0], p)
}

// full keeps the disk of a place full until nothing was saved for a while, and then for a while more.
func (s *stage) full(ctx context.Context, t *testing.T, a *asker, attempt string, begun sheet, place string) error {
	const quiet = 3 * time.Second
	d, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	ballast, err := fill(place)
	if err != nil {
		return err
	}
	response := map[string]any{"choice": "b"}
	if q, err := questionOf(begun.Paper.Slots[0].Stem); err == nil && !q.single() {
		response = map[string]any{"blanks": []string{"对", string(make([]byte, 0))}}
	}
	refused, last := 0, time.Now()
	for seq, until := 1, time.Now().Add(time.Minute); time.Since(last) < quiet; seq++ {
		if time.Now().After(until) {
			return errors.New("the disk is full for a minute, and answers are saved all the same")
		}
		r := a.ask(ctx, "save", "PUT", attempt+"/responses/1", map[string]any{"lease": begun.Lease, "client_seq": seq, "response": response})
		switch {
		case r.status == 200 || r.status == 409:
			last = time.Now()
		case r.status == 503 && r.retryAfter != "" && r.took <= longestResponse:
			refused++
		default:
			t.Errorf("a save to a full disk: %d after %s: %.200s, %v", r.status, r.took, r.text, r.err)
		}
		if s.postgres.wal != "" {
			useUpLog(ctx, d)
		}
		rest(ctx, 20*time.Millisecond)
	}
	if refused == 0 {
		t.Error("nobody was told that the disk is full")
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	t.Logf("%d saves were told to come again", refused)
	return s.mended(ctx, t)
}

// useUpLog lets PostgreSQL go on in the next piece of its log, though much of this one is free: saves alone would take a long time to fill
// what was made ahead. It may fail, which is what is waited for.
func useUpLog(ctx context.Context, d *db.DB) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, _ = d.SQL().ExecContext(ctx, `SELECT pg_switch_wal()`)
}

// mended returns when the server serves again. PostgreSQL goes on by itself where it only refused, and is started where it has ended,
// which it does some time after there was no room for its log.
func (s *stage) mended(ctx context.Context, t *testing.T) error {
	for until := time.Now().Add(startPatience); time.Now().Before(until) && ctx.Err() == nil; rest(ctx, 100*time.Millisecond) {
		select {
		case <-s.postgres.current().Done():
			if err := s.postgres.stop(); err != nil {
				t.Log("PostgreSQL ended:", err)
			}
			if err := s.postgres.start(ctx); err != nil {
				return err
			}
		default:
		}
		if d, err := s.database(ctx); err == nil {
			return errors.Join(d.Close(), s.server.awaitServing(ctx))
		}
	}
	return errors.Join(errors.New("PostgreSQL does not come back"), ctx.Err())
}
