package main

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

// asTyped is the name of a value as it is typed: --extra-seconds, or <login> for one without a flag. What the command does not take keeps
// the name it has.
func asTyped(command *kong.Context, field string) string {
	name := strings.ReplaceAll(field, "_", "-")
	for _, f := range command.Flags() {
		if f.Name == name {
			return "--" + name
		}
	}
	if chosen := command.Selected(); chosen != nil {
		for _, p := range chosen.Positional {
			if p.Name == name {
				return "<" + name + ">"
			}
		}
	}
	return field
}

// withFlags puts the flag before the variable at the start of each line: what was typed may have been either.
func withFlags(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if name, rest, found := strings.Cut(line, ":"); found && slices.Contains(variables, name) {
			lines[i] = "--" + strings.ToLower(strings.ReplaceAll(name, "_", "-")) + " (" + name + "):" + rest
		}
	}
	return strings.Join(lines, "\n")
}

// sentence is what an error says to whoever typed the command: the house's own in words, with each wrong value by the name that named gives
// it, and the cause; of several each.
func sentence(err error, named func(field string) string) string {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var out []string
		for _, e := range several.Unwrap() {
			out = append(out, sentence(e, named))
		}
		return strings.Join(out, "\n")
	}
	var known *errs.Error
	if !errors.As(err, &known) || !words.Has(known.Key) {
		return err.Error()
	}
	places := map[string]any{"count": len(known.Fields)}
	maps.Copy(places, known.Args)
	said := []string{words.TMap(words.ZH, known.Key, places)}
	for _, f := range known.Fields {
		said = append(said, named(f.Name)+"："+words.TMap(words.ZH, f.Key, f.Args))
	}
	if known.Err != nil {
		said = append(said, known.Err.Error())
	}
	return strings.Join(said, " ")
}
