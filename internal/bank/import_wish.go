package bank

import (
	"slices"
	"strconv"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// Wishes are what a script decides about single knowledge points and questions of an import, as it writes them. What fits nothing
// in the files is refused: a wish that nobody heard would be a guess.
type Wishes struct {
	Map         []string // “名字=编号或路径”: the unknown point becomes that one; no name stands for questions without any
	CreateBelow []string // “名字=编号或路径”: the unknown point is made below that one
	LeaveOut    []string // places, or lists of them, of near questions that stay out
	Take        []string // places, or lists of them, of near questions that come in although the others stay out
}

// nearby tells whether the wishes are about what is near.
func (w Wishes) nearby() bool { return len(w.LeaveOut)+len(w.Take) > 0 }

// maxNamed is how many names a message lists.
const maxNamed = 10

// understood gives each of the files its choice. Errors: Invalid, with the wish and what would have fitted.
func (c Choice) understood(tree Tree, previews []Preview) ([]Choice, error) {
	points, wrong := c.Wishes.points(tree, previews)
	choices, more := c.nearWishes(previews)
	if wrong = append(wrong, more...); len(wrong) > 0 {
		return nil, errs.InvalidFields(wrong...)
	}
	for i := range choices {
		if points != nil {
			choices[i].Points = points
		}
	}
	return choices, nil
}

// points are the choices that the wishes name, by the paths of the unknown points; nil without a wish.
func (w Wishes) points(tree Tree, previews []Preview) (map[string]PointChoice, []errs.Field) {
	if len(w.Map)+len(w.CreateBelow) == 0 {
		return nil, nil
	}
	var unknown []string
	for _, p := range previews {
		for _, u := range p.Unknown {
			if !slices.Contains(unknown, u.Path) {
				unknown = append(unknown, u.Path)
			}
		}
	}
	points, wrong := map[string]PointChoice{}, []errs.Field(nil)
	read := func(field string, wishes []string, choice func(TopicID) PointChoice) {
		for _, text := range wishes {
			path, id, key := pointWish(tree, unknown, text)
			if _, twice := points[path]; key == "" && twice {
				key = "error.bank.map_twice"
			}
			if key == "" && field == "create_below" && path == "" {
				key = "error.bank.create_nameless"
			}
			if key != "" {
				wrong = append(wrong, errs.NewField(field, key, "text", text, "unknown", someOf(unknown)))
				continue
			}
			points[path] = choice(id)
		}
	}
	read("map", w.Map, func(id TopicID) PointChoice { return PointChoice{MapTo: id} })
	read("create_below", w.CreateBelow, func(id TopicID) PointChoice { return PointChoice{CreateBelow: id} })
	return points, wrong
}

// pointWish reads “名字=编号或路径”; wrong is the key of what is wrong with it.
func pointWish(tree Tree, unknown []string, text string) (path string, id TopicID, wrong string) {
	at := strings.LastIndexAny(text, "=＝")
	if at < 0 {
		return "", 0, "error.bank.map_form"
	}
	path, _ = questionbank.KnowledgePoint(text[:at])
	i := slices.IndexFunc(unknown, func(u string) bool { return questionbank.Fold(u) == questionbank.Fold(path) })
	if i < 0 {
		return "", 0, "error.bank.map_unknown"
	}
	id, ok := tree.Named(strings.TrimLeft(text[at:], "=＝"))
	if !ok {
		return "", 0, "error.bank.map_target"
	}
	return unknown[i], id, ""
}

// Named is the live topic with that number, path or name; the five areas have the numbers 1 to 5 as in paths.
func (t Tree) Named(text string) (TopicID, bool) {
	text = strings.TrimSpace(text)
	path, inArea := questionbank.KnowledgePoint(text)
	if id := account.ParseID[TopicID](text); !inArea && id != 0 && liveTopic(t, id) == nil {
		return id, true
	}
	if path == "" {
		return 0, false
	}
	return t.Find(path)
}

// nearWishes gives each file its choice of what is near.
func (c Choice) nearWishes(previews []Preview) ([]Choice, []errs.Field) {
	choices, at := make([]Choice, len(previews)), map[string][]nearPlace{}
	var places []string
	for i, p := range previews {
		choices[i] = c
		if !c.Wishes.nearby() {
			continue
		}
		choices[i].Leave, choices[i].Take = map[int]bool{}, map[int]bool{}
		for _, n := range p.Near.V {
			place := p.placed(n.Place, len(previews) > 1)
			at[place] = append(at[place], nearPlace{i, n.Number})
			places = append(places, place)
		}
	}
	var wrong []errs.Field
	if len(c.Wishes.Take) > 0 && !c.LeaveNear {
		wrong = append(wrong, errs.NewField("take", "error.bank.take_alone"))
	}
	read := func(field string, wishes []string, wish, against func(Choice) map[int]bool) {
		for _, place := range placesIn(wishes, at) {
			found := at[place]
			key := ""
			switch {
			case len(found) == 0:
				key = "error.bank.near_place"
			case len(found) > 1:
				key = "error.bank.near_place_twice"
			case against(choices[found[0].file])[found[0].number]:
				key = "error.bank.leave_and_take"
			}
			if key != "" {
				wrong = append(wrong, errs.NewField(field, key, "place", place, "places", someOf(places)))
				continue
			}
			wish(choices[found[0].file])[found[0].number] = true
		}
	}
	leave, take := func(c Choice) map[int]bool { return c.Leave }, func(c Choice) map[int]bool { return c.Take }
	read("leave_out", c.Wishes.LeaveOut, leave, take)
	read("take", c.Wishes.Take, take, leave)
	return choices, wrong
}

// nearPlace is a near question of one of the files.
type nearPlace struct{ file, number int }

// placesIn are the places that the wishes name: a text that is a place is one, whatever signs it holds; any other is a list.
func placesIn(wishes []string, known map[string][]nearPlace) (places []string) {
	for _, text := range wishes {
		text = strings.TrimSpace(text)
		if _, ok := known[text]; ok {
			places = append(places, text)
			continue
		}
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；", r) }) {
			if part = strings.TrimSpace(part); part != "" {
				places = append(places, part)
			}
		}
	}
	return places
}

// placed is a place as an import of several files names it.
func (p Preview) placed(place string, named bool) string {
	if named {
		return p.FileName + " " + place
	}
	return place
}

// someOf lists the first names for a message.
func someOf(names []string) string {
	if len(names) == 0 {
		return "（没有）"
	}
	shown := make([]string, 0, maxNamed)
	for _, name := range names[:min(len(names), maxNamed)] {
		if name == "" {
			name = "（没有写知识点）"
		}
		shown = append(shown, name)
	}
	text := strings.Join(shown, "、")
	if len(names) > maxNamed {
		text += "……共 " + strconv.Itoa(len(names)) + " 个"
	}
	return text
}

// NearFound is a question of the files that is near to another one, for a script to decide about.
type NearFound struct {
	Place      string     `json:"place"`
	Percent    int        `json:"percent"`
	QuestionID QuestionID `json:"question_id,string,omitempty"` // of the bank, or
	OtherPlace string     `json:"other_place,omitempty"`        // the place of an earlier question of the same file
	LeftOut    bool       `json:"left_out"`                     // as the import was asked for
}

// PointFound is a knowledge point that the tree does not have, with what it becomes as the import was asked for.
type PointFound struct {
	Path      string   `json:"name"` // "": of questions that name none
	Questions int      `json:"questions"`
	Becomes   string   `json:"becomes"` // the path of the point that the questions get
	Created   bool     `json:"created"` // that point does not exist yet
	Like      []string `json:"like"`    // paths of points with similar names, the most similar first
}

// find notes what of a file is near, and its unknown points.
func (s *Summary) find(p Preview, c Choice, named bool) {
	places := map[int]string{}
	for _, it := range p.Items.V {
		places[it.Number] = p.placed(it.Place, named)
	}
	doubles := p.doublesLeft(c)
	for _, n := range p.Near.V {
		s.Near = append(s.Near, NearFound{Place: p.placed(n.Place, named), Percent: n.Percent, QuestionID: n.QuestionID, OtherPlace: places[n.Other],
			LeftOut: doubles[n.Number] || c.leaves(n)})
	}
	for _, u := range p.Unknown {
		i := slices.IndexFunc(s.Unknown, func(f PointFound) bool { return f.Path == u.Path })
		if i < 0 {
			i = len(s.Unknown)
			s.Unknown = append(s.Unknown, PointFound{Path: u.Path, Like: []string{}})
		}
		s.Unknown[i].Questions += u.Questions
	}
}

// settle says of each unknown point what it becomes and what is like it. Errors as of newPoint.
func (s *Summary) settle(tree Tree, points map[string]PointChoice) error {
	if len(s.Unknown) == 0 {
		return nil
	}
	names := pairsOf(tree)
	for i, u := range s.Unknown {
		at, below, err := newPoint(tree, u.Path, points[u.Path])
		if err != nil {
			return err
		}
		for len(below) > 0 {
			next, ok := tree.Child(at, below[0])
			if !ok {
				break
			}
			at, below = next, below[1:]
		}
		s.Unknown[i].Becomes = strings.Join(append([]string{tree.Path(at)}, below...), "/")
		s.Unknown[i].Created = len(below) > 0
		for _, id := range tree.like(u.Path, names) {
			s.Unknown[i].Like = append(s.Unknown[i].Like, tree.Path(id))
		}
	}
	return nil
}
