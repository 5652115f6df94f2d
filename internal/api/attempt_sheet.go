package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// The answer to a start is a whole paper, and a thousand people start at once. Its questions are written once for all of them;
// what remains for each is to put the texts into the order of the own layout. The result is the JSON of sheetAnswer.
//
// It goes out compressed: where a thousand people start behind the line of one clinic, 50 questions are 10 KB instead of 23 each. That is
// done anew for each examinee at the least effort, in some 60 µs, because the texts stand in everybody's own order; questions compressed once
// for all and then joined would be 18 KB, since they share nothing.

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

func sendSheet(c echo.Context, status int, s exam.Sheet) (err error) {
	room := sheetRooms.Get().(*sheetRoom)
	defer sheetRooms.Put(room)
	if room.text, err = appendSheet(room.text[:0], s); err != nil {
		return err
	}
	out, header := room.text, c.Response().Header()
	header.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if len(out) > smallSheet && httpx.AcceptsEncoding(c.Request(), "gzip") {
		if out, err = room.compressed(); err != nil {
			return err
		}
		header.Set(echo.HeaderContentEncoding, "gzip")
	}
	// With its length told, the answer goes out in two writes. Without, net/http cuts it into chunks and writes three times.
	header.Set(echo.HeaderContentLength, strconv.Itoa(len(out)))
	return c.JSONBlob(status, out)
}
