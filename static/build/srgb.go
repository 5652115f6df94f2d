package main

import (
	"math"
	"strconv"
	"strings"
)

// The conversions of https://www.w3.org/TR/css-color-4/ between oklab and sRGB.

func (c colour) rgb() (r, g, b uint8) {
	l := cube(c.l + 0.3963377774*c.a + 0.2158037573*c.b)
	m := cube(c.l - 0.1055613458*c.a - 0.0638541728*c.b)
	s := cube(c.l - 0.0894841775*c.a - 1.2914855480*c.b)
	return gamma(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		gamma(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		gamma(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s)
}

func fromRGB(r, g, b uint8, alpha float64) colour {
	lr, lg, lb := linear(r), linear(g), linear(b)
	l := math.Cbrt(0.4122214708*lr + 0.5363325363*lg + 0.0514459929*lb)
	m := math.Cbrt(0.2119034982*lr + 0.6806995451*lg + 0.1073969566*lb)
	s := math.Cbrt(0.0883024619*lr + 0.2817188376*lg + 0.6299787005*lb)
	return colour{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
		alpha,
	}
}

func cube(x float64) float64 { return x * x * x }

func gamma(x float64) uint8 {
	if x <= 0.0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return uint8(math.Round(255 * math.Min(1, math.Max(0, x))))
}

func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

func literal(text string) (colour, bool) {
	switch text {
	case "transparent":
		return colour{}, true
	case "black":
		return fromRGB(0, 0, 0, 1), true
	case "white":
		return fromRGB(255, 255, 255, 1), true
	}
	hex, ok := strings.CutPrefix(text, "#")
	if !ok {
		return colour{}, false
	}
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		return colour{}, false
	}
	return fromRGB(uint8(n>>16), uint8(n>>8), uint8(n), 1), true
}

// evalRGB reads both rgb(1, 2, 3) and rgb(1 2 3 / 50%).
func evalRGB(args string, s scope) (colour, bool) {
	words := strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if len(words) < 3 || strings.Contains(args, "(") {
		return colour{}, false
	}
	var n [3]uint8
	for i := range n {
		v, err := strconv.ParseUint(words[i], 10, 8)
		if err != nil {
			return colour{}, false
		}
		n[i] = uint8(v)
	}
	alpha, ok := 1.0, true
	if len(words) == 4 {
		alpha, ok = evalNumber(words[3], s)
	}
	return fromRGB(n[0], n[1], n[2], alpha), ok
}
