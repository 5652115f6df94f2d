package diskspace

import (
	"os"
	"path/filepath"
	"testing"
)

func TestUsed(t *testing.T) {
	for _, c := range []struct {
		taken, free uint64
		want        float64
	}{
		{0, 100, 0}, {80, 20, 0.8}, {100, 0, 1}, {0, 0, 0},
	} {
		if got := (Space{Taken: c.taken, Free: c.free}).Used(); got != c.want {
			t.Errorf("%d taken, %d free: %v, want %v", c.taken, c.free, got, c.want)
		}
	}
}

func TestOf(t *testing.T) {
	s, err := Of(t.TempDir())
	if err != nil || s.Taken+s.Free == 0 || s.Used() <= 0 || s.Used() > 1 {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := Of(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a directory that is not there has a disk")
	}
}

func TestReserve(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reserve")
	const size, spare = 1 << 20, 4 << 20
	if made, err := Reserve(path, size, spare, Space{Free: size + spare - 1}); made || err != nil {
		t.Fatalf("on a disk that is nearly full: %v %v", made, err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Fatal("it stands all the same")
	}
	roomy := Space{Free: size + spare}
	if made, err := Reserve(path, size, spare, roomy); !made || err != nil {
		t.Fatalf("%v %v", made, err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != size || info.Mode().Perm() != 0o600 {
		t.Errorf("%+v %v", info, err)
	}
	if made, err := Reserve(path, 2*size, spare, Space{Free: 1 << 40}); made || err != nil {
		t.Errorf("a second one: %v %v", made, err)
	}
}
