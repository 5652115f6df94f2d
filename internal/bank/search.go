package bank

import (
	"slices"
	"strings"
	"unicode"

	"github.com/peikao/peikao/questionbank"
)

// maxLexemeRunes bounds a word of letters; a longer one is found by its beginning.
const maxLexemeRunes = 64

// Lexemes are what texts are found by: each pair of neighbouring Chinese characters (and a run's last one alone), each
// whole word of other letters and digits. Two-character words, the usual ones, are thereby exact. Separated by spaces.
func Lexemes(texts ...string) string {
	var all []string
	for _, text := range texts {
		for _, run := range runs(text) {
			if !isHan(run[0]) {
				all = append(all, string(run[:min(len(run), maxLexemeRunes)]))
				continue
			}
			for i := range len(run) - 1 {
				all = append(all, string(run[i:i+2]))
			}
			all = append(all, string(run[len(run)-1]))
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// searchQuery is the tsquery for what a person typed; empty when it holds nothing to search for.
func searchQuery(typed string) string {
	var terms []string
	for _, run := range runs(typed) {
		switch {
		case !isHan(run[0]):
			terms = append(terms, "'"+string(run[:min(len(run), maxLexemeRunes)])+"':*")
		case len(run) == 1:
			terms = append(terms, "'"+string(run)+"':*") // the first half of some pair, or a run's last character
		default:
			for i := range len(run) - 1 {
				terms = append(terms, "'"+string(run[i:i+2])+"'")
			}
		}
	}
	return strings.Join(terms, " & ")
}

// runs splits folded text into stretches of Chinese characters and of other letters and digits; the rest separates.
func runs(text string) (out [][]rune) {
	var run []rune
	end := func() {
		if len(run) > 0 {
			out, run = append(out, run), nil
		}
	}
	for _, r := range questionbank.Fold(text) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
			continue
		}
		if len(run) > 0 && isHan(run[0]) != isHan(r) {
			end()
		}
		run = append(run, r)
	}
	end()
	return out
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
