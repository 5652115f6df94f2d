package questionbank

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Gap is how a gap is written in a stem; more underscores mean the same gap.
const Gap = "____"

var (
	gapRun     = regexp.MustCompile(`_{4,}`)
	segment    = regexp.MustCompile(`\[\[([^\[\]]+)\]\]`)
	writtenGap = regexp.MustCompile(`[_＿]{2,}|[（(][\s　_＿]*[）)]|【[\s　_＿]*】|\[[\s　_＿]*\]|\[填空\d{1,2}\]|【填空\d{1,2}】`)
)

// CountGaps is the number of gaps in a stem.
func CountGaps(stem string) int { return len(gapRun.FindAllStringIndex(stem, -1)) }

// NormaliseGaps writes every usual form of a gap, （ ） ( ) 【】 __ ＿＿ [填空1], as Gap. It is for stems of blank questions alone:
// in a choice question （ ） is part of the sentence.
func NormaliseGaps(stem string) string { return writtenGap.ReplaceAllString(stem, Gap) }

// Piece is a part of a stem: plain text, or a segment with its number ("1", "2", …), which is its id in keys and responses.
type Piece struct {
	ID   string // empty: plain text
	Text string
}

// Pieces parts the stem of a labelling question at its segments, which are written [[like this]].
func Pieces(stem string) []Piece {
	var pieces []Piece
	end, n := 0, 0
	for _, at := range segment.FindAllStringSubmatchIndex(stem, -1) {
		if at[0] > end {
			pieces = append(pieces, Piece{Text: stem[end:at[0]]})
		}
		n++
		pieces = append(pieces, Piece{ID: strconv.Itoa(n), Text: stem[at[2]:at[3]]})
		end = at[1]
	}
	if end < len(stem) {
		pieces = append(pieces, Piece{Text: stem[end:]})
	}
	return pieces
}

// Unmarked is a stem without the marks around its segments, for lists.
func Unmarked(stem string) string { return segment.ReplaceAllString(stem, "$1") }

// Segments are the marked texts of a labelling question's stem, each with its number as id.
func Segments(stem string) []Option {
	var all []Option
	for _, p := range Pieces(stem) {
		if p.ID != "" {
			all = append(all, Option{ID: p.ID, Text: p.Text})
		}
	}
	return all
}

func segmentIDs(stem string) []string {
	var ids []string
	for _, s := range Segments(stem) {
		ids = append(ids, s.ID)
	}
	return ids
}

// Fold makes texts comparable that a person would call equal: full-width letters, digits and signs become half-width,
// upper case lower case, runs of white space one space, and the ends are trimmed. Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if r = foldRune(r); isSpace(r) {
			space = b.Len() > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// HalfWidth is the half-width form of a full-width ASCII sign and of the ideographic space; other runes stay.
func HalfWidth(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '　':
		return ' '
	}
	return r
}

// foldRune takes the smallest rune of the case-folding orbit, then lower case for ASCII, so that ſ, s and S are one.
func foldRune(r rune) rune {
	if isCaseless(r) {
		return r
	}
	r = HalfWidth(r)
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if least >= 'A' && least <= 'Z' {
		return least + 'a' - 'A'
	}
	return least
}

// isCaseless tells of the signs from the Chinese full stop to the Chinese characters, most of what is folded, without a look into
// tables: none has another case or width, none is a space.
func isCaseless(r rune) bool { return r > '　' && r < 'Ꙁ' }

func isSpace(r rune) bool { return !isCaseless(r) && unicode.IsSpace(r) }
