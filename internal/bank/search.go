package bank

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/peikao/peikao/questionbank"
)

// maxLexemeRunes bounds a word of letters; a longer one is found by its beginning.
const maxLexemeRunes = 64

// Lexemes are what texts are found by: each pair of neighbouring Chinese characters (and a run's last one alone), each
// whole word of other letters and digits. Two-character words, the usual ones, are thereby exact. Separated by spaces.
func Lexemes(texts ...string) string {
	all := make([]string, 0, usualWords)
	for word := range wordsOf(texts) {
		all = append(all, word)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// usualWords is how many words a question has, seldom more.
const usualWords = 160

// wordsOf are the lexemes of texts in their order, each as often as it stands there.
func wordsOf(texts []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, text := range texts {
			for run, han := range runs(text) {
				switch {
				case !han && !yield(beginning(run, maxLexemeRunes)):
					return
				case han && !(eachPair(run, yield) && yield(run[lastRune(run):])):
					return
				}
			}
		}
	}
}

// eachPair yields each two neighbouring characters of a run, and tells whether more is wanted.
func eachPair(run string, yield func(string) bool) bool {
	before := 0
	for i, r := range run {
		if i > 0 {
			if !yield(run[before : i+utf8.RuneLen(r)]) {
				return false
			}
			before = i
		}
	}
	return true
}

// beginning is a text's first n characters.
func beginning(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// lastRune is where a text's last character begins.
func lastRune(text string) int {
	_, size := utf8.DecodeLastRuneInString(text)
	return len(text) - size
}

// searchQuery is the tsquery for what a person typed; empty when it holds nothing to search for.
func searchQuery(typed string) string {
	var terms []string
	for run, han := range runs(typed) {
		switch {
		case !han:
			terms = append(terms, wordTerm(beginning(run, maxLexemeRunes)))
		case lastRune(run) == 0:
			terms = append(terms, "'"+run+"':*") // the first half of some pair, or a run's last character
		default:
			eachPair(run, func(pair string) bool {
				terms = append(terms, "'"+pair+"'")
				return true
			})
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

// runs splits folded text into stretches of Chinese characters, for which it yields true, and of other letters and digits; the rest
// separates.
func runs(text string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		text := questionbank.Fold(text)
		begun, han := -1, false
		for i, r := range text {
			usual := r >= firstRead && r <= lastRead // most of what is read, told without a look into tables
			part := usual || unicode.IsLetter(r) || unicode.IsDigit(r)
			is := part && isHan(r)
			if begun >= 0 && (!part || is != han) {
				if !yield(text[begun:i], han) {
					return
				}
				begun = -1
			}
			if part && begun < 0 {
				begun, han = i, is
			}
		}
		if begun >= 0 {
			yield(text[begun:], han)
		}
	}
}

func isHan(r rune) bool { return r >= firstRead && r <= lastRead || unicode.Is(unicode.Han, r) }
