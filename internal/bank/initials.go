package bank

import (
	"slices"
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

// Questions are found by the first letters of their stems' readings (拼音首字母): bns finds 玻尿酸. Each three neighbouring characters
// give a word of three letters behind an @, which no text gives, and a run's last two one of two; they stand among the words of a version
// (migration 0212), so that one index finds words, facts and initials together. Characters beyond 一–龥 have none and end a run.
const (
	firstRead, lastRead = '一', '龥'
	initialsWord        = 3 // letters
)

// otherReadings are characters that are usually read in more than one way, by the letter of the reading that a dictionary does not put
// first.
var otherReadings = map[byte]string{
	'b': "伯秘屏", 'c': "长重传朝藏参差曾种盛单称", 'd': "调弹提石都", 'h': "行吓还", 'j': "系奇校车解强圈茄稽降", 'k': "会", 'l': "乐率露绿六",
	'm': "没", 'n': "粘", 'p': "便暴否扁炮泊", 'q': "卡壳切区纤稽", 's': "率参单属识折厦省宿数似", 't': "调弹体褪", 'w': "恶尾",
	'x': "行降系见解校省宿吓血臭畜削", 'y': "乐约轧疟咽叶尾", 'z': "长重传朝藏曾种识属术粘折着扎择仔载琢轧择",
}

// lettersOf are the first letters of each character's readings, the usual one first, made when they are first asked for.
var lettersOf = sync.OnceValue(func() [][]byte {
	letters := make([][]byte, lastRead-firstRead+1)
	for r := firstRead; r <= lastRead; r++ {
		if read := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(read) > 0 && read[0] != "" {
			letters[r-firstRead] = []byte{read[0][0]}
		}
	}
	for letter, characters := range otherReadings {
		for _, r := range characters {
			if of := letters[r-firstRead]; !slices.Contains(of, letter) {
				letters[r-firstRead] = append(of, letter)
			}
		}
	}
	for _, of := range letters {
		if len(of) > 1 {
			slices.Sort(of[1:])
		}
	}
	return letters
})

// initialWords are what a stem is found by with the first letters of its readings, separated by spaces. An import makes them for
// thousands of stems: a word is a number until it is written, its letters in base 27.
func initialWords(stem string) string {
	var words []uint16
	var run [][]byte
	end := func() {
		for i := 0; i+1 < len(run); i++ {
			words = spell(words, 0, run[i:min(i+initialsWord, len(run))], initialsWord)
		}
		run = run[:0]
	}
	letters := lettersOf()
	for _, r := range stem {
		if r < firstRead || r > lastRead || letters[r-firstRead] == nil {
			end()
			continue
		}
		run = append(run, letters[r-firstRead])
	}
	end()
	slices.Sort(words)
	var text []byte
	for _, word := range slices.Compact(words) {
		text = append(text, " @"...)
		for _, letter := range [initialsWord]uint16{word / (27 * 27), word / 27 % 27, word % 27} {
			if letter > 0 {
				text = append(text, 'a'-1+byte(letter))
			}
		}
	}
	return strings.TrimPrefix(string(text), " ")
}

// spell adds every way of reading some characters; left is how many letters the word still takes.
func spell(words []uint16, begun uint16, characters [][]byte, left int) []uint16 {
	if left == 0 {
		return append(words, begun)
	}
	if len(characters) == 0 {
		return spell(words, begun*27, nil, left-1)
	}
	for _, letter := range characters[0] {
		words = spell(words, begun*27+uint16(letter-'a'+1), characters[1:], left-1)
	}
	return words
}

// initialsTerm is the tsquery for letters that may be initials, "" for a word that is none: it has a single letter, or others than a–z.
func initialsTerm(word string) string {
	if len(word) < 2 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	if len(word) < initialsWord {
		return "'@" + word + "':*"
	}
	var terms []string
	for i := range len(word) - initialsWord + 1 {
		terms = append(terms, "'@"+word[i:i+initialsWord]+"'")
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return "(" + strings.Join(terms, " & ") + ")"
}
