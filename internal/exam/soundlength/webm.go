package soundlength

import (
	"encoding/binary"
	"math/bits"
	"time"
)

// webm reads the times of a WebM's blocks (Matroska, RFC 9559): each cluster has a time, each block one relative to it. Recorders write
// no length into the head, because they do not know it yet.
type webm struct {
	Scale   uint64 `json:"scale,omitempty"`   // nanoseconds of a tick; 0 is the usual million
	Cluster uint64 `json:"cluster,omitempty"` // in ticks
	Blocks  int64  `json:"blocks,omitempty"`
	First   int64  `json:"first,omitempty"` // of the blocks' times, in ticks
	Last    int64  `json:"last,omitempty"`
	Gap     int64  `json:"gap,omitempty"` // between the last two blocks
	// Before is how long the segments are that have ended: each counts from its own beginning.
	Before time.Duration `json:"before,omitempty"`
}

// Elements of a WebM that are looked into; whatever else there is is passed over.
const (
	idSegment     = 0x18538067
	idInfo        = 0x1549A966
	idCluster     = 0x1F43B675
	idBlockGroup  = 0xA0
	idScale       = 0x2AD7B1
	idTimestamp   = 0xE7
	idSimpleBlock = 0xA3
	idBlock       = 0xA1

	maxNumber = 8 // bytes of a number
	// blockHead is as much of a block as is read: the number of the track and the time.
	blockHead = 8 + 2
)

func (w *webm) read(data []byte) (n int, skip int64, ok bool) {
	id, idLen, ok := vint(data, false)
	if !ok || idLen == 0 {
		return 0, 0, ok
	}
	size, sizeLen, ok := vint(data[idLen:], true)
	if !ok || sizeLen == 0 {
		return 0, 0, ok
	}
	head := idLen + sizeLen
	switch id {
	case idSegment:
		before, ok := w.length()
		ok = ok || w.Blocks == 0
		*w = webm{Before: before}
		return head, 0, ok
	case idInfo, idCluster, idBlockGroup:
		return head, 0, true // what they hold follows
	}
	if size == unknownSize || size > 1<<40 {
		return 0, 0, false
	}
	rest := data[head:]
	switch id {
	case idScale, idTimestamp:
		if size > maxNumber {
			return 0, 0, false
		}
		if uint64(len(rest)) < size {
			return 0, 0, true
		}
		if id == idScale {
			w.Scale = number(rest[:size])
		} else {
			w.Cluster = number(rest[:size])
		}
		return head + int(size), 0, true
	case idSimpleBlock, idBlock:
		need := min(size, blockHead)
		if uint64(len(rest)) < need {
			return 0, 0, true
		}
		if !w.block(rest[:need]) {
			return 0, 0, false
		}
		return head + int(need), int64(size - need), true
	}
	return head, int64(size), true
}

func (w *webm) block(head []byte) bool {
	_, n, ok := vint(head, true)
	if !ok || n == 0 || len(head) < n+2 || w.Cluster > 1<<40 {
		return false
	}
	at := int64(w.Cluster) + int64(int16(binary.BigEndian.Uint16(head[n:])))
	if w.Blocks == 0 {
		w.First, w.Last = at, at
	}
	w.Blocks++
	if at > w.Last {
		w.Last, w.Gap = at, at-w.Last
	}
	return true
}

// length is that of the segments before and of this one: from its first block to the end of the last one, which is taken to be as long as
// the one before it.
func (w *webm) length() (time.Duration, bool) {
	if w.Blocks == 0 {
		return w.Before, w.Before > 0
	}
	scale := w.Scale
	if scale == 0 {
		scale = uint64(time.Millisecond)
	}
	if scale > uint64(time.Second) {
		return 0, false
	}
	span := uint64(w.Last - w.First + min(w.Gap, w.Last-w.First))
	d, ok := scaled(span, uint64(time.Second)/scale)
	d += w.Before
	return d, ok && d <= longest
}

const unknownSize = 1<<64 - 1

// vint is EBML's number of one to eight bytes: with its marker as an identifier has it, without as a size. n is 0 when it is not
// whole.
func vint(data []byte, size bool) (value uint64, n int, ok bool) {
	if len(data) == 0 {
		return 0, 0, true
	}
	n = bits.LeadingZeros8(data[0]) + 1
	if n > 8 || !size && n > 4 {
		return 0, 0, false
	}
	if len(data) < n {
		return 0, 0, true
	}
	value = number(data[:n])
	if !size {
		return value, n, true
	}
	mask := uint64(1)<<(7*n) - 1
	if value &= mask; value == mask {
		return unknownSize, n, true
	}
	return value, n, true
}

func number(b []byte) (v uint64) {
	for _, x := range b {
		v = v<<8 | uint64(x)
	}
	return v
}
