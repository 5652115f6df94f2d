package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/klauspost/compress/gzip"

	"github.com/peikao/peikao/questionbank"
)

// examinee is a simulated person with a connection of the own. Not safe for concurrent use.
type examinee struct {
	name    string // the log-in
	cookie  string // the session
	wire    *wire
	body    []byte
	sitting *sitting
	past    []*sitting
}

// sitting is one attempt with everything that the server acknowledged of it.
type sitting struct {
	attempt, lease string
	path           string // of the attempt
	slots          []answers
	points         []int64 // hundredths of a point of each slot
	seq            int64
	steps          int
	unsent         []change // not acknowledged: sent again under the same numbers, as the page does
	acked          []change
	handedIn       bool
	sheet          []byte // the answer to the start, until it is read
}

// change is one change of one slot, with the variant that was answered.
type change struct {
	seq     int64
	slot    int
	variant int
}

// unexpected is an answer that the contract does not foresee at this place.
type unexpected struct {
	what   string
	status int
	body   string
}

func (u unexpected) Error() string { return fmt.Sprintf("%s: %d %s", u.what, u.status, u.body) }

func (e *examinee) call(what, method, path string, body []byte, want ...int) ([]byte, error) {
	status, answer, err := e.wire.do(method, path, e.cookie, e.name, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	for _, w := range want {
		if status == w {
			return answer, nil
		}
	}
	return nil, unexpected{what, status, fmt.Sprintf("%.200s", answer)}
}

func (e *examinee) logIn(password string) error {
	in, err := json.Marshal(map[string]string{"login": e.name, "password": password})
	if err != nil {
		return err
	}
	answer, err := e.call("log-in", "POST", "/api/v1/sessions", in, 201)
	if err != nil {
		return err
	}
	var out struct{ Token string }
	if err := json.Unmarshal(answer, &out); err != nil {
		return err
	}
	e.cookie = out.Token
	return nil
}

// start begins an attempt as the page does. The sheet is read later (open): an examinee's browser does that on another machine.
func (e *examinee) start(exam string) error {
	answer, err := e.call("start", "POST", "/api/v1/exams/"+exam+"/attempts"+apart, []byte("{}"), 201)
	if err != nil {
		return err
	}
	if e.sitting != nil {
		e.past = append(e.past, e.sitting)
	}
	e.sitting = &sitting{sheet: bytes.Clone(answer)}
	return nil
}

// apart asks for the paper apart from its order in the attempt.
const apart = "?paper=shared"

// sheet is what the generator needs of the answer to a start.
type sheet struct {
	Attempt struct{ ID string }
	Lease   string
	Paper   struct {
		Questions []struct {
			Stem     string
			Points   json.Number
			Options  []questionbank.Option
			Rows     []string
			Stimulus *questionbank.Stimulus
		}
		Places [][]int // slot, question, options
	}
}

// open reads the sheet: what can be answered, and what it earns.
func (s *sitting) open(book bookOfAnswers) error {
	text, err := plain(s.sheet)
	if err != nil {
		return err
	}
	var in sheet
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	s.attempt, s.lease, s.path, s.sheet = in.Attempt.ID, in.Lease, "/api/v1/attempts/"+in.Attempt.ID, nil
	if s.lease == "" || len(in.Paper.Places) == 0 {
		return fmt.Errorf("attempt %s: a start without a lease or a paper", s.attempt)
	}
	for _, place := range in.Paper.Places {
		slot := in.Paper.Questions[place[1]]
		known, ok := book.find(questionbank.Question{Stem: slot.Stem, Options: slot.Options, Rows: slot.Rows, Stimulus: slot.Stimulus})
		if !ok {
			return fmt.Errorf("attempt %s: a question that nobody put into the bank", s.attempt)
		}
		points, err := slot.Points.Float64()
		if err != nil {
			return err
		}
		s.slots, s.points = append(s.slots, known), append(s.points, int64(points*100+0.5))
	}
	return nil
}

// plain undoes the compression of an answer.
func plain(body []byte) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body, nil
	}
	r := unpackers.Get().(*gzip.Reader)
	defer unpackers.Put(r)
	if err := r.Reset(bytes.NewReader(body)); err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// unpackers are kept: examinees share the machine with the program, which is what is measured.
var unpackers = sync.Pool{New: func() any { return new(gzip.Reader) }}

// next makes so many new changes, or gives those again that were not acknowledged.
func (s *sitting) next(count int) []change {
	if len(s.unsent) > 0 {
		return s.unsent
	}
	for range count {
		s.seq++
		s.steps++
		slot := s.steps % len(s.slots)
		// Round after round the answers move on: some are right in the end, some wrong, some cleared.
		s.unsent = append(s.unsent, change{seq: s.seq, slot: slot + 1, variant: (slot + s.steps/len(s.slots)) % variants})
	}
	return s.unsent
}

func (s *sitting) response(c change) []byte { return s.slots[c.slot-1][c.variant] }

func (s *sitting) acknowledged() {
	s.acked = append(s.acked, s.unsent...)
	s.unsent = s.unsent[:0]
}

// save sends one change.
func (e *examinee) save() error {
	s := e.sitting
	if err := e.put(s.next(1)[0], 200); err != nil {
		return err
	}
	s.acknowledged()
	return nil
}

func (e *examinee) put(c change, want int) error {
	s := e.sitting
	e.body = append(append(e.body[:0], `{"lease":"`...), s.lease...)
	e.body = strconv.AppendInt(append(e.body, `","client_seq":`...), c.seq, 10)
	e.body = append(append(append(e.body, `,"response":`...), s.response(c)...), '}')
	_, err := e.call("save", "PUT", s.path+"/responses/"+strconv.Itoa(c.slot), e.body, want)
	return err
}

// saveMany sends several changes in one body.
func (e *examinee) saveMany(count int) error {
	s := e.sitting
	changes := s.next(count)
	e.body = append(append(append(e.body[:0], `{"lease":"`...), s.lease...), `","changes":[`...)
	for i, c := range changes {
		if i > 0 {
			e.body = append(e.body, ',')
		}
		e.body = strconv.AppendInt(append(e.body, `{"slot":`...), int64(c.slot), 10)
		e.body = strconv.AppendInt(append(e.body, `,"client_seq":`...), c.seq, 10)
		e.body = append(append(append(e.body, `,"response":`...), s.response(c)...), '}')
	}
	answer, err := e.call("save", "POST", s.path+"/responses", append(e.body, "]}"...), 200)
	if err != nil {
		return err
	}
	if saved := bytes.Count(answer, []byte(`"code":"saved"`)); saved != len(changes) {
		return unexpected{"save", 200, fmt.Sprintf("%d of %d saved", saved, len(changes))}
	}
	s.acknowledged()
	return nil
}

// repeat sends the last acknowledged change again, as after a lost reply: the same answer comes back.
func (e *examinee) repeat() error {
	s := e.sitting
	if len(s.acked) == 0 {
		return nil
	}
	return e.put(s.acked[len(s.acked)-1], 200)
}

// stale sends another answer under an old number: it is refused, and nothing of it may stay.
func (e *examinee) stale() error {
	s := e.sitting
	if len(s.acked) == 0 {
		return nil
	}
	c := s.acked[len(s.acked)/2]
	c.variant = right + cleared - c.variant // another one, unless it was the wrong answer
	if bytes.Equal(s.response(c), s.response(s.acked[len(s.acked)/2])) {
		return e.repeat()
	}
	return e.put(c, 409)
}

// resume reads the whole attempt, as a page that was loaded again.
func (e *examinee) resume() error {
	_, err := e.call("resume", "GET", e.sitting.path+apart, nil, 200)
	return err
}

func (e *examinee) beat() error {
	e.body = append(append(append(e.body[:0], `{"lease":"`...), e.sitting.lease...), `","events":[]}`...)
	_, err := e.call("heart-beat", "POST", e.sitting.path+"/heartbeat", e.body, 200)
	return err
}

func (e *examinee) handIn() error {
	e.body = append(append(append(e.body[:0], `{"lease":"`...), e.sitting.lease...), `"}`...)
	if _, err := e.call("hand-in", "POST", e.sitting.path+"/submit", e.body, 200); err != nil {
		return err
	}
	e.sitting.handedIn = true
	return nil
}

// score is what the acknowledged answers earn: the second computation that the server's marks are compared with.
func (s *sitting) score() (score, answered int64) {
	last := make([]int, len(s.slots))
	for i := range last {
		last[i] = cleared
	}
	for _, c := range s.acked {
		last[c.slot-1] = c.variant
	}
	for i, variant := range last {
		if variant == right {
			score += s.points[i]
		}
		if !bytes.Equal(s.slots[i][variant], []byte("null")) {
			answered++
		}
	}
	return score, answered
}
