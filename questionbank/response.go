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
	OptionIDs []string // single, multiple
	Gaps      int      // blank
}

// Response is what an examinee answered, in the field that its Type uses. The zero Response is "cleared".
type Response struct {
	Type    Type     // empty: cleared
	Choice  string   // single: option id; true_false: "true" or "false"
	Choices []string // multiple: option ids, ascending, none twice
	Blanks  []string // blank: one text for each gap, empty where nothing was filled in
	Text    string   // short
}

// ErrNotAResponse is wrapped by every refusal of ParseResponse.
var ErrNotAResponse = errors.New("not a response to this question")

// Limits of a response; a longer one is refused.
const (
	MaxResponseBytes = 64 << 10
	MaxBlankRunes    = 1000
	MaxTextRunes     = 5000
)

// Answered reports whether the response says anything.
func (r Response) Answered() bool {
	return r.Choice != "" || len(r.Choices) > 0 || strings.TrimSpace(r.Text) != "" ||
		slices.ContainsFunc(r.Blanks, func(s string) bool { return strings.TrimSpace(s) != "" })
}

// MarshalJSON writes the one canonical form of a response, so that equal responses are equal bytes.
func (r Response) MarshalJSON() ([]byte, error) {
	switch r.Type {
	case Single, TrueFalse:
		return json.Marshal(map[string]string{"choice": r.Choice})
	case Multiple:
		return json.Marshal(map[string][]string{"choices": append([]string{}, r.Choices...)})
	case Blank:
		return json.Marshal(map[string][]string{"blanks": append([]string{}, r.Blanks...)})
	case Short:
		return json.Marshal(map[string]string{"text": r.Text})
	}
	return []byte("null"), nil
}

// ParseResponse checks raw against the shape: {"choice":id} for single, {"choice":"true"|"false"} for true_false,
// {"choices":[id…]} for multiple, {"blanks":[text…]} with one text for each gap for blank, {"text":text} for short, null for cleared. It refuses
// with ErrNotAResponse everything else: other, repeated or differently spelled fields, trailing data, unknown or
// repeated option ids, and what a jsonb column would refuse or change (invalid UTF-8, \u0000, lone surrogates, numbers).
func ParseResponse(s Shape, raw []byte) (Response, error) {
	if err := checkJSON(raw); err != nil {
		return Response{}, err
	}
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return Response{}, nil
	}
	name, values, isList, err := readOneField(raw)
	if err != nil {
		return Response{}, err
	}
	wantName, wantList := "choice", false
	switch s.Type {
	case Single, TrueFalse:
	case Multiple:
		wantName, wantList = "choices", true
	case Blank:
		wantName, wantList = "blanks", true
	case Short:
		wantName = "text"
	default:
		return Response{}, refuse("a question of type %q takes no response", s.Type)
	}
	if name != wantName || isList != wantList {
		return Response{}, refuse("want %q", wantName)
	}
	return s.response(values)
}

func (s Shape) response(values []string) (Response, error) {
	r := Response{Type: s.Type}
	switch s.Type {
	case Single, TrueFalse:
		ids := s.OptionIDs
		if s.Type == TrueFalse {
			ids = []string{"true", "false"}
		}
		if !slices.Contains(ids, values[0]) {
			return Response{}, refuse("unknown option %.20q", values[0])
		}
		r.Choice = values[0]
	case Multiple:
		r.Choices = slices.Sorted(slices.Values(values))
		for i, id := range r.Choices {
			if !slices.Contains(s.OptionIDs, id) {
				return Response{}, refuse("unknown option %.20q", id)
			}
			if i > 0 && id == r.Choices[i-1] {
				return Response{}, refuse("option %q twice", id)
			}
		}
	case Blank:
		if len(values) != s.Gaps {
			return Response{}, refuse("want %d texts, got %d", s.Gaps, len(values))
		}
		for _, v := range values {
			if utf8.RuneCountInString(v) > MaxBlankRunes {
				return Response{}, refuse("text longer than %d characters", MaxBlankRunes)
			}
		}
		r.Blanks = values
	case Short:
		if utf8.RuneCountInString(values[0]) > MaxTextRunes {
			return Response{}, refuse("text longer than %d characters", MaxTextRunes)
		}
		r.Text = values[0]
	}
	return r, nil
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
