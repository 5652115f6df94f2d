package docx

import (
	"strconv"
	"strings"
)

// unknownSymbol stands for a sign of a picture font that has no character of its own here.
const unknownSymbol = "□"

// isBox: the sign is an empty box itself.
func isBox(font, char string) bool {
	switch strings.ToLower(font + " " + char) {
	case "wingdings f0a8", "wingdings f06f", "wingdings 2 f0a3", "wingdings 00a8", "wingdings 006f", "wingdings 2 00a3":
		return true
	}
	return false
}

// symbols are the signs of picture fonts that stand in questions, by font and code: ticks, crosses and points.
var symbols = map[string]string{
	"wingdings fc": "√", "wingdings 2 50": "√", "wingdings fe": "√", "wingdings 2 52": "√",
	"wingdings fb": "×", "wingdings 2 4f": "×", "wingdings fd": "×", "wingdings 2 51": "×",
	"wingdings 6c": "●", "wingdings 6e": "■", "wingdings 9f": "•", "wingdings a1": "○",
}

// numbered are the fonts' codes of the signs for 1 to 10 in a circle.
var numbered = map[string][]uint64{"wingdings": {0x81, 0x8c}, "wingdings 2": {0x6a, 0x75}}

// greek is the font Symbol from its codes 0x41 and 0x61 on.
var greek = map[uint64]string{0x41: "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", 0x61: "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"}

var mathSigns = map[uint64]string{
	0x2d: "−", 0xa2: "′", 0xa3: "≤", 0xa5: "∞", 0xac: "←", 0xad: "↑", 0xae: "→", 0xaf: "↓", 0xb0: "°", 0xb1: "±", 0xb2: "″", 0xb3: "≥", 0xb4: "×",
	0xb5: "∝", 0xb7: "•", 0xb8: "÷", 0xb9: "≠", 0xba: "≡", 0xbb: "≈", 0xce: "∈", 0xd6: "√", 0xde: "⇒", 0xe5: "∑",
}

// symbol is the character that a sign of a font stands for, unknownSymbol where there is none.
func symbol(font, char string) string {
	code, err := strconv.ParseUint(char, 16, 32)
	if err != nil {
		return ""
	}
	font, at := strings.ToLower(font), code&0xff
	key := font + " " + strconv.FormatUint(at, 16)
	if s := symbols[key]; s != "" {
		return s
	}
	for _, first := range numbered[font] {
		if at >= first && at < first+10 {
			return string(rune('①' + at - first))
		}
	}
	if font == "symbol" {
		return letterOfSymbol(at)
	}
	if code < 0xE000 || code > 0xF8FF {
		return string(rune(code))
	}
	return unknownSymbol
}

func letterOfSymbol(at uint64) string {
	if s := mathSigns[at]; s != "" {
		return s
	}
	for first, letters := range greek {
		if all := []rune(letters); at >= first && at < first+uint64(len(all)) {
			return string(all[at-first])
		}
	}
	if at > ' ' && at < 'A' && !strings.ContainsRune(`"$'*@`, rune(at)) {
		return string(rune(at))
	}
	return unknownSymbol
}
