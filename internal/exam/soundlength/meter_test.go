package soundlength

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// measured writes data in parts of at most size bytes, with the meter stored and read back in between as the server does.
func measured(t testing.TB, contentType string, data []byte, size int) (ms int64, ok bool) {
	t.Helper()
	m := New(contentType)
	for len(data) > 0 {
		n := min(size, len(data))
		m.Write(data[:n])
		data = data[n:]
		if len(m.Pending) > maxPending {
			t.Fatalf("%d bytes pending", len(m.Pending))
		}
		stored, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		m = Meter{}
		if err := json.Unmarshal(stored, &m); err != nil {
			t.Fatal(err)
		}
	}
	return m.MS()
}

// Each file is 3.5 s of a tone; a recorder ends with a whole packet, up to 60 ms later.
func TestLengthOfWhatBrowsersRecord(t *testing.T) {
	for name, contentType := range map[string]string{"opus.webm": "audio/webm", "opus.ogg": "audio/ogg", "fragments.mp4": "audio/mp4", "whole.mp4": "audio/mp4"} {
		data := read(t, name)
		for _, size := range []int{1, 7, 1000, len(data)} {
			ms, ok := measured(t, contentType, data, size)
			if !ok || ms < 3490 || ms > 3600 {
				t.Errorf("%s in parts of %d: %d ms, %t", name, size, ms, ok)
			}
		}
		if half, _ := measured(t, contentType, data[:len(data)/2], 500); half > 3000 {
			t.Errorf("the half of %s is %d ms long", name, half)
		}
	}
}

func TestWhatCannotBeTold(t *testing.T) {
	webm := read(t, "opus.webm")
	for name, c := range map[string]struct {
		contentType string
		data        []byte
	}{
		"nothing":                     {"audio/webm", nil},
		"another codec":               {"audio/ogg", read(t, "vorbis.ogg")},
		"another type":                {"audio/mpeg", webm},
		"called what it is not":       {"audio/mp4", webm},
		"a head without a block":      {"audio/webm", webm[:60]},
		"rubbish behind the head":     {"audio/webm", append(webm[:60:60], "<html>"...)},
		"an end that nobody reaches":  {"audio/ogg", []byte("OggS\x00\x02\xfe\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x13OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00")},
		"two tracks":                  {"audio/mp4", []byte("\x00\x00\x00\x10trak\x00\x00\x00\x08mdia\x00\x00\x00\x08trak")},
		"a box that is no box":        {"audio/mp4", []byte("\x00\x00\x00\x04ftyp")},
		"a run that is too short":     {"audio/mp4", []byte("\x00\x00\x00\x14trun\x00\x00\x01\x00\x00\x00\x00\x09\x00\x00\x00\x01")},
		"a table that is far too big": {"audio/mp4", []byte("\x00\x10\x00\x00trun")},
	} {
		for _, size := range []int{1, 1 << 20} {
			if ms, ok := measured(t, c.contentType, c.data, size); ok {
				t.Errorf("%s is %d ms long", name, ms)
			}
		}
	}
}

// A fragment's samples are counted where its times deny them: samples without end under one time are no short recording.
func TestAFileThatDeniesItsLength(t *testing.T) {
	head := "\x00\x00\x00\x20mdhd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\xe8\x00\x00\x00\x00\x00\x00\x00\x00"
	fragment := "\x00\x00\x00\x14tfhd\x00\x00\x00\x08\x00\x00\x00\x01\x00\x00\x03\xe8" +
		"\x00\x00\x00\x10tfdt\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x10trun\x00\x00\x00\x00\x00\x00\x00\x05"
	if ms, ok := measured(t, "audio/mp4", []byte(head+fragment+fragment+fragment), 9); !ok || ms != 15_000 {
		t.Errorf("%d ms, %t", ms, ok)
	}
}

// A file may hold one recording behind the other, and a player plays them all: they are all of its length.
func TestFilesInOneFile(t *testing.T) {
	for name, contentType := range map[string]string{"opus.webm": "audio/webm", "opus.ogg": "audio/ogg"} {
		three := bytes.Repeat(read(t, name), 3)
		for _, size := range []int{1, 500, len(three)} {
			if ms, ok := measured(t, contentType, three, size); !ok || ms < 3*3490 || ms > 3*3600 {
				t.Errorf("%s three times in parts of %d: %d ms, %t", name, size, ms, ok)
			}
		}
		endless := New(contentType)
		for range 25_000 {
			endless.Write(three[:len(three)/3])
		}
		if ms, ok := endless.MS(); ok {
			t.Errorf("%s without end is %d ms long", name, ms)
		}
	}
}

// The largest part that the server takes, full of runs that name as many samples as they may, is read at once: the attempt is locked
// meanwhile.
func TestSamplesWithoutEnd(t *testing.T) {
	part := []byte(strings.Repeat("\x00\x00\x00\x10trun\x00\x00\x00\x00\x00\x01\x00\x00", 512<<10/16))
	m, begun := New("audio/mp4"), time.Now()
	m.Write(part)
	if took := time.Since(begun); took > time.Second {
		t.Errorf("it took %s", took)
	}
}

// FuzzMeter: whatever comes, in whatever parts, a meter neither fails nor keeps more than its bound, and the length is the same however
// the file was cut.
func FuzzMeter(f *testing.F) {
	for i, name := range []string{"opus.webm", "opus.ogg", "fragments.mp4"} {
		f.Add(read(f, name)[:1500], byte(i), uint16(100))
	}
	f.Fuzz(func(t *testing.T, data []byte, format byte, size uint16) {
		contentType := []string{"audio/webm", "audio/ogg", "audio/mp4"}[format%3]
		once, parts := New(contentType), New(contentType)
		once.Write(data)
		whole, ok := once.MS()
		if whole < 0 || whole > longest.Milliseconds() {
			t.Fatalf("%d ms", whole)
		}
		for part := range slices.Chunk(data, int(size)+1) {
			parts.Write(part)
			if len(parts.Pending) > maxPending {
				t.Fatalf("%d bytes pending", len(parts.Pending))
			}
		}
		if ms, told := parts.MS(); ms != whole || told != ok {
			t.Fatalf("%d ms, %t in parts; %d ms, %t at once", ms, told, whole, ok)
		}
	})
}
