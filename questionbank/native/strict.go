package native

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// fields says which names an object may have; nil is a value in which any nesting of lists and texts may stand. A key is
// lists of texts, or an object with the fields of what people mark after or of what grades replies.
type fields map[string]fields

var mediaFields = fields{"kind": nil, "object": nil, "alt": nil}

var questionFields = fields{
	"type": nil, "stem": nil, "rows": nil, "multiple_policy": nil, "partial_percent": nil, "seconds": nil, "red_line": nil, "markdown": nil,
	"explanation": nil, "knowledge_points": nil, "difficulty": nil, "key_question": nil, "tags": nil,
	"key": {"model": nil, "rubric": {"text": nil, "percent": nil},
		"grades": {"option": nil, "grade": nil, "reason": nil}},
	"options":           {"id": nil, "text": nil, "media": mediaFields},
	"media":             mediaFields,
	"explanation_media": mediaFields,
	"stimulus":          {"id": nil, "title": nil, "text": nil, "media": mediaFields},
	"source":            {"law": nil, "article": nil, "edition": nil, "status": nil},
}

// required fields: a line without them is another kind of file, or an unfinished question.
var required = []string{"type", "stem", "key"}

// checkFields refuses what encoding/json lets through: names in another case, names twice, text after the object.
func checkFields(line []byte) error {
	if !utf8.Valid(line) {
		return errors.New("不是有效的 UTF-8 文字")
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	first, err := dec.Token()
	if err != nil || first != json.Delim('{') {
		return errors.New("每一行应是一个 JSON 对象")
	}
	seen, err := checkObject(dec, questionFields)
	if err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("对象之后还有内容")
	}
	for _, name := range required {
		if !seen[name] {
			return fmt.Errorf("缺少字段 %s", name)
		}
	}
	return nil
}

// checkObject reads on to the object's end; its opening brace has been read.
func checkObject(dec *json.Decoder, known fields) (map[string]bool, error) {
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, errors.New("不是有效的 JSON")
		}
		inner, ok := known[name]
		if !ok {
			return nil, fmt.Errorf("不认识的字段 %.40q", name)
		}
		if seen[name] {
			return nil, fmt.Errorf("字段 %s 出现两次", name)
		}
		seen[name] = true
		if err := checkValue(dec, inner); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return seen, invalid(err)
}

// checkValue reads one value: an object with the known fields, a list of such, or anything without objects.
func checkValue(dec *json.Decoder, known fields) error {
	for depth := 0; ; {
		token, err := dec.Token()
		if err != nil {
			return invalid(err)
		}
		switch token {
		case json.Delim('['):
			depth++
		case json.Delim(']'):
			depth--
		case json.Delim('{'):
			if known == nil {
				return errors.New("此处不应有对象")
			}
			if _, err := checkObject(dec, known); err != nil {
				return err
			}
		}
		if depth == 0 {
			return nil
		}
	}
}

func invalid(err error) error {
	if err != nil {
		return errors.New("不是有效的 JSON")
	}
	return nil
}
