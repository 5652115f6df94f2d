package exam

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/score"
)

// blueprintForm is the editor as it was sent, so that a wrong number is shown again as it was typed.
type blueprintForm struct {
	Title      string
	KeyPercent string
	Practice   bool
	Rows       []rowForm
	Quotas     []quotaForm
}

// quotaForm is the range of one knowledge point.
type quotaForm struct{ Topic, Min, Max string }

// rowForm is one row; Topics are ids, empty choices left out.
type rowForm struct {
	Section, Type, Min, Max, Count, Points string
	Topics                                 []string
}

// newBlueprintForm is where a new blueprint begins: one row of single choice questions.
func newBlueprintForm() blueprintForm {
	return blueprintForm{KeyPercent: "30", Rows: []rowForm{{Type: "single", Min: "1", Max: "5", Count: "20", Points: "2"}}}
}

func formOfBlueprint(b exam.Blueprint) blueprintForm {
	f := blueprintForm{Title: b.Title, KeyPercent: strconv.Itoa(b.KeyPercent), Practice: b.Practice}
	for _, r := range b.Rows {
		row := rowForm{
			Section: r.Section, Type: r.Type, Min: strconv.Itoa(r.DifficultyMin), Max: strconv.Itoa(r.DifficultyMax),
			Count: strconv.Itoa(r.Count), Points: pointsText(r.Points),
		}
		for _, id := range r.TopicIDs {
			row.Topics = append(row.Topics, strconv.FormatInt(int64(id), 10))
		}
		f.Rows = append(f.Rows, row)
	}
	for _, q := range b.Quotas {
		f.Quotas = append(f.Quotas, quotaForm{Topic: strconv.FormatInt(int64(q.TopicID), 10), Min: orEmpty(q.Min), Max: orEmpty(q.Max)})
	}
	return f
}

// orEmpty leaves a bound that does not bind empty.
func orEmpty(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func quotaField(quota int, name string) string { return fmt.Sprintf("quotas.%d.%s", quota, name) }

func rowField(row int, name string) string { return fmt.Sprintf("rows.%d.%s", row, name) }

// readBlueprintForm takes rows.0.…, rows.1.… as long as their number says, at most as many as a blueprint may have.
func readBlueprintForm(v url.Values) blueprintForm {
	text := func(name string) string { return strings.TrimSpace(v.Get(name)) }
	f := blueprintForm{Title: text("title"), KeyPercent: text("key_percent"), Practice: text("practice") != ""}
	count, _ := strconv.Atoi(v.Get("row_count"))
	for i := range min(max(count, 0), exam.MaxBlueprintRows) {
		row := rowForm{
			Section: text(rowField(i, "section")), Type: text(rowField(i, "type")), Min: text(rowField(i, "min")), Max: text(rowField(i, "max")),
			Count: text(rowField(i, "count")), Points: text(rowField(i, "points")),
		}
		for _, id := range v[rowField(i, "topic")] {
			if id != "" {
				row.Topics = append(row.Topics, id)
			}
		}
		f.Rows = append(f.Rows, row)
	}
	count, _ = strconv.Atoi(v.Get("quota_count"))
	for i := range min(max(count, 0), exam.MaxBlueprintQuotas) {
		f.Quotas = append(f.Quotas, quotaForm{Topic: text(quotaField(i, "topic")), Min: text(quotaField(i, "min")), Max: text(quotaField(i, "max"))})
	}
	return f
}

// edited is the form after a button that changes its rows or ranges: "add", "remove.2", "add_quota", "remove_quota.2". Others
// leave it as it is and are not edits.
func (f blueprintForm) edited(button string) (blueprintForm, bool) {
	what, number, _ := strings.Cut(button, ".")
	i, err := strconv.Atoi(number)
	switch {
	case what == "add" && len(f.Rows) < exam.MaxBlueprintRows:
		next := newBlueprintForm().Rows[0]
		if n := len(f.Rows); n > 0 {
			next = f.Rows[n-1] // most rows are like the one before
			next.Topics = nil
		}
		f.Rows = append(f.Rows[:len(f.Rows):len(f.Rows)], next)
	case what == "remove" && err == nil && i >= 0 && i < len(f.Rows):
		f.Rows = append(f.Rows[:i:i], f.Rows[i+1:]...)
	case what == "add_quota" && len(f.Quotas) < exam.MaxBlueprintQuotas:
		f.Quotas = append(f.Quotas[:len(f.Quotas):len(f.Quotas)], quotaForm{})
	case what == "remove_quota" && err == nil && i >= 0 && i < len(f.Quotas):
		f.Quotas = append(f.Quotas[:i:i], f.Quotas[i+1:]...)
	}
	return f, slices.Contains([]string{"add", "remove", "add_quota", "remove_quota"}, what)
}

// blueprint reads the numbers. What is no number becomes one that Blueprint.Validate refuses at the same field.
func (f blueprintForm) blueprint() exam.Blueprint {
	b := exam.Blueprint{Title: f.Title, KeyPercent: number(f.KeyPercent, -1), Practice: f.Practice}
	for _, r := range f.Rows {
		points, err := score.Parse(r.Points)
		if err != nil {
			points = 0
		}
		row := exam.BlueprintRow{
			Section: r.Section, Type: r.Type, DifficultyMin: number(r.Min, 0), DifficultyMax: number(r.Max, 0),
			Count: number(r.Count, 0), Points: points, TopicIDs: []exam.TopicID{},
		}
		for _, id := range r.Topics {
			row.TopicIDs = append(row.TopicIDs, account.ParseID[exam.TopicID](id))
		}
		b.Rows = append(b.Rows, row)
	}
	for _, q := range f.Quotas {
		if q == (quotaForm{}) {
			continue // a range that nobody filled in asks for nothing
		}
		b.Quotas = append(b.Quotas, exam.TopicQuota{TopicID: account.ParseID[exam.TopicID](q.Topic), Min: bound(q.Min), Max: bound(q.Max)})
	}
	return b
}

// bound is a number that may be left empty.
func bound(text string) int {
	if text == "" {
		return 0
	}
	return number(text, -1)
}

func number(text string, otherwise int) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return otherwise
	}
	return n
}

// stock is what the bank answered to a blueprint; zero before it was asked.
type stock struct {
	exam.Stock
	Asked     bool
	Blueprint exam.Blueprint
}

func stockOf(b exam.Blueprint, s exam.Stock) stock {
	return stock{Stock: s, Asked: true, Blueprint: b}
}
