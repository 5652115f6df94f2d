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
)

// diskSize holds a cluster, its schema and little more (threat 28).
const diskSize = "220m"

// smallDisk mounts a disk of its own under the database's directory. Mounting is root's, or that of who may become root.
func smallDisk(data string) (release func() error, err error) {
	place := filepath.Join(data, "pg")
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
	p := calm(8 * time.Second)
	p.think /= 4
	s := newTestStage(t, p.examinees+1, 1, smallDisk)
	a := s.newAsker()
	attempt := s.sits(t, a, s.exams[0])
	var begun sheet
	a.ask(t.Context(), "sheet", "GET", attempt, nil).into(t, &begun)
	p.special = []fault{{p.lasting / 4, "the disk becomes full", func(ctx context.Context) error { return s.full(ctx, t, a, attempt, begun) }}}
	s.survives(t, s.exams[0], p)
}

// full keeps the disk full until nothing was saved for a while, and then for a while more.
func (s *stage) full(ctx context.Context, t *testing.T, a *asker, attempt string, begun sheet) error {
	const quiet = 3 * time.Second
	ballast, err := fill(filepath.Join(s.postgres.data, "pg"))
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
		rest(ctx, 20*time.Millisecond)
	}
	if refused == 0 {
		t.Error("nobody was told that the disk is full")
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	select {
	case <-s.postgres.current().Done(): // no room for the log ahead is the end of it
		if err := s.postgres.stop(); err != nil {
			t.Log("PostgreSQL ended:", err)
		}
		if err := s.postgres.start(ctx); err != nil {
			return err
		}
	default:
	}
	t.Logf("%d saves were told to come again", refused)
	return s.server.awaitServing(ctx)
}
