package main

import (
	"strings"
	"testing"
)

func TestPurge(t *testing.T) {
	used := wordsIn([]string{`<div class="card w-50 btn"></div>`, `templ.KV("is-open", open)`})
	for _, tc := range []struct{ name, in, want string }{
		{"used", ".card{color:red}", ".card{color:red;}\n"},
		{"unused", ".toast{color:red}", ""},
		{"one of a list", ".toast,.card{color:red}", ".card{color:red;}\n"},
		{"every class counts", ".card .toast{color:red}", ""},
		{"an element has no class", "table td{color:red}", "table td{color:red;}\n"},
		{"a negated class need not be used", ".card:not(.toast):not(:is(.x,.y)){a:b}", ".card:not(.toast):not(:is(.x,.y)){a:b;}\n"},
		{"class set by code", ".is-open{a:b}", ".is-open{a:b;}\n"},
		{"within a media query", "@media print{.card{a:b}.toast{a:b}}", "@media print{.card{a:b;}\n}\n"},
		{"an empty media query goes", "@media print{.toast{a:b}}", ""},
		{"another theme goes", "[data-bs-theme=dark] .card,.card{a:b}", ".card{a:b;}\n"},
		{"an escaped name", `.w-50\/x,.card{a:b}`, ".card{a:b;}\n"},
		{"strings and comments", `/* } */.card{content:"};{"}`, ".card{content:\"};{\";}\n"},
		{"an address with ;", `.card{background:url("data:image/svg+xml;utf8,<svg/>")}`, ".card{background:url(\"data:image/svg+xml;utf8,<svg/>\");}\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := printCSS(purge(parseCSS(tc.in), used)); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestDropUnread(t *testing.T) {
	in := `:root{--a:var(--b);--b:1;--c:var(--d);--d:2}
.card{width:var(--a);animation:turn 1s}
@keyframes turn{to{opacity:0}}
@keyframes idle{to{opacity:1}}
@media print{:root{--e:1}}`
	got := printCSS(dropUnread(parseCSS(in)))
	for _, want := range []string{"--a:", "--b:", "@keyframes turn"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is read but gone: %s", want, got)
		}
	}
	for _, gone := range []string{"--c:", "--d:", "--e:", "idle", "@media"} {
		if strings.Contains(got, gone) {
			t.Errorf("%s is unread but kept: %s", gone, got)
		}
	}
}
