package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	qb "github.com/peikao/peikao/questionbank"
)

const (
	contentTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`
	rootRels     = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbookXML  = `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="题" sheetId="1" r:id="rId1"/></sheets></workbook>`
	bookRels     = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
	sheetHead    = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetEnd     = `</sheetData></worksheet>`
	headerRow    = `<row r="1"><c r="A1" t="inlineStr"><is><t>题干</t></is></c><c r="B1" t="inlineStr"><is><t>答案</t></is></c></row>`
	noStrings    = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`
)

// packed writes a workbook whose sheet and texts are given as they are.
func packed(t testing.TB, sheet, texts func(io.Writer)) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range []struct {
		name  string
		write func(io.Writer)
	}{
		{"[Content_Types].xml", always(contentTypes)}, {"_rels/.rels", always(rootRels)}, {"xl/workbook.xml", always(workbookXML)}, {"xl/_rels/workbook.xml.rels", always(bookRels)},
		{"xl/worksheets/sheet1.xml", sheet}, {"xl/sharedStrings.xml", texts},
	} {
		f, err := w.Create(part.name)
		if err != nil {
			t.Fatal(err)
		}
		part.write(f)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func always(s string) func(io.Writer) { return func(w io.Writer) { _, _ = io.WriteString(w, s) } }

// noise is text that packs about two to one, so that no bound on the ratio helps.
func noise(w io.Writer, n int) {
	state := uint32(7)
	for range n / 8 {
		state = state*1664525 + 1013904223
		fmt.Fprintf(w, "%08x", state)
	}
}

// bombs are workbooks of at most 32 MB that would take minutes or gigabytes.
func bombs(t testing.TB) map[string][]byte {
	blanks := func(w io.Writer) {
		line := strings.Repeat(" ", 1<<20)
		for range 300 {
			_, _ = io.WriteString(w, line)
		}
	}
	return map[string][]byte{
		"300 MB of blanks": packed(t, func(w io.Writer) { always(sheetHead)(w); blanks(w); always(sheetEnd)(w) }, always(noStrings)),
		"300,000 rows": packed(t, func(w io.Writer) {
			always(sheetHead + headerRow)(w)
			for i := 2; i < 300_000; i++ {
				fmt.Fprintf(w, `<row r="%d"><c r="A%d" t="inlineStr"><is><t>题 %d</t></is></c><c r="B%d"><v>1</v></c></row>`, i, i, i, i)
			}
			always(sheetEnd)(w)
		}, always(noStrings)),
		"one text named by all cells": packed(t, func(w io.Writer) {
			always(sheetHead + headerRow)(w)
			for i := 2; i < 21_000; i++ {
				fmt.Fprintf(w, `<row r="%d">`, i)
				for j := range 40 {
					fmt.Fprintf(w, `<c r="%c%d" t="s"><v>0</v></c>`, 'A'+j%26, i)
				}
				always(`</row>`)(w)
			}
			always(sheetEnd)(w)
		}, func(w io.Writer) {
			always(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>`)(w)
			noise(w, 32_000)
			always(`</t></si></sst>`)(w)
		}),
		"many texts": packed(t, always(sheetHead+headerRow+sheetEnd), func(w io.Writer) {
			always(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`)(w)
			for i := range 1_200_000 {
				fmt.Fprintf(w, `<si><t>%x</t></si>`, i)
			}
			always(`</sst>`)(w)
		}),
		"nested deeply": packed(t, func(w io.Writer) { always(sheetHead + strings.Repeat("<row>", 1_000_000))(w) }, always(noStrings)),
		"a cell far away": packed(t, func(w io.Writer) {
			always(sheetHead + headerRow)(w)
			for i := 2; i < 20_000; i++ {
				fmt.Fprintf(w, `<row r="%d"><c r="XFD%d"><v>1</v></c></row>`, i, i)
			}
			always(sheetEnd)(w)
		}, always(noStrings)),
		"merged over everything": packed(t, func(w io.Writer) {
			always(sheetHead + headerRow)(w)
			for i := 2; i < 20_000; i++ {
				fmt.Fprintf(w, `<row r="%d"><c r="A%d"><v>1</v></c></row>`, i, i)
			}
			always(`</sheetData><mergeCells>`)(w)
			for i := 2; i < 20_000; i++ {
				fmt.Fprintf(w, `<mergeCell ref="A%d:A1000000"/>`, i)
			}
			always(`</mergeCells></worksheet>`)(w)
		}, always(noStrings)),
	}
}

// Each is answered within two seconds, at most 256 MiB above what was there, with a problem that says where it ended.
func TestBombs(t *testing.T) {
	for name, data := range bombs(t) {
		t.Run(name, func(t *testing.T) {
			var took time.Duration
			for range 3 { // the machine may have other work
				start := time.Now()
				peak := peakDuring(func() {
					items, problems, err := Decode(bytes.NewReader(data))
					if err != nil || !qb.HasErrors(problems) {
						t.Errorf("got %d items, %.300v, %v", len(items), fmt.Sprint(problems), err)
					}
				})
				took = time.Since(start)
				t.Logf("%d KB packed: %s, %d MiB", len(data)>>10, took, peak>>20)
				if peak > 256<<20 {
					t.Errorf("took %d MiB", peak>>20)
				}
				if took <= 2*time.Second {
					return
				}
			}
			t.Errorf("took %s", took)
		})
	}
}

// peakDuring is the most memory in use above that before.
func peakDuring(do func()) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, peak := m.HeapAlloc, uint64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return max(peak, before) - before
}
