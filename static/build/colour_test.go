package main

import "testing"

func TestLowerValue(t *testing.T) {
	s := scope{{"--own": "#ff0000", "--share": "1"}, {"--white": "#fff", "--black": "#000000", "--blue": "oklch(54.6% 0.1724 254.2deg)", "--loop": "var(--loop)"}}
	for _, tc := range []struct{ in, want string }{
		{"light-dark(#112233, #445566)", "#112233"},
		{"light-dark(var(--unknown), #000)", "var(--unknown)"},
		{"oklch(100% 0 0deg)", "#ffffff"},
		{"oklch(0 0 0deg / 50%)", "rgba(0,0,0,0.5)"},
		{"oklch(62.796% 0.25768 29.234deg)", "#ff0000"}, // sRGB red, CSS Color 4
		{"color-mix(in oklab, var(--own) 10%, transparent)", "rgba(255,0,0,0.1)"},
		{"color-mix(in oklab, #ffffff, #000000)", "#636363"}, // half way in oklab
		{"color-mix(in oklab, var(--white) calc(var(--share) * 100%), transparent)", "#ffffff"},
		{"color-mix(in oklab, var(--missing, #fff) 25%, transparent)", "rgba(255,255,255,0.25)"},
		{"oklch(from var(--white) calc(l - 1) c h)", "#000000"},
		{"1px solid color-mix(in oklab, var(--black) 4%, transparent)", "1px solid rgba(0,0,0,0.04)"},
		{"color-mix(in oklab, var(--missing) 10%, transparent)", "color-mix(in oklab, var(--missing) 10%, transparent)"},
		{"color-mix(in oklab, var(--loop) 10%, transparent)", "color-mix(in oklab, var(--loop) 10%, transparent)"},
		{"color-mix(in oklab, rgb(0 0 0 / 50%) 50%, #000000)", "rgba(0,0,0,0.75)"},
		{"red", "red"},
	} {
		if got := lowerValue(tc.in, s); got != tc.want {
			t.Errorf("%s is %s, want %s", tc.in, got, tc.want)
		}
	}
}

func TestHashedName(t *testing.T) {
	if got := hashedName("site.css", []byte("x")); got != "site.2d711642b7.css" {
		t.Error(got)
	}
}
