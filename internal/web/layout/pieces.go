package layout

import "strconv"

func bounded(percent int) int { return min(max(percent, 0), 100) }

// stepIf is the value of aria-current in a line of steps.
func stepIf(current bool) string {
	if current {
		return "step"
	}
	return "false"
}

func stepWord(s StepState) string {
	switch s {
	case Done:
		return "layout.step.done"
	case Current:
		return "layout.step.current"
	case Failed:
		return "layout.step.failed"
	}
	return "layout.step.todo"
}

type share struct {
	class    string
	x, width string // of 100
}

// shadeClasses are the fills of a bar's segments: of several with one tone each is a shade of its own, so that the legend can be
// found in the bar.
func shadeClasses(segments []Segment) []string {
	seen := map[Tone]int{}
	out := make([]string, len(segments))
	for i, s := range segments {
		out[i] = "fill-" + string(s.Tone)
		if n := seen[s.Tone]; n > 0 {
			out[i] += " shade-" + strconv.Itoa(min(n, mostShades))
		}
		seen[s.Tone]++
	}
	return out
}

// mostShades is how many shades the style sheet knows beside the full one.
const mostShades = 2

// shares places the segments of a bar side by side.
func shares(segments []Segment) []share {
	total := 0
	for _, s := range segments {
		total += s.Count
	}
	var out []share
	before := 0
	classes := shadeClasses(segments)
	for i, s := range segments {
		if s.Count > 0 {
			out = append(out, share{classes[i], percentOf(before, total), percentOf(s.Count, total)})
		}
		before += s.Count
	}
	return out
}

func percentOf(n, total int) string {
	return strconv.FormatFloat(100*float64(n)/float64(total), 'f', 2, 64)
}
