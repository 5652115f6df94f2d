package layout

import (
	"strings"
	"testing"
)

func TestDatesAreNotBroken(t *testing.T) {
	const day = `<span class="text-nowrap">2026-11-30</span>`
	for page, want := range map[string]string{
		`<p>今天</p>`:                                              `<p>今天</p>`,
		`<td>2026-11-30</td>`:                                    `<td>` + day + `</td>`,
		`<td> 2026-11-30 </td>`:                                  `<td> ` + day + ` </td>`,
		`<p>到 2026-11-30 24:00（含）</p>`:                           `<p><span class="dated">到 <span class="text-nowrap">2026-11-30 24:00</span>（含）</span></p>`,
		`<p>2026-11-30 08:00:01 起</p>`:                           `<p><span class="dated"><span class="text-nowrap">2026-11-30 08:00:01</span> 起</span></p>`,
		`<p>2026-11-30 – 2026-11-30</p>`:                         `<p><span class="dated">` + day + ` – ` + day + `</span></p>`,
		`<input value="2026-11-30">`:                             `<input value="2026-11-30">`,
		`<i title="a > 2026-11-30">2026-11-30</i>`:               `<i title="a > 2026-11-30">` + day + `</i>`,
		`<title>2026-11-30</title>`:                              `<title>2026-11-30</title>`,
		`<option>2026-11-30</option>2026-11-30`:                  `<option>2026-11-30</option>` + day,
		`<textarea rows="2">2026-11-30</textarea>`:               `<textarea rows="2">2026-11-30</textarea>`,
		`<svg><text>2026-11-30</text><path/></svg>`:              `<svg><text>2026-11-30</text><path/></svg>`,
		`<time class="text-nowrap">2026-11-30</time> 2026-11-30`: `<time class="text-nowrap">2026-11-30</time> ` + day,
		`<span class="text-nowrap">2026-11-30</span>`:            day,
		`到 2026-12-13 24:00 收卷`:                                  `<span class="dated">到 <span class="text-nowrap">2026-12-13 24:00</span> 收卷</span>`,
		`2026-11-30`:                                             day, `<p`: `<p`, ``: ``,
		`<p>a-b a-12 -12- 12-12-12 026-11-3 1-1-</p>`: `<p>a-b a-12 -12- 12-12-12 026-11-3 1-1-</p>`,
	} {
		if got := string(keepDates([]byte(page))); got != want {
			t.Errorf("%s\n got %s\nwant %s", page, got, want)
		}
	}
}

// Whatever a page holds, nothing of it is lost or added but the spans, and doing it twice changes nothing more.
func FuzzDatesKeepThePage(f *testing.F) {
	f.Add(`<p>到 2026-11-30 24:00</p><textarea>2026-11-30</textarea>`)
	f.Add(`<a title='2026-11-30>'>2026-11-30<</a`)
	f.Fuzz(func(t *testing.T, page string) {
		if strings.Contains(page, "<span") || strings.Contains(page, "</span") {
			t.Skip("spans of its own")
		}
		got := string(keepDates([]byte(page)))
		without := strings.NewReplacer(`<span class="dated">`, "", `<span class="text-nowrap">`, "", `</span>`, "").Replace(got)
		if without != page {
			t.Errorf("%q became %q", page, got)
		}
	})
}
