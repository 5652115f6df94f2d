package api

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// The answer to a start is a whole paper, and a thousand people start at once, perhaps behind the line of one clinic.
//
// The page asks for the paper apart (?paper=shared): its questions in the paper's own order, the same for everybody, and beside them where each
// stands in this attempt and in which order its options. The questions are then written and compressed once for all attempts, and what is made
// anew for each is a small part around them. Whoever does not ask gets the questions in the attempt's order, as sheetAnswer has them: a caller
// of the API need not put anything together, and a page that was loaded from an older release does not know how. That one is compressed
// for each examinee at the least effort.

// questionJSON is a question without the braces around it: what stands before its options, each option, and what stands after.
type questionJSON struct {
	head, rest []byte
	options    []optionJSON
	size       int // of all that, with what stands between
}

type optionJSON struct {
	id   string
	text []byte
}

func writeQuestion(q *exam.ShownQuestion) *questionJSON {
	out := &questionJSON{head: inside(ofTexts(slotHeadOf(q))), rest: inside(ofTexts(slotRestOf(q)))}
	out.size = len(`{"slot":123,,"options":[],},`) + len(out.head) + len(out.rest)
	for _, o := range answerOptions(q.AllOptions, q.Markdown, q.OptionMedia) {
		text := ofTexts(o)
		out.options, out.size = append(out.options, optionJSON{o.ID, text}), out.size+len(text)+len(",")
	}
	return out
}

// appendSheet adds the whole answer.
func appendSheet(out []byte, s exam.Sheet) ([]byte, error) {
	head, err := json.Marshal(headOf(s))
	if err != nil {
		return nil, err
	}
	rest, err := json.Marshal(restOf(s))
	if err != nil {
		return nil, err
	}
	out = append(slices.Grow(out, roomOf(s)+len(head)+len(rest)+len(`{,"paper":{"slots":[]},}`)), '{')
	out = append(append(out, inside(head)...), `,"paper":{"slots":[`...)
	for i, slot := range s.Slots {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendSlot(out, slot)
	}
	out = append(append(out, `]},`...), inside(rest)...)
	return append(out, '}'), nil
}

func written(slot exam.SheetSlot) *questionJSON {
	return slot.Written(func() any { return writeQuestion(slot.ShownQuestion) }).(*questionJSON)
}

// roomOf is about how long the slots will be.
func roomOf(s exam.Sheet) int {
	n := 0
	for _, slot := range s.Slots {
		n += written(slot).size
	}
	return n
}

func appendSlot(out []byte, slot exam.SheetSlot) []byte {
	q := written(slot)
	out = strconv.AppendInt(append(out, `{"slot":`...), int64(slot.Slot), 10)
	out = append(append(out, ','), q.head...)
	separator := `,"options":[`
	for _, id := range slot.OptionIDs {
		for i := range q.options {
			if q.options[i].id == id {
				out, separator = append(append(out, separator...), q.options[i].text...), ","
				break
			}
		}
	}
	if separator == "," {
		out = append(out, ']')
	}
	if len(q.rest) > 0 {
		out = append(append(out, ','), q.rest...)
	}
	return append(out, '}')
}

// inside is an object without its braces.
func inside(object []byte) []byte { return object[1 : len(object)-1] }

// ofTexts is the JSON of what consists of texts and numbers.
func ofTexts(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic("api: texts always marshal: " + err.Error())
	}
	return text
}

// smallSheet is how long an answer is at most that goes out as it is: it fits into a packet or two as well.
const smallSheet = 2 << 10

// sharedJSON are the questions of a paper as all get them who ask for it apart: the text, and the same compressed as a piece of a stream, which
// refers to nothing before it and ends with a whole byte.
type sharedJSON struct{ text, packed []byte }

func writeShared(p *exam.ShownPaper) *sharedJSON {
	out := &sharedJSON{}
	for i, q := range p.Questions {
		if i > 0 {
			out.text = append(out.text, ',')
		}
		out.text = append(out.text, ofTexts(shownAnswer{slotHeadOf(q), answerOptions(q.AllOptions, q.Markdown, q.OptionMedia), slotRestOf(q)})...)
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err == nil {
		_, err = w.Write(out.text)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		panic("api: " + err.Error()) // the level is a constant, and a buffer takes everything
	}
	out.packed = packed.Bytes()
	return out
}

// sharedSheet is the whole answer to who asks for the paper apart, and where in it the questions stand.
type sharedSheet struct {
	text      []byte
	from, to  int
	questions *sharedJSON
}

// appendShared adds the answer to out.
func appendShared(out []byte, s exam.Sheet) (sharedSheet, error) {
	head, err := json.Marshal(headOf(s))
	if err != nil {
		return sharedSheet{}, err
	}
	rest, err := json.Marshal(restOf(s))
	if err != nil {
		return sharedSheet{}, err
	}
	q := s.Paper.Written(func() any { return writeShared(s.Paper) }).(*sharedJSON)
	out = append(append(append(out, '{'), inside(head)...), `,"paper":{"questions":[`...)
	from := len(out)
	out = append(out, q.text...)
	to := len(out)
	out = append(out, `],"places":[`...)
	for i, slot := range s.Slots {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendPlace(out, slot)
	}
	out = append(append(append(out, `]},`...), inside(rest)...), '}')
	return sharedSheet{out, from, to, q}, nil
}

// appendPlace adds [slot, question, option, option, …]: at the slot stands that question of the paper, with its options in this order. Questions
// and options are counted from 0. Numbers alone, so that little is made anew for each attempt.
func appendPlace(out []byte, slot exam.SheetSlot) []byte {
	out = strconv.AppendInt(append(out, '['), int64(slot.Slot), 10)
	out = strconv.AppendInt(append(out, ','), int64(slot.Question), 10)
	for _, id := range slot.OptionIDs {
		for i := range slot.AllOptions {
			if slot.AllOptions[i].ID == id {
				out = strconv.AppendInt(append(out, ','), int64(i), 10)
				break
			}
		}
	}
	return append(out, ']')
}

// sheetRoom is where an answer is written and compressed before it is sent: a rush of them is most of what the collector would have to take away.
type sheetRoom struct {
	text   []byte
	packed bytes.Buffer
	gzip   *gzip.Writer
}

var sheetRooms = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.StatelessCompression) // which holds no tables: others hold a megabyte each
	if err != nil {
		panic("api: " + err.Error()) // the level is a constant
	}
	return &sheetRoom{gzip: w}
}}

// compressed is the text as it goes out; it is good until the room is used again.
func (r *sheetRoom) compressed() ([]byte, error) {
	r.packed.Reset()
	r.gzip.Reset(&r.packed)
	if _, err := r.gzip.Write(r.text); err != nil {
		return nil, err
	}
	if err := r.gzip.Close(); err != nil {
		return nil, err
	}
	return r.packed.Bytes(), nil
}

// gzipBegin is the head of a gzip member without name and time (RFC 1952, 2.3).
const gzipBegin = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

// joined is the answer as it goes out: the questions were compressed before, and what stands around them is put beside them. It is good until the
// room is used again.
func (r *sheetRoom) joined(s sharedSheet) ([]byte, error) {
	r.packed.Reset()
	r.packed.WriteString(gzipBegin)
	if err := r.around(s.text[:s.from], false); err != nil {
		return nil, err
	}
	r.packed.Write(s.questions.packed)
	if err := r.around(s.text[s.to:], true); err != nil {
		return nil, err
	}
	end := binary.LittleEndian.AppendUint32(r.packed.AvailableBuffer(), crc32.ChecksumIEEE(s.text))
	r.packed.Write(binary.LittleEndian.AppendUint32(end, uint32(len(s.text))))
	return r.packed.Bytes(), nil
}

// around adds what stands before or after the questions. The places of a start are numbers and short: they go as they are, in a stored block
// (RFC 1951, 3.2.4), because making a code for them costs more than they would lose.
func (r *sheetRoom) around(part []byte, last bool) error {
	if len(part) > smallSheet {
		return flate.StatelessDeflate(&r.packed, part, last, nil)
	}
	head := append(r.packed.AvailableBuffer(), 0)
	if last {
		head[0] = 1
	}
	head = binary.LittleEndian.AppendUint16(head, uint16(len(part)))
	r.packed.Write(binary.LittleEndian.AppendUint16(head, ^uint16(len(part))))
	r.packed.Write(part)
	return nil
}

// write makes the answer in the form that is asked for.
func (r *sheetRoom) write(s exam.Sheet, apart bool) (compressed func() ([]byte, error), err error) {
	if !apart {
		r.text, err = appendSheet(r.text[:0], s)
		return r.compressed, err
	}
	shared, err := appendShared(r.text[:0], s)
	r.text = shared.text
	return func() ([]byte, error) { return r.joined(shared) }, err
}

func sendSheet(c echo.Context, status int, s exam.Sheet) error {
	room := sheetRooms.Get().(*sheetRoom)
	defer sheetRooms.Put(room)
	compressed, err := room.write(s, c.QueryParam("paper") == "shared")
	if err != nil {
		return err
	}
	out, header := room.text, c.Response().Header()
	header.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if len(out) > smallSheet && httpx.AcceptsEncoding(c.Request(), "gzip") {
		if out, err = compressed(); err != nil {
			return err
		}
		header.Set(echo.HeaderContentEncoding, "gzip")
	}
	// With its length told, the answer goes out in two writes. Without, net/http cuts it into chunks and writes three times.
	header.Set(echo.HeaderContentLength, strconv.Itoa(len(out)))
	return c.JSONBlob(status, out)
}
