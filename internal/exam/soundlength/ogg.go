package soundlength

import (
	"bytes"
	"encoding/binary"
	"time"
)

// ogg reads the granule positions of an Ogg's pages (RFC 3533) of Opus (RFC 7845): samples of 48 kHz, the pre-skip among them. Streams
// may follow each other in one file, and each counts from its own beginning.
type ogg struct {
	Before  uint64 `json:"before,omitempty"` // samples of the streams that have ended
	Opus    bool   `json:"opus,omitempty"`
	PreSkip uint64 `json:"pre_skip,omitempty"`
	Last    uint64 `json:"last,omitempty"`
}

const (
	oggHead  = 27 // bytes of a page before its table
	opusHead = 19 // bytes of Opus' first packet that are read
	opusRate = 48_000
	noEnd    = 1<<64 - 1 // no packet ends on the page
	begins   = 0x02      // of a page's flags: it is a stream's first
)

func (o *ogg) read(data []byte) (n int, skip int64, ok bool) {
	if len(data) < oggHead {
		return 0, 0, true
	}
	if !bytes.HasPrefix(data, []byte("OggS\x00")) {
		return 0, 0, false
	}
	head := oggHead + int(data[26])
	if len(data) < head {
		return 0, 0, true
	}
	for _, n := range data[oggHead:head] {
		skip += int64(n)
	}
	if !o.Opus || data[5]&begins != 0 {
		if len(data) < head+opusHead {
			return 0, 0, true
		}
		first := data[head:]
		if skip < opusHead || !bytes.HasPrefix(first, []byte("OpusHead")) {
			return 0, 0, false
		}
		*o = ogg{Before: o.samples(), Opus: true, PreSkip: uint64(binary.LittleEndian.Uint16(first[10:]))}
	}
	if granule := binary.LittleEndian.Uint64(data[6:]); granule != noEnd {
		o.Last = max(o.Last, granule)
	}
	return head, skip, true
}

// samples are all that have been told of, with a sum beyond measure where one of the streams denies it.
func (o *ogg) samples() uint64 {
	last := o.Last - min(o.PreSkip, o.Last)
	if last > noEnd-o.Before {
		return noEnd
	}
	return o.Before + last
}

func (o *ogg) length() (time.Duration, bool) {
	n := o.samples()
	if n == 0 {
		return 0, false
	}
	return scaled(n, opusRate)
}
