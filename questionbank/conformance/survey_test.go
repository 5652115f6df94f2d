package main

import (
	"strings"
	"testing"
)

const truth = `<quiz><question type="truefalse"><questiontext><text>对吗</text></questiontext><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>%s</quiz>`

// Files without expectation: what comes in is counted, what cannot is named and is no failure; a file that no importer
// knows is one.
func TestSurvey(t *testing.T) {
	dir := fixtures(t)
	write(t, dir, "moodle/a.xml", strings.Replace(truth, "%s", `<question type="calculated"/>`, 1))
	write(t, dir, "qti/pack/imsmanifest.xml", `<manifest><resources><resource type="imsqti_item_xmlv2p1" href="q.xml"/></resources></manifest>`)
	write(t, dir, "qti/pack/q.xml", `<assessmentItem identifier="q"><itemBody><p>说明</p></itemBody></assessmentItem>`)
	write(t, dir, "qti/readme.md", "不是题目")
	r := Run(dir)
	lines := map[string]string{}
	for _, f := range r.Files {
		lines[f.Name] = f.String()
	}
	if got := lines["moodle/a.xml"]; !strings.Contains(got, "read   2  in   1  named  1") || !strings.Contains(got, "\n  第 1 行：计算题（公式）尚不支持") {
		t.Errorf("got %s", got)
	}
	if got := lines["qti/pack.zip"]; !strings.Contains(got, "warnings  1") {
		t.Errorf("got %q of %v", got, lines)
	}
	if len(lines) != 6 {
		t.Errorf("got %v", lines)
	}
	write(t, dir, "qti/b.xml", "<html/>")
	if !Run(dir).Failed() {
		t.Error("a file that is not recognised passes")
	}
}
