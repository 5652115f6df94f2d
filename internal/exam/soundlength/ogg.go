package soundlength

import (
	"bytes"
	"encoding/binary"
	"time"
)

// ogg reads the granule positions of an Ogg's pages (RFC 3533) of Opus (RFC 7845): samples of 48 kHz, the pre-skip among them.
type ogg struct {
	Opus    bool   `json:"opus,omitempty"`
	PreSkip uint64 `json:"pre_skip,omitempty"`
	Last    uint64 `json:"last,omitempty"`
}

const (
	oggHead  = 27 // bytes of a page before its table
	opusHead = 19 // bytes of Opus' first packet that are read
	opusRate = 48_000
	noEnd    = 1<<64 - 1 // no packet ends on the page
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
	if !o.Opus {
		if len(data) < head+opusHead {
			return 0, 0, true
		}
		first := data[head:]
		if skip < opusHead || !bytes.HasPrefix(first, []byte("OpusHead")) {
			return 0, 0, false
		}
		o.Opus, o.PreSkip = true, uint64(binary.LittleEndian.Uint16(first[10:]))
	}
	if granule := binary.LittleEndian.Uint64(data[6:]); granule != noEnd {
		o.Last = max(o.Last, granule)
	}
	return head, skip, true
}

func (o *ogg) length() (time.Duration, bool) {
	if o.Last <= o.PreSkip {
		return 0, false
	}
	return scaled(o.Last-o.PreSkip, opusRate)
}
