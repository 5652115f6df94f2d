package bank

import (
	"slices"
	"strconv"
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
			terms = append(terms, wordTerm(string(run[:min(len(run), maxLexemeRunes)])))
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

// wordTerm finds a word of letters by its beginning, and what its letters may be the initials of.
func wordTerm(word string) string {
	term := "'" + word + "':*"
	if initials := initialsTerm(word); initials != "" {
		return "(" + term + " | " + initials + ")"
	}
	return term
}

// factWords are the facts by which a filter finds a question, each a word behind a #, which no text gives (migration 0200).
func factWords(q questionbank.Question, topics []TopicID) []string {
	words := []string{typeWord(q.Type), difficultyWord(q.Difficulty), keyWord(q.KeyQuestion)}
	for _, t := range topics {
		words = append(words, topicWord(int64(t)))
	}
	return words
}

func typeWord(t questionbank.Type) string { return "#" + string(t) }
func difficultyWord(d int) string         { return "#" + strconv.Itoa(d) }
func topicWord(id int64) string           { return "#t" + strconv.FormatInt(id, 10) }

func keyWord(key bool) string {
	if key {
		return "#key"
	}
	return "#other"
}

// withFacts is the tsquery for words and the facts of a filter, at any of the points unless there are none.
func withFacts(words string, f Filter, topics []int64) string {
	terms := []string{words}
	if f.Type != "" {
		terms = append(terms, quotedWord(typeWord(f.Type)))
	}
	if f.Difficulty != 0 {
		terms = append(terms, quotedWord(difficultyWord(f.Difficulty)))
	}
	if f.Key != "" {
		terms = append(terms, quotedWord(keyWord(f.Key == "yes")))
	}
	at := make([]string, len(topics))
	for i, t := range topics {
		at[i] = quotedWord(topicWord(t))
	}
	if len(at) > 0 {
		terms = append(terms, "("+strings.Join(at, " | ")+")")
	}
	return strings.Join(terms, " & ")
}

// quotedWord writes a lexeme as a tsquery has it; a filter's type comes from an address and may hold anything.
func quotedWord(word string) string {
	return "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(word) + "'"
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
