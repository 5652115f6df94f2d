package xls

import (
	"unicode/utf16"
)

// Records of BIFF8 that are read. [MS-XLS]
const (
	recBOF         = 0x0809
	recEOF         = 0x000A
	recFilePass    = 0x002F
	recDateMode    = 0x0022
	recFormat      = 0x041E
	recXF          = 0x00E0
	recBoundSheet  = 0x0085
	recSST         = 0x00FC
	recContinue    = 0x003C
	recLabelSST    = 0x00FD
	recLabel       = 0x0204
	recRString     = 0x00D6
	recNumber      = 0x0203
	recRK          = 0x027E
	recMulRK       = 0x00BD
	recBoolErr     = 0x0205
	recFormula     = 0x0006
	recString      = 0x0207
	recMergeCells  = 0x00E5
	recRow         = 0x0208
	biff8          = 0x0600
	sheetWorksheet = 0
)

// record is one record; the data of those that continue it are apart, because a text that is cut says anew how it is written.
type record struct {
	kind  int
	parts [][]byte
}

func (r record) data() []byte { return r.parts[0] }

// each gives the records of the substream from an offset on, without its end. A stream without an end is broken.
func each(stream []byte, from int, take func(record) error) error {
	next := func() (kind int, data []byte, ok bool) {
		if from < 0 || from+4 > len(stream) {
			return 0, nil, false
		}
		kind, size := u16(stream[from:]), u16(stream[from+2:])
		if from+4+size > len(stream) {
			return 0, nil, false
		}
		data = stream[from+4 : from+4+size]
		from += 4 + size
		return kind, data, true
	}
	kind, data, ok := next()
	for ok && kind != recEOF {
		r := record{kind, [][]byte{data}}
		for kind, data, ok = next(); ok && kind == recContinue; kind, data, ok = next() {
			r.parts = append(r.parts, data)
		}
		if err := take(r); err != nil {
			return err
		}
	}
	if !ok {
		return errBroken
	}
	return nil
}

// cursor reads over the parts of a record. Beyond the end it gives zeros and remembers that.
type cursor struct {
	parts [][]byte
	ended bool
}

func (c *cursor) skipEmpty() {
	for len(c.parts) > 0 && len(c.parts[0]) == 0 {
		c.parts = c.parts[1:]
	}
}

func (c *cursor) byte() byte {
	c.skipEmpty()
	if len(c.parts) == 0 {
		c.ended = true
		return 0
	}
	b := c.parts[0][0]
	c.parts[0] = c.parts[0][1:]
	return b
}

func (c *cursor) u16() int { return int(c.byte()) | int(c.byte())<<8 }

func (c *cursor) u32() uint32 { return uint32(c.u16()) | uint32(c.u16())<<16 }

func (c *cursor) skip(n int) {
	for n > 0 {
		c.skipEmpty()
		if len(c.parts) == 0 {
			c.ended = true
			return
		}
		step := min(n, len(c.parts[0]))
		c.parts[0] = c.parts[0][step:]
		n -= step
	}
}

// chars reads n characters. Where a part ends inside them, the next one begins with their width.
func (c *cursor) chars(n int, wide bool) string {
	units := make([]uint16, 0, min(n, 1<<15))
	for len(units) < n {
		if len(c.parts) > 0 && len(c.parts[0]) == 0 {
			if c.skipEmpty(); len(c.parts) > 0 {
				wide = c.byte()&1 != 0
			}
		}
		if len(c.parts) == 0 {
			c.ended = true
			break
		}
		if wide {
			units = append(units, uint16(c.u16()))
		} else {
			units = append(units, uint16(c.byte()))
		}
	}
	return string(utf16.Decode(units))
}

// text is a text with its length before it, with formats and phonetics behind it, which are skipped.
func (c *cursor) text(length int) string {
	flags := c.byte()
	runs, extra := 0, 0
	if flags&8 != 0 {
		runs = c.u16()
	}
	if flags&4 != 0 {
		extra = int(c.u32())
	}
	s := c.chars(length, flags&1 != 0)
	c.skip(4 * runs)
	c.skip(extra)
	return s
}
