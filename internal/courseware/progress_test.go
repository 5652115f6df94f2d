package courseware

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	noon   = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	never  time.Time
	video  = Measure{DurationMS: 60_000}
	slides = Measure{Pages: 3, DwellMS: PageDwell.Milliseconds()}
)

// step is one beat, so many seconds after the one before.
type step struct {
	after time.Duration
	beat  Beat
}

func playing(positionMS int64) Beat {
	return Beat{PositionMS: positionMS, Playing: true, Visible: true, RateHundredths: 100}
}

func paused(positionMS int64) Beat {
	return Beat{PositionMS: positionMS, Visible: true, RateHundredths: 100}
}

func onPage(n int) Beat { return Beat{Page: n, Playing: true, Visible: true, RateHundredths: 100} }

func fast(b Beat, rate int) Beat { b.RateHundredths = rate; return b }

func hidden(b Beat) Beat { b.Visible = false; return b }

// rule:C21
func TestAdvance(t *testing.T) {
	s := time.Second
	for name, c := range map[string]struct {
		m        Measure
		steps    []step
		credited int64
		percent  int
	}{
		"one request claims all":      {video, []step{{0, playing(60_000)}}, 0, 0},
		"steady beats":                {video, []step{{0, playing(0)}, {10 * s, playing(10_000)}, {10 * s, playing(20_000)}}, 20_000, 33},
		"a huge claim after a second": {video, []step{{0, playing(0)}, {s, playing(60_000)}}, 1_000, 1},
		"a huge claim after an hour":  {video, []step{{0, playing(0)}, {time.Hour, playing(60_000)}}, 15_000, 25},
		"a claimed rate of 100":       {video, []step{{0, fast(playing(0), 10_000)}, {10 * s, fast(playing(60_000), 10_000)}}, 20_000, 33},
		"double speed":                {video, []step{{0, fast(playing(0), 200)}, {10 * s, fast(playing(20_000), 200)}}, 20_000, 33},
		"paused":                      {video, []step{{0, paused(0)}, {10 * s, paused(10_000)}}, 0, 0},
		"out of sight":                {video, []step{{0, hidden(playing(0))}, {10 * s, hidden(playing(10_000))}}, 0, 0},
		"the beat of the pause":       {video, []step{{0, playing(0)}, {4 * s, paused(4_000)}, {10 * s, paused(4_000)}}, 4_000, 6},
		"the same stretch twice":      {video, []step{{0, playing(0)}, {10 * s, playing(10_000)}, {s, playing(0)}, {10 * s, playing(10_000)}}, 10_000, 16},
		"backwards":                   {video, []step{{0, playing(30_000)}, {10 * s, playing(5_000)}}, 0, 0},
		"a late beat catches up":      {video, []step{{0, playing(0)}, {9 * s, playing(10_000)}, {11 * s, playing(20_000)}}, 20_000, 33},
		"before the start":            {video, []step{{0, playing(-5)}, {10 * s, playing(10_000)}}, 10_000, 16},
		"94.9 %":                      {Measure{DurationMS: 10_000}, []step{{0, playing(0)}, {10 * s, playing(9_499)}}, 9_499, 94},
		"95 %":                        {Measure{DurationMS: 10_000}, []step{{0, playing(0)}, {10 * s, playing(9_500)}}, 9_500, 100},
		"a length nobody knows":       {Measure{}, []step{{0, playing(0)}, {10 * s, playing(10_000)}}, 0, 0},
		"pages leafed through":        {slides, []step{{0, onPage(1)}, {s, onPage(2)}, {s, onPage(3)}, {s, onPage(3)}}, 3_000, 0},
		"one page read":               {slides, []step{{0, onPage(1)}, {3 * s, onPage(2)}}, 3_000, 33},
		"a page short of its time":    {slides, []step{{0, onPage(1)}, {3*s - time.Millisecond, onPage(2)}}, 2_999, 0},
		"all pages read":              {slides, []step{{0, onPage(1)}, {4 * s, onPage(2)}, {4 * s, onPage(3)}, {10 * s, onPage(3)}}, 9_000, 100},
		"a page that is not there":    {slides, []step{{0, onPage(99)}, {5 * s, onPage(99)}}, 3_000, 33},
		"pages out of sight":          {slides, []step{{0, hidden(onPage(1))}, {10 * s, onPage(1)}}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var p Progress
			var sum int64
			at := noon
			for _, st := range c.steps {
				at = at.Add(st.after)
				var credited int64
				p, credited = p.Advance(c.m, st.beat, at, never)
				sum += credited
			}
			if sum != c.credited || p.CreditedMS != c.credited || p.Percent(c.m) != c.percent {
				t.Fatalf("credited %d (%d), %d %%, want %d, %d %%", sum, p.CreditedMS, p.Percent(c.m), c.credited, c.percent)
			}
		})
	}
}

// Two players at once earn no more than one: each counts from the other's last beat.
func TestAnotherPlayerTakesTheTime(t *testing.T) {
	p, _ := Progress{}.Advance(video, playing(0), noon, never)
	if _, credited := p.Advance(video, playing(10_000), noon.Add(10*time.Second), noon.Add(6*time.Second)); credited != 4_000 {
		t.Fatalf("credited %d", credited)
	}
}

// Whatever a client claims, in whatever order: the credit never exceeds the time that passed on the server's clock times the
// highest speed, one beat earns at most its cap, nothing learnt is lost, and finished stays finished.
func TestCreditKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom([]Measure{video, slides, {DurationMS: 1_000}, {DurationMS: 3_600_000}, {Pages: 40, DwellMS: 3_000}, {}}).Draw(t, "measure")
		rate := rapid.SampledFrom([]int{100, 200}).Draw(t, "rate")
		var p Progress
		at := noon
		for range rapid.IntRange(1, 60).Draw(t, "beats") {
			pause := time.Duration(rapid.Int64Range(-1_000, 40_000).Draw(t, "pause")) * time.Millisecond
			at = at.Add(pause)
			b := Beat{
				PositionMS:     rapid.Int64Range(-1, 4_000_000).Draw(t, "position"),
				Page:           rapid.IntRange(-1, 50).Draw(t, "page"),
				RateHundredths: rate,
				Playing:        rapid.Bool().Draw(t, "playing"),
				Visible:        rapid.Bool().Draw(t, "visible"),
			}
			before := p
			var credited int64
			p, credited = p.Advance(m, b, at, never)
			passed := min(max(pause, 0), BeatCap).Milliseconds()
			if credited < 0 || credited > passed*int64(rate)/100 {
				t.Fatalf("credited %d ms in %d ms at %d %%", credited, passed, rate)
			}
			if before.Done && !p.Done || p.Percent(m) < before.Percent(m) || p.CreditedMS < before.CreditedMS {
				t.Fatal("something learnt was lost")
			}
			if (p.Percent(m) == 100) != p.Done {
				t.Fatal("100 % and not finished, or the other way round")
			}
			for i := 1; i < len(p.Spans); i++ {
				if p.Spans[i].FromMS <= p.Spans[i-1].ToMS {
					t.Fatalf("stretches overlap or touch: %v", p.Spans)
				}
			}
		}
	})
}

func TestSpansAreBounded(t *testing.T) {
	var spans []Span
	for i := range int64(2 * maxSpans) {
		spans = union(spans, Span{i * 10, i*10 + 1})
	}
	if len(spans) != maxSpans {
		t.Fatalf("%d spans", len(spans))
	}
	if spans = union(spans, Span{0, 100_000}); len(spans) != 1 {
		t.Fatalf("%d spans after covering all", len(spans))
	}
}
