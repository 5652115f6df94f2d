// Package content is the question bank that ships with the product: questions over the five content areas (C12–C16) in the
// native form, the knowledge points that they are sorted by, and the table of the law articles that they cite.
package content

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/lint"
	"github.com/peikao/peikao/questionbank/native"
)

//go:embed area*.jsonl topics.jsonl laws.tsv
var files embed.FS

// Topic is a knowledge point of the shipped tree: a child of one of the five areas.
type Topic struct {
	Area     int    `json:"area"` // 1 to 5
	AreaName string `json:"area_name"`
	Name     string `json:"name"`
	Target   int    `json:"target"` // how many questions the bank should come to hold
}

// Questions are all shipped questions, area by area, each with its file and line as its place. The error tells of a line
// that cannot be read: a fault of the build.
func Questions() ([]questionbank.Item, error) {
	names, err := fs.Glob(files, "area*.jsonl")
	if err != nil {
		return nil, err
	}
	var all []questionbank.Item
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		items, problems, err := native.Decode(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		for _, p := range problems {
			if p.Severity == questionbank.Error {
				return nil, fmt.Errorf("content: %s: %s", name, p)
			}
		}
		for _, it := range items {
			it.Place, it.Number = name+" "+it.Place, len(all)+1
			all = append(all, it)
		}
	}
	return all, nil
}

// Topics are the shipped knowledge points in the order in which a bank lists them.
func Topics() ([]Topic, error) {
	data, err := files.ReadFile("topics.jsonl")
	if err != nil {
		return nil, err
	}
	var all []Topic
	for n, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var t Topic
		if err := json.Unmarshal([]byte(line), &t); err != nil {
			return nil, fmt.Errorf("content: topics.jsonl line %d: %w", n+1, err)
		}
		all = append(all, t)
	}
	return all, nil
}

// Laws is the table of the articles that were at hand when the questions were written.
func Laws() (*lint.Laws, error) {
	f, err := files.Open("laws.tsv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return lint.ReadLaws(f)
}
