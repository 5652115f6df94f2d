package csv

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formattest"
	"github.com/peikao/peikao/questionbank/table"
)

var format = formattest.Format{Decode: Decode}

func TestFormat(t *testing.T) { formattest.Run(t, format) }

const sample = "题干,选项A,选项B,答案,解析\n哪一项正确,甲,乙,B,因为乙\n\"多行\n题干\",甲,乙,AB,略\n缺答案,甲,乙,,略\n"

func TestEncodings(t *testing.T) {
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(sample)
	utf16le, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(sample)
	utf16be, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(sample)
	for name, text := range map[string]string{"utf-8": sample, "bom": "\uFEFF" + sample, "gb18030": gb, "utf-16 le": utf16le, "utf-16 be without bom": utf16be,
		"crlf": strings.ReplaceAll(sample, "\n", "\r\n"), "tabs": strings.ReplaceAll(sample, ",", "\t"), "semicolons": strings.ReplaceAll(sample, ",", ";")} {
		t.Run(name, func(t *testing.T) {
			items, problems, err := Decode(strings.NewReader(text))
			if err != nil || len(items) != 2 || items[0].Question.Key.Choices[0] != "b" || items[1].Question.Stem != "多行\n题干" {
				t.Fatalf("got %+v, %v, %v", items, problems, err)
			}
			if p := problems[0]; p.Place != "第 5 行 列 答案" || p.Code != "key_missing" || p.Item != 3 {
				t.Fatalf("got %+v", p)
			}
		})
	}
}

// A public collection's layout: four columns, options in one cell parted by a literal \n; equal options, a repeated
// stem and a missing explanation are warnings.
func TestFourColumns(t *testing.T) {
	text := `Question,Options,Answer,Explanation` + "\n" +
		`第一题,A 甲\nB 乙\nC 丙\nD 丁\nE 戊,A,略` + "\n" + `第二题,A 甲\nB 甲\nC 丙\nD 丁,ACD,nan` + "\n" + `第一题,A 子\nB 丑,B,略` + "\n"
	items, problems, _ := Decode(strings.NewReader(text))
	if len(items) != 3 || qb.HasErrors(problems) || items[1].Question.Type != qb.Multiple || len(items[0].Question.Options) != 5 {
		t.Fatalf("got %+v, %v", items, problems)
	}
	var codes []string
	for _, p := range problems {
		codes = append(codes, p.Code)
	}
	if got := strings.Join(codes, " "); got != "options_equal explanation_missing stem_repeated" {
		t.Fatalf("got %s", got)
	}
}

func TestQuotes(t *testing.T) {
	items, problems, _ := Decode(strings.NewReader("题干,选项A,选项B,答案,解析\n他说\"好\"吗,甲,乙,A,略\n"))
	if len(items) != 1 || items[0].Question.Stem != `他说"好"吗` || problems[0].Code != "quote_bare" || problems[0].Place != "第 2 行" {
		t.Fatalf("got %+v, %v", items, problems)
	}
	items, problems, _ = Decode(strings.NewReader("题干,选项A,选项B,答案,解析\n好,甲,乙,A,略\n\"没有结束,甲,乙,A,略\n又一题,甲,乙,A,略\n"))
	if len(items) != 1 || problems[0].Code != "quote_open" || problems[0].Place != "第 3 行" || problems[0].Severity != qb.Error {
		t.Fatalf("got %+v, %v", items, problems)
	}
}

// What is no table of questions ends at a row, and no row holds more than is read: a quote that is never closed, rows and columns without end.
func TestBounds(t *testing.T) {
	head, good := "题干,选项A,选项B,答案,解析\n", "好,甲,乙,A,略\n"
	for name, c := range map[string]struct {
		rest, code, place string
		items             int
	}{
		"an open quote":   {"\"没有结束" + strings.Repeat("甲,乙\n", 300_000), "row_long", "第 3 行", 1},
		"rows":            {strings.Repeat("a\n", 30_000), "rows_many", "第 21001 行", 1},
		"empty rows":      {strings.Repeat(",,,,\n", 100_000), "", "", 1},
		"wide rows":       {strings.Repeat("好,甲,乙,A,略"+strings.Repeat(",", 900)+"x\n", 2_000), "columns_many", "第 3 行", 2_000},
		"one very wide":   {strings.Repeat(",", 3_000_000), "row_long", "第 3 行", 1},
		"as it should be": {"", "", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			text := head + good + c.rest
			var b qb.Batch
			rows := readRows(&b, text)
			if len(rows) < c.items+1 || c.code != "" && (len(b.Problems) != 1 || b.Problems[0].Code != c.code || b.Problems[0].Place != c.place) || c.code == "" && len(b.Problems) > 0 {
				t.Errorf("%d rows, %+v", len(rows), b.Problems)
			}
			for _, r := range rows {
				if len(r.Cells) > table.MaxColumns {
					t.Fatalf("a row of %d cells", len(r.Cells))
				}
			}
		})
	}
}

// Any bytes: every row read is an item or a problem with its place.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("题干\t答案\n对吗\t√\n"))
	f.Fuzz(func(t *testing.T, data []byte) { formattest.CheckDecode(t, format, data) })
}
