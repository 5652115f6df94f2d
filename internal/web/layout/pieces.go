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
	tone     Tone
	x, width string // of 100
}

// shares places the segments of a bar side by side.
func shares(segments []Segment) []share {
	total := 0
	for _, s := range segments {
		total += s.Count
	}
	var out []share
	before := 0
	for _, s := range segments {
		if s.Count > 0 {
			out = append(out, share{s.Tone, percentOf(before, total), percentOf(s.Count, total)})
		}
		before += s.Count
	}
	return out
}

func percentOf(n, total int) string {
	return strconv.FormatFloat(100*float64(n)/float64(total), 'f', 2, 64)
}
