package soundlength

import (
	"encoding/binary"
	"math/bits"
	"time"
)

// mp4 reads the boxes of an MP4 (ISO/IEC 14496-12) with one track: the length of its fragments where it has any, as recorders write
// them, and else what its head says.
type mp4 struct {
	Head      uint64 `json:"head,omitempty"`       // the movie's length in HeadScale
	HeadScale uint64 `json:"head_scale,omitempty"` // ticks of a second
	Tracks    int    `json:"tracks,omitempty"`
	Scale     uint64 `json:"scale,omitempty"`    // the track's ticks of a second
	Usual     uint64 `json:"usual,omitempty"`    // ticks of a sample where its fragment says nothing
	Sample    uint64 `json:"sample,omitempty"`   // ticks of a sample of this fragment
	Sampled   uint64 `json:"sampled,omitempty"`  // ticks of all fragments' samples
	Begin     uint64 `json:"begin,omitempty"`    // of the first fragment
	At        uint64 `json:"at,omitempty"`       // of this one, with the samples read of it
	End       uint64 `json:"end,omitempty"`      // of the latest one
	Fragments int    `json:"fragment,omitempty"` // how many have been begun
}

const (
	maxTicks   = 1 << 48
	maxSamples = 1 << 16 // of one run
)

func (m *mp4) read(data []byte) (n int, skip int64, ok bool) {
	if len(data) < 8 {
		return 0, 0, true
	}
	size, head, kind := uint64(binary.BigEndian.Uint32(data)), 8, string(data[4:8])
	if size == 1 {
		if len(data) < 16 {
			return 0, 0, true
		}
		size, head = binary.BigEndian.Uint64(data[8:]), 16
	}
	if size == 0 && kind == "mdat" {
		size = maxTicks // to the end of the file
	}
	if size < uint64(head) || size > maxTicks {
		return 0, 0, false
	}
	switch kind {
	case "trak":
		m.Tracks++
		return head, 0, m.Tracks == 1
	case "traf":
		m.Sample = m.Usual
		return head, 0, true
	case "moov", "mdia", "mvex", "moof":
		return head, 0, true // what they hold follows
	case "mvhd", "mdhd", "trex", "tfhd", "tfdt", "trun":
		if size > maxPending {
			return 0, 0, false
		}
		if uint64(len(data)) < size {
			return 0, 0, true
		}
		return int(size), 0, m.box(kind, fields{rest: data[head:size]})
	}
	return head, int64(size) - int64(head), true
}

// box reads a full box: one byte of version and three of flags come before its fields.
func (m *mp4) box(kind string, f fields) bool {
	word := f.next(4)
	version, flags := word>>24, word&0xFFFFFF
	wide := 4
	if version == 1 {
		wide = 8
	}
	switch kind {
	case "mvhd":
		f.next(2 * wide) // when it was made and changed
		m.HeadScale = f.next(4)
		m.Head = f.next(wide)
	case "mdhd":
		f.next(2 * wide)
		m.Scale = f.next(4)
	case "trex":
		f.next(8) // track, description
		m.Usual = f.next(4)
	case "tfhd":
		m.fragment(flags, &f)
	case "tfdt":
		m.At = f.next(wide)
		if m.Fragments == 1 {
			m.Begin = m.At
		}
	case "trun":
		m.run(flags, &f)
	}
	return !f.short && m.At < maxTicks && m.Sampled < maxTicks
}

func (m *mp4) fragment(flags uint64, f *fields) {
	f.next(4) // track
	for _, optional := range []struct {
		flag  uint64
		bytes int
	}{{0x1, 8}, {0x2, 4}} {
		if flags&optional.flag != 0 {
			f.next(optional.bytes)
		}
	}
	if flags&0x8 != 0 {
		m.Sample = f.next(4)
	}
	m.Fragments++
}

// run adds the samples of a run: each has its own ticks or those of the fragment.
func (m *mp4) run(flags uint64, f *fields) {
	count := f.next(4)
	if count > maxSamples {
		f.short = true
		return
	}
	for _, flag := range []uint64{0x1, 0x4} { // where the sound lies, the first sample's flags
		if flags&flag != 0 {
			f.next(4)
		}
	}
	ticks := m.ticks(count, flags, f)
	m.Sampled += ticks
	m.At += ticks
	m.End = max(m.End, m.At)
}

// ticks are those of a run's samples. Samples of which nothing is written are multiplied and not gone through: a file of half a megabyte
// can name thousands of millions of them.
func (m *mp4) ticks(count, flags uint64, f *fields) (sum uint64) {
	const duration, others = 0x100, 0x200 | 0x400 | 0x800 // size, flags, offset of composition
	if flags&(duration|others) == 0 {
		return count * m.Sample
	}
	for range count {
		own := m.Sample
		if flags&duration != 0 {
			own = f.next(4)
		}
		f.next(4 * bits.OnesCount64(flags&others))
		if f.short {
			return 0
		}
		sum += own
	}
	return sum
}

// length is the longer of where the fragments end and how long their samples are together: a file may tell the times wrong, a player
// goes by either.
func (m *mp4) length() (time.Duration, bool) {
	if m.Fragments == 0 {
		if m.Head == 0 {
			return 0, false
		}
		return scaled(m.Head, m.HeadScale)
	}
	if m.Sampled == 0 {
		return 0, false
	}
	return scaled(max(m.Sampled, m.End-min(m.Begin, m.End)), m.Scale)
}

// fields are big-endian numbers one behind the other; short is set once there are too few of them.
type fields struct {
	rest  []byte
	short bool
}

// next is the number in the next n bytes; of more than eight bytes it is worth nothing and is only passed over.
func (f *fields) next(n int) uint64 {
	if len(f.rest) < n {
		f.short, f.rest = true, nil
		return 0
	}
	v := number(f.rest[:n])
	f.rest = f.rest[n:]
	return v
}
