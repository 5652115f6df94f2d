package main

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Colours that a browser of 2022 does not know are computed here:
// light-dark(a, b) is a (there is one theme), oklch() and color-mix() become
// rgb() when all their parts are known from :root or from the same rule.

var modernColour = regexp.MustCompile(`light-dark\(|oklch\(|color-mix\(`)

// rootVars are the custom properties of :root; later sheets win.
func rootVars(sheets ...[]rule) map[string]string {
	vars := map[string]string{}
	for _, rules := range sheets {
		for _, r := range rules {
			for _, sel := range splitTop(r.prelude, ',') {
				if sel == ":root" {
					addVars(vars, r.decls)
				}
			}
		}
	}
	return vars
}

func addVars(vars map[string]string, decls []decl) {
	for _, d := range decls {
		if strings.HasPrefix(d.name, "--") {
			vars[d.name] = d.value
		}
	}
}

// lowerColours rewrites the values in place and returns the declarations that
// could not be computed, for the build's log.
func lowerColours(rules []rule, root map[string]string) (left []string) {
	for i := range rules {
		r := &rules[i]
		left = append(left, lowerColours(r.children, root)...)
		own := map[string]string{}
		addVars(own, r.decls)
		for j := range r.decls {
			d := &r.decls[j]
			if !modernColour.MatchString(d.value) {
				continue
			}
			d.value = lowerValue(d.value, scope{own, root})
			if modernColour.MatchString(d.value) {
				left = append(left, r.prelude+" { "+d.name+": "+d.value+" }")
			}
		}
	}
	return left
}

// scope finds custom properties: of the rule itself, then of :root.
type scope []map[string]string

func (s scope) get(name string) (string, bool) {
	for _, vars := range s {
		if v, ok := vars[name]; ok {
			return v, true
		}
	}
	return "", false
}

// lowerValue replaces each modern colour function in a value, outermost first.
func lowerValue(value string, s scope) string {
	var b strings.Builder
	for {
		at := modernColour.FindStringIndex(value)
		if at == nil {
			return b.String() + value
		}
		end := closing(value, at[1])
		call := value[at[0]:end]
		b.WriteString(value[:at[0]])
		switch c, ok := evalColour(call, s, 0); {
		case ok:
			b.WriteString(c.String())
		case strings.HasPrefix(call, "light-dark("):
			b.WriteString(lowerValue(splitTop(call[len("light-dark("):len(call)-1], ',')[0], s))
		default:
			b.WriteString(call)
		}
		value = value[end:]
	}
}

// closing is the index just behind the parenthesis that was opened before from.
func closing(s string, from int) int {
	for depth := 1; from < len(s); from++ {
		switch s[from] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return from + 1
			}
		}
	}
	return len(s)
}

// colour is in oklab with alpha from 0 to 1.
type colour struct{ l, a, b, alpha float64 }

func (c colour) String() string {
	r, g, b := c.rgb()
	if c.alpha >= 0.9995 {
		return fmt.Sprintf("#%02x%02x%02x", r, g, b)
	}
	return fmt.Sprintf("rgba(%d,%d,%d,%s)", r, g, b, strconv.FormatFloat(math.Round(c.alpha*1000)/1000, 'f', -1, 64))
}

// evalColour computes a colour expression; ok is false when a part of it is not
// known at build time. depth bounds custom properties that refer to themselves.
func evalColour(text string, s scope, depth int) (c colour, ok bool) {
	text = strings.TrimSpace(text)
	if depth > 20 {
		return c, false
	}
	name, args := call(text)
	switch name {
	case "var":
		if v, ok := lookUp(args, s); ok {
			return evalColour(v, s, depth+1)
		}
	case "light-dark":
		return evalColour(splitTop(args, ',')[0], s, depth+1)
	case "color-mix":
		return evalMix(splitTop(args, ','), s, depth+1)
	case "oklch":
		return evalOKLCH(args, s, depth+1)
	case "rgb", "rgba":
		return evalRGB(args, s)
	case "":
		return literal(text)
	}
	return c, false
}

// call splits "name(args)"; name is "" when text is not one whole call.
func call(text string) (name, args string) {
	open := strings.IndexByte(text, '(')
	if open <= 0 || closing(text, open+1) != len(text) {
		return "", text
	}
	return text[:open], text[open+1 : len(text)-1]
}

func lookUp(args string, s scope) (string, bool) {
	parts := splitTop(args, ',')
	if v, ok := s.get(parts[0]); ok {
		return v, true
	}
	if len(parts) > 1 {
		return strings.Join(parts[1:], ","), true
	}
	return "", false
}

// evalMix is color-mix(in oklab, A p%, B) with premultiplied alpha, as CSS Color 5 defines it.
func evalMix(parts []string, s scope, depth int) (c colour, ok bool) {
	if len(parts) != 3 {
		return c, false
	}
	a, pa, okA := mixPart(parts[1], s, depth)
	b, pb, okB := mixPart(parts[2], s, depth)
	if !okA || !okB {
		return c, false
	}
	switch {
	case pa < 0 && pb < 0:
		pa, pb = 0.5, 0.5
	case pa < 0:
		pa = 1 - pb
	case pb < 0:
		pb = 1 - pa
	}
	if pa+pb <= 0 {
		return c, false
	}
	pa, pb = pa/(pa+pb), pb/(pa+pb)
	c.alpha = a.alpha*pa + b.alpha*pb
	if c.alpha == 0 {
		return c, true
	}
	wa, wb := a.alpha*pa/c.alpha, b.alpha*pb/c.alpha
	c.l, c.a, c.b = a.l*wa+b.l*wb, a.a*wa+b.a*wb, a.b*wa+b.b*wb
	return c, true
}

// mixPart reads "colour" or "colour 20%"; share is -1 when it is not given.
func mixPart(text string, s scope, depth int) (c colour, share float64, ok bool) {
	share = -1
	if words := fieldsTop(text); len(words) == 2 {
		if share, ok = evalNumber(words[1], s); !ok {
			return c, 0, false
		}
		text = words[0]
	}
	c, ok = evalColour(text, s, depth)
	return c, share, ok
}

func evalOKLCH(args string, s scope, depth int) (c colour, ok bool) {
	known := map[string]string{}
	if rest, relative := strings.CutPrefix(args, "from "); relative {
		words := fieldsTop(rest)
		from, ok := evalColour(words[0], s, depth)
		if !ok || len(words) < 4 {
			return c, false
		}
		known["l"] = fmt.Sprint(from.l)
		known["c"] = fmt.Sprint(math.Hypot(from.a, from.b))
		known["h"] = fmt.Sprint(math.Atan2(from.b, from.a) * 180 / math.Pi)
		args = strings.Join(words[1:], " ")
	}
	parts := splitTop(args, '/')
	words := fieldsTop(parts[0])
	if len(words) != 3 {
		return c, false
	}
	var n [3]float64
	for i, w := range words {
		if n[i], ok = evalNumber(w, scope{known, nil}); !ok {
			return c, false
		}
	}
	c = colour{n[0], n[1] * math.Cos(n[2]*math.Pi/180), n[1] * math.Sin(n[2]*math.Pi/180), 1}
	if len(parts) == 2 {
		c.alpha, ok = evalNumber(parts[1], s)
	}
	return c, ok
}

// evalNumber reads a number, a percentage (as a fraction), degrees, var() and
// calc() of two terms; a bare name is looked up (l, c and h of a relative colour).
func evalNumber(text string, s scope) (float64, bool) {
	text = strings.TrimSpace(text)
	switch name, args := call(text); name {
	case "var":
		v, ok := lookUp(args, s)
		if !ok {
			return 0, false
		}
		return evalNumber(v, s)
	case "calc":
		return evalTerms(args, s)
	}
	if v, ok := s.get(text); ok {
		return evalNumber(v, nil)
	}
	scale := 1.0
	if p, isPercent := strings.CutSuffix(text, "%"); isPercent {
		text, scale = p, 0.01
	}
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "deg"), 64)
	return n * scale, err == nil
}

func evalTerms(text string, s scope) (float64, bool) {
	for _, op := range "*+-/" {
		parts := splitTop(text, byte(op))
		if len(parts) != 2 || parts[0] == "" {
			continue
		}
		a, okA := evalNumber(parts[0], s)
		b, okB := evalNumber(parts[1], s)
		if !okA || !okB {
			continue
		}
		switch op {
		case '*':
			return a * b, true
		case '+':
			return a + b, true
		case '-':
			return a - b, true
		case '/':
			return a / b, b != 0
		}
	}
	return 0, false
}
