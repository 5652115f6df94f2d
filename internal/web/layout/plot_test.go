package layout

import (
	"strings"
	"testing"
)

func TestBarsStandInTheirPaper(t *testing.T) {
	p := BarPlotProps{Groups: []string{"A", "B"}, Series: []PlotSeries{{Tone: OK}, {Tone: Warn}}, Values: [][]float64{{100, 0}, {50, 250}}, Most: 100}
	bars := p.bars()
	if len(bars) != 4 {
		t.Fatal(bars)
	}
	// The paper is 176 high and stands on 186; a group is 148 wide, its two bars 59.2 each.
	for i, want := range []plotBar{{OK, "52.8", "10.0", "55.6", "176.0"}, {OK, "200.8", "186.0", "55.6", "0.0"}, {Warn, "112.0", "98.0", "55.6", "88.0"}, {Warn, "260.0", "10.0", "55.6", "176.0"}} {
		if bars[i] != want {
			t.Errorf("bar %d: %v, want %v", i, bars[i], want)
		}
	}
	p.Most = 0
	if p.most() != 250 || (BarPlotProps{}).most() != 1 {
		t.Error(p.most())
	}
	levels := BarPlotProps{Values: [][]float64{{5}}, Unit: "%"}.levels()
	if levels[0].text != "0%" || levels[1].text != "2.5%" || levels[2].text != "5%" || levels[2].y != "10.0" {
		t.Errorf("%v", levels)
	}
}

func TestPointsStandInTheirPaper(t *testing.T) {
	p := ScatterProps{X: [2]float64{0, 100}, Y: [2]float64{-100, 100}, Good: [4]float64{30, 95, 20, 100}, Points: []PlotPoint{
		{X: 0, Y: -100, Label: "1"}, {X: 100, Y: 100, Label: "2"}, {X: 99, Y: 99, Label: "3"}, {X: 50, Y: 0}, {X: 50, Y: 1, Label: "5"}, {X: 200, Y: -900, Label: "6"},
	}}
	got := p.places()
	for i, want := range []struct{ x, y, anchor, label string }{
		{"38.0", "186.0", "start", "1"}, {"334.0", "10.0", "end", "2"}, {"331.0", "10.9", "end", ""}, {"186.0", "98.0", "start", ""}, {"186.0", "97.1", "start", "5"}, {"334.0", "186.0", "end", "6"},
	} {
		if g := got[i]; g.x != want.x || g.y != want.y || g.anchor != want.anchor || g.Label != want.label {
			t.Errorf("point %d: %+v, want %+v", i, g, want)
		}
	}
	if good := p.good(); good != (plotBar{OK, "126.8", "10.0", "192.4", "70.4"}) {
		t.Errorf("%v", good)
	}
	upright, across := p.grid()
	if len(upright) != 5 || upright[4].text != "100" || across[0].text != "-100" || across[2].y != "98.0" {
		t.Errorf("%v %v", upright, across)
	}
}

func TestPlotsSayWhatTheyAre(t *testing.T) {
	var b strings.Builder
	if err := BarPlot(BarPlotProps{Title: "各组的选择", Groups: []string{"A"}, Series: []PlotSeries{{"高分组", OK}, {"低分组", Warn}}, Values: [][]float64{{1}, {2}}}).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`role="img" aria-label="各组的选择"`, "<figcaption>各组的选择", "高分组", "低分组", "fill-warn"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in %s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "style=") || strings.Contains(b.String(), "<script") {
		t.Error("a style or a script in the page")
	}
}
