package questionbank

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Shape is what a response may look like: all that is needed to check one, and nothing that tells the answer.
type Shape struct {
	Type      Type
	OptionIDs []string // of the types with options; of labelling the segments' numbers
	Gaps      int      // blank
	Rows      int      // matching
}

// Response is what an examinee answered, in the field that its Type uses. The zero Response is "cleared".
type Response struct {
	Type      Type      // empty: cleared
	Choice    string    // single, judgement: option id; true_false: "true" or "false"
	Choices   []string  // multiple, labelling: ids, ascending, none twice
	Blanks    []string  // blank: one text for each gap, empty where nothing was filled in
	Matches   []string  // matching: an option id for each row, empty where none was chosen
	Order     []string  // ordering: all option ids
	Text      string    // short, essay
	Recording Recording // spoken
}

// Recording is what a spoken answer came to: the sound itself is kept where it was sent to, part by part, and this tells which of
// it counts. The fields stand in the order of their names, as a jsonb column has them.
type Recording struct {
	MS     int64  `json:"ms"`     // how long all of its parts are together, in milliseconds
	Name   string `json:"name"`   // see IsObject
	Parts  int    `json:"parts"`  // it ends with this part
	SHA256 string `json:"sha256"` // hexadecimal, over the SHA-256 of each part in their order
}

// ErrNotAResponse is wrapped by every refusal of ParseResponse.
var ErrNotAResponse = errors.New("not a response to this question")

// Limits of a response; a longer one is refused.
const (
	MaxResponseBytes = 64 << 10
	MaxBlankRunes    = 1000
	MaxTextRunes     = 5000   // short
	MaxEssayRunes    = 20_000 // fits MaxResponseBytes in Chinese
	MaxParts         = 2000   // spoken
)

// Answered reports whether the response says anything.
func (r Response) Answered() bool {
	filled := func(s string) bool { return strings.TrimSpace(s) != "" }
	return r.Choice != "" || len(r.Choices) > 0 || len(r.Order) > 0 || filled(r.Text) || r.Recording.Parts > 0 ||
		slices.ContainsFunc(r.Blanks, filled) || slices.ContainsFunc(r.Matches, filled)
}

// responseField is the one field of a type's response, and whether it holds a list.
var responseField = map[Type]struct {
	name   string
	isList bool
}{
	Single: {"choice", false}, TrueFalse: {"choice", false}, Judgement: {"choice", false},
	Multiple: {"choices", true}, Labelling: {"choices", true},
	Blank: {"blanks", true}, Matching: {"matches", true}, Ordering: {"order", true},
	Short: {"text", false}, Essay: {"text", false}, Spoken: {"recording", false},
}

// list is the field that holds the values of a type whose response is a list, text that of the others.
func (r *Response) list() *[]string {
	switch r.Type {
	case Blank:
		return &r.Blanks
	case Matching:
		return &r.Matches
	case Ordering:
		return &r.Order
	}
	return &r.Choices
}

func (r *Response) text() *string {
	switch r.Type {
	case Short, Essay:
		return &r.Text
	}
	return &r.Choice
}

// MarshalJSON writes the one canonical form of a response, so that equal responses are equal bytes.
func (r Response) MarshalJSON() ([]byte, error) {
	field, ok := responseField[r.Type]
	switch {
	case !ok:
		return []byte("null"), nil
	case r.Type == Spoken:
		return json.Marshal(map[string]Recording{field.name: r.Recording})
	case field.isList:
		return json.Marshal(map[string][]string{field.name: append([]string{}, *r.list()...)})
	}
	return json.Marshal(map[string]string{field.name: *r.text()})
}

// ParseResponse checks raw against the shape: {"choice":id} for single and judgement, {"choice":"true"|"false"} for
// true_false, {"choices":[id…]} for multiple and labelling, {"blanks":[text…]} with one text for each gap for blank,
// {"matches":[id or ""…]} with one id for each row for matching, {"order":[id…]} with every option once for ordering,
// {"text":text} for short and essay, {"recording":{"ms":n,"name":name,"parts":n,"sha256":hex}} for spoken (as MarshalJSON writes it), null for cleared. It refuses with ErrNotAResponse
// everything else: other, repeated or differently spelled fields, trailing data, unknown or repeated option ids, and what
// a jsonb column would refuse or change (invalid UTF-8, \u0000, lone surrogates, numbers).
func ParseResponse(s Shape, raw []byte) (Response, error) {
	if err := checkJSON(raw); err != nil {
		return Response{}, err
	}
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return Response{}, nil
	}
	if s.Type == Spoken {
		return parseRecording(raw)
	}
	name, values, isList, ok := readPlainField(raw)
	if !ok {
		var err error
		if name, values, isList, err = readOneField(raw); err != nil {
			return Response{}, err
		}
	}
	want, ok := responseField[s.Type]
	if !ok {
		return Response{}, refuse("a question of type %q takes no response", s.Type)
	}
	if name != want.name || isList != want.isList {
		return Response{}, refuse("want %q", want.name)
	}
	if err := s.check(values); err != nil {
		return Response{}, err
	}
	r := Response{Type: s.Type}
	if !isList {
		*r.text() = values[0]
		return r, nil
	}
	if s.Type == Multiple || s.Type == Labelling {
		values = slices.Sorted(slices.Values(values))
	}
	*r.list() = values
	return r, nil
}

// check says what is wrong with the values, of which a type without a list has one.
func (s Shape) check(values []string) error {
	switch s.Type {
	case Single, Judgement:
		return s.ids(values)
	case TrueFalse:
		return Shape{OptionIDs: []string{"true", "false"}}.ids(values)
	case Multiple, Labelling:
		return s.distinctIDs(values)
	case Blank:
		if len(values) != s.Gaps {
			return refuse("want %d texts, got %d", s.Gaps, len(values))
		}
		return short(values, MaxBlankRunes)
	case Matching:
		if len(values) != s.Rows {
			return refuse("want %d options, got %d", s.Rows, len(values))
		}
		return s.ids(slices.DeleteFunc(slices.Clone(values), func(id string) bool { return id == "" }))
	case Ordering:
		if len(values) != len(s.OptionIDs) {
			return refuse("want all %d options, got %d", len(s.OptionIDs), len(values))
		}
		return s.distinctIDs(values)
	case Short:
		return short(values, MaxTextRunes)
	case Essay:
		return short(values, MaxEssayRunes)
	}
	return nil
}

// parseRecording takes a recording as MarshalJSON writes it and nothing else, so that neither another spelling nor a field too many
// passes. It may be spaced as PostgreSQL spaces it.
func parseRecording(raw []byte) (Response, error) {
	var in struct {
		Recording Recording `json:"recording"`
	}
	var tight bytes.Buffer
	if json.Compact(&tight, raw) != nil || !strictly(raw, &in) {
		return Response{}, refuse("want %q", responseField[Spoken].name)
	}
	r := in.Recording
	switch {
	case !IsObject(r.Name):
		return Response{}, refuse("%.20q is not the name of a recording", r.Name)
	case r.Parts < 1 || r.Parts > MaxParts || r.MS < 1 || r.MS > MaxSeconds*2000:
		return Response{}, refuse("a recording of %d parts and %d ms", r.Parts, r.MS)
	case !isSHA256(r.SHA256):
		return Response{}, refuse("%.20q is not a hash", r.SHA256)
	}
	out := Response{Type: Spoken, Recording: r}
	if canonical, err := out.MarshalJSON(); err != nil || !bytes.Equal(canonical, tight.Bytes()) {
		return Response{}, refuse("not written as a recording is")
	}
	return out, nil
}

func isSHA256(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

func (s Shape) ids(values []string) error {
	for _, id := range values {
		if !slices.Contains(s.OptionIDs, id) {
			return refuse("unknown option %.20q", id)
		}
	}
	return nil
}

func (s Shape) distinctIDs(values []string) error {
	if err := s.ids(values); err != nil {
		return err // first: what follows takes time that grows with the square of the ids
	}
	for i, id := range values {
		if slices.Contains(values[:i], id) {
			return refuse("option %.20q twice", id)
		}
	}
	return nil
}

func short(values []string, maxRunes int) error {
	for _, v := range values {
		if utf8.RuneCountInString(v) > maxRunes {
			return refuse("text longer than %d characters", maxRunes)
		}
	}
	return nil
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNotAResponse, fmt.Sprintf(format, args...))
}

// checkJSON finds what encoding/json would mend in silence and a jsonb column would refuse.
func checkJSON(raw []byte) error {
	switch {
	case len(raw) > MaxResponseBytes:
		return refuse("longer than %d bytes", MaxResponseBytes)
	case !utf8.Valid(raw):
		return refuse("not UTF-8")
	case !json.Valid(raw):
		return refuse("not JSON")
	}
	// In valid JSON a backslash stands in strings alone.
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++
		if raw[i] != 'u' {
			continue
		}
		code := hex4(raw[i+1:])
		i += 4
		switch {
		case code == 0:
			return refuse(`\u0000`)
		case code >= 0xDC00 && code <= 0xDFFF:
			return refuse("lone surrogate")
		case code >= 0xD800 && code <= 0xDBFF:
			if rest := raw[i+1:]; len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' || hex4(rest[2:])&0xFC00 != 0xDC00 {
				return refuse("lone surrogate")
			}
			i += 6
		}
	}
	return nil
}

func hex4(b []byte) uint64 {
	n, _ := strconv.ParseUint(string(b[:4]), 16, 32)
	return n
}

// readPlainField is readOneField for what has no escape in it, which is nearly every response: it needs no decoder. raw is valid
// JSON; what is not ok is for readOneField to read.
func readPlainField(raw []byte) (name string, values []string, isList, ok bool) {
	if bytes.ContainsRune(raw, '\\') {
		return "", nil, false, false
	}
	p := plainReader{raw}
	if !p.sign('{') || !p.text(&name) || !p.sign(':') {
		return "", nil, false, false
	}
	var value string
	if isList = p.sign('['); !isList {
		if !p.text(&value) || !p.sign('}') {
			return "", nil, false, false
		}
		return name, []string{value}, false, true
	}
	values = []string{}
	for p.text(&value) {
		values = append(values, value)
		p.sign(',') // there is one, unless the list ends
	}
	if !p.sign(']') || !p.sign('}') {
		return "", nil, false, false
	}
	return name, values, true, true
}

// plainReader takes signs and texts from the beginning of valid JSON without escapes.
type plainReader struct{ rest []byte }

func (p *plainReader) sign(c byte) bool {
	p.rest = bytes.TrimLeft(p.rest, " \t\r\n")
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *plainReader) text(into *string) bool {
	if !p.sign('"') {
		return false
	}
	end := bytes.IndexByte(p.rest, '"')
	if end < 0 {
		return false
	}
	*into, p.rest = string(p.rest[:end]), p.rest[end+1:]
	return true
}

// readOneField reads {"name": "text"} or {"name": ["text", …]} and nothing more.
func readOneField(raw []byte) (name string, values []string, isList bool, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	next := func() json.Token { t, _ := dec.Token(); return t } // raw is valid JSON: only the end is an error
	if next() != json.Delim('{') {
		return "", nil, false, refuse("want an object or null")
	}
	name, ok := next().(string)
	if !ok {
		return "", nil, false, refuse("no field")
	}
	switch t := next().(type) {
	case string:
		values = []string{t}
	case json.Delim:
		if t != '[' {
			return "", nil, false, refuse("%q is an object", name)
		}
		isList, values = true, []string{}
		for dec.More() {
			text, ok := next().(string)
			if !ok {
				return "", nil, false, refuse("%q holds something that is not a text", name)
			}
			values = append(values, text)
		}
		next()
	default:
		return "", nil, false, refuse("%q is not a text", name)
	}
	if next() != json.Delim('}') {
		return "", nil, false, refuse("more than one field")
	}
	if _, err := dec.Token(); err != io.EOF {
		return "", nil, false, refuse("trailing data")
	}
	return name, values, isList, nil
}
