package bank

import "unicode"

// Stretch is a piece of a text as the two versions of it have it.
type Stretch struct {
	Kind ChangeKind // "" = in both, Removed = only before, Added = only after
	Text string
}

// maxDiffCells bounds the table of a comparison: texts of 1,500 words each. Longer ones are shown whole, before and after.
const maxDiffCells = 1500 * 1500

// CompareTexts marks what of a text went and what came: the longest common subsequence of its words, a Chinese character being
// a word. Joined without what is Added it is was, without what is Removed it is is.
func CompareTexts(was, is string) []Stretch {
	a, b := tokens(was), tokens(is)
	if (len(a)+1)*(len(b)+1) > maxDiffCells {
		return joinStretches([]Stretch{{Removed, was}, {Added, is}})
	}
	common := commonLengths(a, b)
	var out []Stretch
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, Stretch{"", a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, Stretch{Removed, a[i]})
			i++
		default:
			out = append(out, Stretch{Added, b[j]})
			j++
		}
	}
	return joinStretches(out)
}

// commonLengths are, for each pair of places, how long the longest common subsequence of what follows is.
func commonLengths(a, b []string) [][]int {
	out := make([][]int, len(a)+1)
	for i := range out {
		out[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				out[i][j] = out[i+1][j+1] + 1
			} else {
				out[i][j] = max(out[i+1][j], out[i][j+1])
			}
		}
	}
	return out
}

// tokens are a text's words of letters or digits, and every other character by itself.
func tokens(text string) (out []string) {
	word := ""
	end := func() {
		if word != "" {
			out, word = append(out, word), ""
		}
	}
	for _, r := range text {
		if !isHan(r) && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			word += string(r)
			continue
		}
		end()
		out = append(out, string(r))
	}
	end()
	return out
}

// joinStretches puts neighbours of one kind together and drops empty ones. Between two common stretches what went stands before
// what came.
func joinStretches(in []Stretch) (out []Stretch) {
	var removed, added string
	end := func() {
		if removed != "" {
			out = append(out, Stretch{Removed, removed})
		}
		if added != "" {
			out = append(out, Stretch{Added, added})
		}
		removed, added = "", ""
	}
	for _, s := range in {
		switch {
		case s.Kind == Removed:
			removed += s.Text
		case s.Kind == Added:
			added += s.Text
		case len(out) > 0 && out[len(out)-1].Kind == "" && removed+added == "":
			out[len(out)-1].Text += s.Text
		case s.Text != "":
			end()
			out = append(out, s)
		}
	}
	end()
	return out
}
