package main

import (
	"errors"
	"strings"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// sentence is what an error says to whoever typed the command: the house's own in words, with each wrong value by its name, and the cause;
// of several each.
func sentence(err error) string {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var out []string
		for _, e := range several.Unwrap() {
			out = append(out, sentence(e))
		}
		return strings.Join(out, "\n")
	}
	var known *errs.Error
	if !errors.As(err, &known) || !words.Has(known.Key) {
		return err.Error()
	}
	said := []string{words.TMap(words.ZH, known.Key, known.Args)}
	for _, f := range known.Fields {
		said = append(said, f.Name+"："+words.TMap(words.ZH, f.Key, f.Args))
	}
	if known.Err != nil {
		said = append(said, known.Err.Error())
	}
	return strings.Join(said, " ")
}
