package api

import (
	"encoding/json"
	"slices"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/exam"
)

// The answer to a start is a whole paper, and a thousand people start at once. Its questions are written once for all of them;
// what remains for each is to put the texts into the order of the own layout. The result is the JSON of sheetAnswer.
//
// It goes out as it is. 50 questions of the bank that ships are 23 KB, which 7 µs put together. Questions that were compressed once each
// can be joined in another 1 µs, but come to 18 KB, because they share nothing; the whole compressed anew for each examinee is 10 KB and
// costs 72 to 124 µs. A proxy that speaks to phones may do that.

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

// sheetRoom is where answers are written before they are sent: a rush of them is most of what the collector would have to take away.
var sheetRoom = sync.Pool{New: func() any { return new([]byte) }}

func sendSheet(c echo.Context, status int, s exam.Sheet) error {
	room := sheetRoom.Get().(*[]byte)
	defer sheetRoom.Put(room)
	text, err := appendSheet((*room)[:0], s)
	if err != nil {
		return err
	}
	*room = text
	// With its length told, the answer goes out in two writes. Without, net/http cuts it into chunks and writes three times.
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(len(text)))
	return c.JSONBlob(status, text)
}
