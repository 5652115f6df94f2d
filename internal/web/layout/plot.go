package layout

import (
	"math"
	"slices"
	"strconv"
)

// The plots' paper, in units of which one is about a pixel on a phone: the width of a card at 390 px. Texts are 12 units high.
const (
	plotWidth  = 340.0
	plotHeight = 210.0
	plotLeft   = 38.0 // room for the numbers of the upright axis
	plotRight  = 6.0
	plotTop    = 10.0
	plotBottom = 24.0 // room for the labels below
)

// PlotSeries is one row of bars or kind of points, named in the legend.
type PlotSeries struct {
	Label string
	Tone  Tone
}

// BarPlotProps describe bars beside each other: one for each series in each group. The page shows the same figures in a table.
type BarPlotProps struct {
	Title  string // what is plotted, for screen readers and as the caption
	Groups []string
	Series []PlotSeries // one: no legend
	Values [][]float64  // by series, then group
	Most   float64      // the height of the paper; 0 = the greatest value
	Unit   string       // after the numbers of the axis
}

type plotBar struct {
	tone                Tone
	x, y, width, height string
}

// most is the value at the top.
func (p BarPlotProps) most() float64 {
	if p.Most > 0 {
		return p.Most
	}
	most := 1.0
	for _, series := range p.Values {
		for _, v := range series {
			most = max(most, v)
		}
	}
	return most
}

func (p BarPlotProps) groupWidth() float64 {
	return (plotWidth - plotLeft - plotRight) / float64(max(1, len(p.Groups)))
}

// bars place every value; a group's bars take eight tenths of its width.
func (p BarPlotProps) bars() []plotBar {
	var out []plotBar
	group := p.groupWidth()
	width := group * .8 / float64(max(1, len(p.Series)))
	for s, series := range p.Values {
		for g, v := range series {
			high := (plotHeight - plotTop - plotBottom) * min(1, max(0, v/p.most()))
			out = append(out, plotBar{p.Series[s].Tone, unit(plotLeft + group*(float64(g)+.1) + width*float64(s)), unit(plotHeight - plotBottom - high), unit(width * .94), unit(high)})
		}
	}
	return out
}

type plotText struct{ x, y, text string }

func (p BarPlotProps) labels() []plotText {
	out := make([]plotText, len(p.Groups))
	for g, label := range p.Groups {
		out[g] = plotText{unit(plotLeft + p.groupWidth()*(float64(g)+.5)), unit(plotHeight - 8), label}
	}
	return out
}

// levels are the lines across, at nothing, half and the top.
func (p BarPlotProps) levels() []plotText {
	var out []plotText
	for _, part := range []float64{0, .5, 1} {
		value := p.most() * part
		decimals := 0
		if value != math.Trunc(value) {
			decimals = 1
		}
		out = append(out, plotText{unit(plotLeft - 4), unit(plotHeight - plotBottom - (plotHeight-plotTop-plotBottom)*part), strconv.FormatFloat(value, 'f', decimals, 64) + p.Unit})
	}
	return out
}

// PlotPoint is one thing of a scatter plot; a Label is written beside it.
type PlotPoint struct {
	X, Y  float64
	Label string
	Tone  Tone
}

// ScatterProps describe points over two scales. The page shows the same figures in a table.
type ScatterProps struct {
	Title  string
	XLabel string
	YLabel string
	X, Y   [2]float64 // the scales' ends; what lies outside is drawn at the edge
	Good   [4]float64 // where points are as they should be: x from, x to, y from, y to
	Points []PlotPoint
	Series []PlotSeries // the legend
}

func (p ScatterProps) at(x, y float64) (string, string) {
	part := func(v float64, scale [2]float64) float64 {
		return min(1, max(0, (v-scale[0])/(scale[1]-scale[0])))
	}
	return unit(plotLeft + (plotWidth-plotLeft-plotRight)*part(x, p.X)), unit(plotHeight - plotBottom - (plotHeight-plotTop-plotBottom)*part(y, p.Y))
}

// good is the rectangle of what is as it should be.
func (p ScatterProps) good() plotBar {
	left, _ := p.at(p.Good[0], 0)
	right, _ := p.at(p.Good[1], 0)
	_, low := p.at(0, p.Good[2])
	_, high := p.at(0, p.Good[3])
	return plotBar{OK, left, high, between(left, right), between(high, low)}
}

// grid are five lines of each scale.
func (p ScatterProps) grid() (upright, across []plotText) {
	for i := range 5 {
		part := float64(i) / 4
		xv, yv := p.X[0]+(p.X[1]-p.X[0])*part, p.Y[0]+(p.Y[1]-p.Y[0])*part
		x, _ := p.at(xv, 0)
		_, y := p.at(0, yv)
		upright = append(upright, plotText{x, unit(plotHeight - 8), strconv.FormatFloat(xv, 'f', 0, 64)})
		across = append(across, plotText{unit(plotLeft - 4), y, strconv.FormatFloat(yv, 'f', 0, 64)})
	}
	return upright, across
}

// places are the points with their places; a label stands left of a point at the right edge. A label that would cover one
// before it is left out: the table has it.
func (p ScatterProps) places() []plotPlace {
	out := make([]plotPlace, len(p.Points))
	for i, q := range p.Points {
		x, y := p.at(q.X, q.Y)
		out[i] = plotPlace{PlotPoint: q, x: x, y: y, anchor: "start", labelX: shifted(x, 7)}
		if q.X > p.X[0]+(p.X[1]-p.X[0])*.9 {
			out[i].anchor, out[i].labelX = "end", shifted(x, -7)
		}
		if slices.ContainsFunc(out[:i], out[i].covers) {
			out[i].Label = ""
		}
	}
	return out
}

// covers tells whether two labels would stand over each other.
func (p plotPlace) covers(o plotPlace) bool {
	return p.Label != "" && o.Label != "" && distance(p.labelX, o.labelX) < 22 && distance(p.y, o.y) < 11
}

type plotPlace struct {
	PlotPoint
	x, y, labelX, anchor string
}

func unit(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func distance(a, b string) float64 {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	return math.Abs(x - y)
}

func shifted(at string, by float64) string {
	v, _ := strconv.ParseFloat(at, 64)
	return unit(v + by)
}

func between(from, to string) string {
	a, _ := strconv.ParseFloat(from, 64)
	b, _ := strconv.ParseFloat(to, 64)
	return unit(max(0, b-a))
}
