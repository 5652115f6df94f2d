package bank

import (
	"encoding/json"
	"net/url"
	"reflect"
	"testing"

	store "github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/questionbank"
)

// keyJSON is the key as a regrade's page sends it.
func keyJSON(key questionbank.Key) string {
	text, err := json.Marshal(key)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// The answer that a regrade has ruled stands in the editor, of every type that a machine marks; nothing else changes.
func TestTheKeyOfARegradeIsFilledIn(t *testing.T) {
	for kind, key := range map[questionbank.Type]questionbank.Key{
		questionbank.Single:    {Choices: []string{"b"}},
		questionbank.Multiple:  {Choices: []string{"a", "b"}},
		questionbank.TrueFalse: {Choices: []string{"false"}},
		questionbank.Blank:     {Gaps: [][]string{{"丙", "丁"}}},
		questionbank.Judgement: {Grades: []questionbank.OptionGrade{{Option: "a", Grade: questionbank.Red, Reason: "过时"}, {Option: "b", Grade: questionbank.Green, Reason: "对"}, {Option: "f", Grade: questionbank.Yellow, Reason: "半对"}}},
		questionbank.Matching:  {Choices: []string{"a", "b"}},
		questionbank.Ordering:  {Choices: []string{"a", "b", "c"}},
		questionbank.Labelling: {Choices: []string{"2"}},
	} {
		v := store.Version{ID: 7, Number: 1}
		v.Body.V = question(kind)
		d := store.Detail{ID: 12, Versions: []store.Version{v}}
		f := formOfVersion(v)
		f.takeRuled(d, 7, keyJSON(key))
		want := v.Body.V
		want.Key = key
		if got := f.draft().Question; f.Ruled != ruledFilled || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q %+v", kind, f.Ruled, got.Key)
		}
		f.takeRuled(d, 7, keyJSON(v.Body.V.Key))
		if f.Ruled != ruledSame {
			t.Errorf("%s, the key that it has: %q", kind, f.Ruled)
		}
	}
}

// What was changed since the exam keeps its own answer, and an address that says nothing of use changes nothing.
func TestWhatIsNotFilledIn(t *testing.T) {
	asked := store.Version{ID: 7, Number: 1}
	asked.Body.V = question(questionbank.Single)
	swapped := asked
	swapped.ID, swapped.Number = 8, 2
	swapped.Body.V.Options = []questionbank.Option{{ID: "a", Text: payload}, {ID: "b", Text: "甲"}}
	another := swapped
	another.Body.V = question(questionbank.TrueFalse)
	changed, since := store.Detail{Versions: []store.Version{swapped, asked}}, store.Detail{Versions: []store.Version{another, asked}}
	same := store.Detail{Versions: []store.Version{asked}}
	for name, c := range map[string]struct {
		d    store.Detail
		id   store.VersionID
		key  string
		want ruledAs
	}{
		"options changed places":   {changed, 7, `["b"]`, ruledChanged},
		"another type":             {since, 7, `["b"]`, ruledChanged},
		"no version":               {same, 0, `["b"]`, ""},
		"another question's":       {same, 9, `["b"]`, ""},
		"no key":                   {same, 7, `<script>`, ""},
		"an option that is none":   {same, 7, `["z"]`, ""},
		"two answers of one":       {same, 7, `["a","b"]`, ""},
		"a key of another type":    {same, 7, `[["甲"]]`, ""},
		"nothing that was ruled":   {same, 7, "", ""},
		"no answer":                {same, 7, `[]`, ""},
		"the version's own answer": {same, 7, `["a"]`, ruledSame},
	} {
		f := formOfVersion(c.d.Editable())
		before := f.draft()
		f.takeRuled(c.d, c.id, c.key)
		if f.Ruled != c.want || !reflect.DeepEqual(f.draft(), before) {
			t.Errorf("%s: %q, %+v", name, f.Ruled, f.draft().Question.Key)
		}
	}
}

// From the address to the bank: the editor says what it filled in, and saving makes the next version, a draft like any other.
func TestARuledKeyIsSavedAsAnyEdit(t *testing.T) {
	w := newSite(t)
	w.submit("/bank/topics", url.Values{"parent_id": {"4"}, "name": {"医疗广告"}}, 303, "/bank/topics")
	at := w.submit("/bank/questions", questionValues("广告里能写“永久”吗？"), 303, "/bank/questions/1")
	w.submit(at+"/publish", nil, 303, at)
	edit := "/bank/questions/1/edit?" + url.Values{"ruled": {"1"}, "key": {`["b"]`}}.Encode()
	w.get(edit, 200, "已填入按题重判的答案")
	w.get(edit, 200, `value="b" checked`)
	form := questionValues("广告里能写“永久”吗？")
	form.Set("key", "b")
	form.Set("revision", "1")
	w.submit(at, form, 303, at)
	w.get(at, 200, "第 2 版</strong>")
	w.get(edit, 200, "已经和按题重判的一样")
}
