package xls

import (
	"bytes"
	"encoding/binary"
	"errors"
	"unicode/utf16"
)

// A compound file is a file system of its own: sectors, chained by the allocation table (FAT); streams below 4096 bytes stand in
// sectors of 64 bytes inside the root's stream. [MS-CFB]

var signature = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// Is reports whether the data begins as a compound file does.
func Is(data []byte) bool { return bytes.HasPrefix(data, signature) }

var errBroken = errors.New("broken compound file")

const (
	headerSize  = 512
	entrySize   = 128
	miniSector  = 64
	miniCutoff  = 4096
	endOfChain  = 0xFFFFFFFE
	headerDIFAT = 109
)

type compound struct {
	data   []byte
	sector int
	fat    []uint32
	dirs   []byte
}

func u16(b []byte) int    { return int(binary.LittleEndian.Uint16(b)) }
func u32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

func openCompound(data []byte) (*compound, error) {
	if !Is(data) || len(data) < headerSize {
		return nil, errBroken
	}
	shift := u16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, errBroken
	}
	c := &compound{data: data, sector: 1 << shift}
	if err := c.readFAT(); err != nil {
		return nil, err
	}
	var err error
	c.dirs, err = c.chain(u32(data[48:]))
	return c, err
}

// at is the sector; the last one of a file may be cut short.
func (c *compound) at(n uint32) ([]byte, error) {
	from := (int64(n) + 1) * int64(c.sector)
	if from >= int64(len(c.data)) {
		return nil, errBroken
	}
	return c.data[from:min(from+int64(c.sector), int64(len(c.data)))], nil
}

func (c *compound) readFAT() error {
	sectors := make([]uint32, 0, headerDIFAT)
	take := func(list []byte) {
		for ; len(list) >= 4; list = list[4:] {
			if n := u32(list); n < endOfChain-1 {
				sectors = append(sectors, n)
			}
		}
	}
	take(c.data[76:headerSize])
	most := len(c.data)/c.sector + 1
	next := u32(c.data[68:])
	for range most {
		if next >= endOfChain-3 {
			break
		}
		s, err := c.at(next)
		if err != nil || len(s) < c.sector {
			return errBroken
		}
		take(s[:c.sector-4])
		next = u32(s[c.sector-4:])
	}
	if len(sectors) > most {
		return errBroken
	}
	for _, n := range sectors {
		s, err := c.at(n)
		if err != nil {
			return err
		}
		for ; len(s) >= 4; s = s[4:] {
			c.fat = append(c.fat, u32(s))
		}
	}
	return nil
}

// chain is the content of the sectors from the first on.
func (c *compound) chain(first uint32) ([]byte, error) {
	var out []byte
	for n, steps := first, 0; n != endOfChain; steps++ {
		if int64(n) >= int64(len(c.fat)) || steps > len(c.fat) || len(out) > len(c.data) {
			return nil, errBroken
		}
		s, err := c.at(n)
		if err != nil {
			return nil, err
		}
		out = append(out, s...)
		n = c.fat[n]
	}
	return out, nil
}

const (
	streamEntry = 2
	rootEntry   = 5
)

// entry is the directory's entry of the kind and name.
func (c *compound) entry(kind byte, name string) []byte {
	for d := c.dirs; len(d) >= entrySize; d = d[entrySize:] {
		if d[66] == kind && (name == "" || entryName(d) == name) {
			return d[:entrySize]
		}
	}
	return nil
}

func entryName(d []byte) string {
	n := min(u16(d[64:]), 64) / 2
	var units []uint16
	for i := range n {
		if u := binary.LittleEndian.Uint16(d[2*i:]); u != 0 {
			units = append(units, u)
		}
	}
	return string(utf16.Decode(units))
}

// stream is the content of the named stream; nil when there is none.
func (c *compound) stream(name string) ([]byte, error) {
	d := c.entry(streamEntry, name)
	if d == nil {
		return nil, nil
	}
	first, size := u32(d[116:]), int64(u32(d[120:]))
	if size > int64(len(c.data)) {
		return nil, errBroken
	}
	read := c.chain
	if size < miniCutoff {
		read = c.miniChain
	}
	out, err := read(first)
	if err != nil || int64(len(out)) < size {
		return nil, errBroken
	}
	return out[:size], nil
}

func (c *compound) miniChain(first uint32) ([]byte, error) {
	root := c.entry(rootEntry, "")
	if root == nil {
		return nil, errBroken
	}
	inside, err := c.chain(u32(root[116:]))
	if err != nil {
		return nil, err
	}
	fat, err := c.chain(u32(c.data[60:]))
	if err != nil {
		return nil, err
	}
	var out []byte
	for n := first; n != endOfChain; {
		from := int64(n) * miniSector
		if len(out) > miniCutoff || from+miniSector > int64(len(inside)) || int64(n)*4+4 > int64(len(fat)) {
			return nil, errBroken
		}
		out = append(out, inside[from:from+miniSector]...)
		n = u32(fat[4*n:])
	}
	return out, nil
}
