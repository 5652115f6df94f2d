// Package words holds every sentence that the product says: one flat JSON file a feature and language, one key one sense,
// with {name} places. Chinese is the first language; English stands beside it.
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"sort"
	"strings"
)

//go:embed zh/*.json en/*.json
var files embed.FS

// Lang is a language that the product speaks.
type Lang string

const (
	ZH Lang = "zh-CN"
	EN Lang = "en"
)

// Langs are all languages, the first one first.
var Langs = []Lang{ZH, EN}

var folders = map[Lang]string{ZH: "zh", EN: "en"}

var tables = mustLoad()

// ParseLang returns the language of that name, Chinese when there is none.
func ParseLang(name string) Lang {
	if strings.HasPrefix(strings.ToLower(name), "en") {
		return EN
	}
	return ZH
}

// T is the sentence of a key; kv are its places: name, value, name, value. An unknown key is returned as it is, so that a
// missing word is seen and not hidden; a test keeps that from happening.
func T(l Lang, key string, kv ...any) string {
	s, ok := tables[l][key]
	if !ok {
		s, ok = tables[ZH][key]
	}
	if !ok {
		return key
	}
	if len(kv) == 0 {
		return s
	}
	pairs := make([]string, 0, len(kv))
	for i := 0; i+1 < len(kv); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", kv[i]), fmt.Sprint(kv[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

var separators = map[Lang]string{ZH: "、", EN: ", "}

// List writes several names one after the other, as the language does.
func List(l Lang, names []string) string { return strings.Join(names, separators[l]) }

// TMap is T with the places as a map.
func TMap(l Lang, key string, places map[string]any) string {
	kv := make([]any, 0, 2*len(places))
	for name, v := range places {
		kv = append(kv, name, v)
	}
	return T(l, key, kv...)
}

// Has reports whether the key exists.
func Has(key string) bool {
	_, ok := tables[ZH][key]
	return ok
}

// Keys are all keys of a language in order.
func Keys(l Lang) []string {
	keys := make([]string, 0, len(tables[l]))
	for k := range tables[l] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func mustLoad() map[Lang]map[string]string {
	all := make(map[Lang]map[string]string, len(Langs))
	for _, l := range Langs {
		t, err := load(folders[l])
		if err != nil {
			panic(err)
		}
		all[l] = t
	}
	return all
}

func load(folder string) (map[string]string, error) {
	entries, err := files.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("words: %w", err)
	}
	table := map[string]string{}
	for _, e := range entries {
		name := path.Join(folder, e.Name())
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("words: %w", err)
		}
		part := map[string]string{}
		if err := json.Unmarshal(text, &part); err != nil {
			return nil, fmt.Errorf("words: %s: %w", name, err)
		}
		for k, v := range part {
			if _, twice := table[k]; twice {
				return nil, fmt.Errorf("words: %s: key %q stands twice", name, k)
			}
			table[k] = v
		}
	}
	return table, nil
}
