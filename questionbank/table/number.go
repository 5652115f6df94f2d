package table

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	decimals  = regexp.MustCompile(`0\.(0+)`)
	quoted    = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.`)
	datesSign = regexp.MustCompile(`[yYdD]|[mM].*[/\-年月日]|[/\-年月日].*[mM]`)
)

// BuiltInFormats are the number formats that a workbook need not spell out and that change what a cell says.
var BuiltInFormats = map[int]string{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "yyyy-mm-dd h:mm",
	31: "yyyy年m月d日", 57: "yyyy年m月", 58: "m月d日"}

// Number writes a number as its cell shows it: percentages, dates, and a fixed number of decimals; other formats plainly. Days count
// from 1900, or from 1904 in workbooks of old Macintoshes.
func Number(v float64, format string, from1904 bool) string {
	format, _, _ = strings.Cut(quoted.ReplaceAllString(format, ""), ";")
	places := -1
	if m := decimals.FindStringSubmatch(format); m != nil {
		places = len(m[1])
	} else if strings.HasSuffix(strings.TrimRight(format, "%_ "), "0") {
		places = 0
	}
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return ""
	case strings.HasSuffix(format, "%"):
		return plain(v*100, places) + "%"
	case datesSign.MatchString(format):
		return date(v, from1904)
	}
	return plain(v, places)
}

// plain writes at most the 15 digits that Excel keeps; places below 0 are as many as there are.
func plain(v float64, places int) string {
	if places >= 0 {
		return strconv.FormatFloat(v, 'f', places, 64)
	}
	s := strconv.FormatFloat(v, 'g', 15, 64)
	if short, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(short) < 1e15 && (short == 0 || math.Abs(short) >= 1e-9) {
		return strconv.FormatFloat(short, 'f', -1, 64)
	}
	return s
}

// date counts days; Excel believes that 1900 was a leap year.
func date(days float64, from1904 bool) string {
	if days < 0 || days > 2_958_465 {
		return plain(days, -1)
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	seconds := math.Round((days - math.Floor(days)) * 24 * 60 * 60)
	t := epoch.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}
