package xls

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
)

var suite = formattest.Format{Decode: Decode}

func TestFormat(t *testing.T) { formattest.Run(t, suite) }

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Two programs' files of the same kind of sheet: numbers, percentages, dates, truth values, merged chapters, formulas' texts, and
// more text than one record holds.
func TestDecode(t *testing.T) {
	for _, name := range []string{"xlwt.xls", "libreoffice.xls"} {
		items, problems, err := Decode(bytes.NewReader(file(t, name)))
		if err != nil || len(items) != 63 || qb.HasErrors(problems) || problems[0].Code != "sheet_skipped" {
			t.Fatalf("%s: got %d items, %v, %v", name, len(items), problems, err)
		}
		q := items[0].Question
		if items[0].Place != "工作表 试题内容 第 4 行" || q.Options[0].Text != "50%" || q.Source.Edition != "2021-04-29" || q.KnowledgePoints[0] != "4/医疗广告" {
			t.Errorf("%s: got %+v", name, items[0])
		}
		q = items[1].Question
		if fmt.Sprintf("%s %s %s %v %v", q.Options[0].Text, q.Options[1].Text, q.Options[2].Text, q.KnowledgePoints, q.Key.Choices) != "2 1.5 0.10 [4/医疗广告] [a b]" {
			t.Errorf("%s: got %+v", name, q)
		}
		if q = items[2].Question; q.Type != qb.TrueFalse || q.Key.Choices[0] != "true" || q.KnowledgePoints[0] != "皮肤" {
			t.Errorf("%s: got %+v", name, q)
		}
		for i, it := range items[3:] {
			q := it.Question
			if want := fmt.Sprintf("第 %d 题：%s", i, strings.Repeat("很长的题干，", 5+i)); q.Stem != want || q.Options[0].Text != fmt.Sprintf("option %d", i) {
				t.Fatalf("%s: question %d: got %+v", name, i, q)
			}
			if want := map[bool]string{true: strings.Repeat("x", 300), false: strings.Repeat("解析", 150)}[i%2 == 1]; q.Explanation != want {
				t.Fatalf("%s: question %d: got %q", name, i, q.Explanation)
			}
		}
	}
}

// A file that is cut or changed anywhere is read or refused, and quickly.
func TestBroken(t *testing.T) {
	data := file(t, "xlwt.xls")
	for cut := 0; cut < len(data); cut += 1997 {
		formattest.CheckDecode(t, suite, data[:cut])
	}
	for at := 0; at < len(data); at += 499 {
		changed := bytes.Clone(data)
		changed[at] ^= 0xFF
		formattest.CheckDecode(t, suite, changed)
	}
}

func TestRefused(t *testing.T) {
	old := bytes.Replace(file(t, "xlwt.xls"), []byte("W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00"), []byte("B\x00o\x00o\x00k\x00\x00\x00\x00\x00\x00\x00\x00\x00"), 1)
	locked := bytes.Replace(file(t, "xlwt.xls"), []byte{0x09, 0x08, 0x10, 0x00}, []byte{0x2F, 0x00, 0x10, 0x00}, 1)
	for name, tt := range map[string]struct {
		data []byte
		code string
	}{"old": {old, "xls_old"}, "not begun": {locked, "xls_broken"}, "text": {[]byte("题干,答案"), "xls_broken"}} {
		if _, problems, err := Decode(bytes.NewReader(tt.data)); err != nil || len(problems) != 1 || problems[0].Code != tt.code {
			t.Errorf("%s: got %v, %v", name, problems, err)
		}
	}
}

// Chains that run in a ring, and a table of texts that are all empty, are refused within the bounds of time and memory.
func TestBombs(t *testing.T) {
	for name, data := range map[string][]byte{"ring": ring(), "directory": directory()} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		items, problems, err := Decode(bytes.NewReader(data))
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err != nil || len(items) > 0 || !qb.HasErrors(problems) || took > 2*time.Second || after.TotalAlloc-before.TotalAlloc > 256<<20 {
			t.Errorf("%s: got %v, %v in %s with %d MiB", name, problems, err, took, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
	}
}

// ring is a file of 30 MB whose chain of directory sectors never ends.
func ring() []byte {
	data := make([]byte, 30<<20)
	copy(data, signature)
	data[30], data[32] = 9, 6
	for i := range headerDIFAT {
		copy(data[76+4*i:], []byte{byte(i), 0, 0, 0})
	}
	for i := 512; i < 512+headerDIFAT*512; i += 4 {
		copy(data[i:], []byte{1, 0, 0, 0})
	}
	return data
}

// directory is one of 30 MB that is a directory from end to end.
func directory() []byte {
	data := ring()
	n := uint32(len(data)/512 - 1)
	for i := uint32(0); i < headerDIFAT*128; i++ {
		next := i + 1
		if next >= min(n, headerDIFAT*128) {
			next = endOfChain
		}
		copy(data[512+4*i:], []byte{byte(next), byte(next >> 8), byte(next >> 16), byte(next >> 24)})
	}
	return data
}

// wrap makes a compound file of one stream.
func wrap(book []byte) []byte {
	const sector = 512
	for len(book) < miniCutoff || len(book)%sector != 0 {
		book = append(book, 0)
	}
	n := len(book) / sector
	fats := (n + 1 + 128) / 127
	head := make([]byte, sector)
	copy(head, signature)
	head[30], head[32] = 9, 6
	put := func(b []byte, v uint32) { b[0], b[1], b[2], b[3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24) }
	put(head[48:], uint32(n))
	put(head[60:], endOfChain)
	put(head[68:], endOfChain)
	fat := make([]byte, fats*sector)
	for i := 0; i < len(fat)/4; i++ {
		next := uint32(i + 1)
		if i >= n-1 {
			next = endOfChain
		}
		put(fat[4*i:], next)
	}
	for i := range headerDIFAT {
		put(head[76+4*i:], 0xFFFFFFFF)
	}
	for i := range min(fats, headerDIFAT) {
		put(head[76+4*i:], uint32(n+1+i))
	}
	dir := make([]byte, sector)
	for i, r := range "Workbook" {
		dir[2*i] = byte(r)
	}
	dir[64], dir[66] = 18, streamEntry
	put(dir[120:], uint32(len(book)))
	return bytes.Join([][]byte{head, book, dir, fat}, nil)
}
