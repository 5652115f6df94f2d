package bank

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

const (
	// maxKeptProblems bounds what is stored of a file's problems; the counts are of all.
	maxKeptProblems = 5000
	// importKept is how long a preview waits to be applied.
	importKept = 7 * 24 * time.Hour
)

// ImportState is where an import stands.
type ImportState string

const (
	ImportPreviewed ImportState = "previewed"
	ImportApplied   ImportState = "applied"
)

// Import is a file that was read: what it held, every problem in it by its place, and what became of it.
type Import struct {
	ID            ImportID                        `db:"id"`
	CreatedBy     string                          `db:"created_by"`
	CreatedAt     time.Time                       `db:"created_at"`
	FileName      string                          `db:"file_name"`
	SHA256        []byte                          `db:"sha256"`
	Read          int                             `db:"read_count"` // questions in the file, the refused ones too
	ItemCount     int                             `db:"item_count"` // questions that can be imported
	ErrorCount    int                             `db:"error_count"`
	WarningCount  int                             `db:"warning_count"`
	Problems      db.JSON[[]questionbank.Problem] `db:"problems"` // errors first; of a stored one at most maxKeptProblems
	Items         db.JSON[[]questionbank.Item]    `db:"items"`    // empty once applied
	State         ImportState                     `db:"state"`
	AppliedAt     *time.Time                      `db:"applied_at"`
	ImportedCount *int                            `db:"imported_count"`
	LeftOut       db.JSON[[]LeftOut]              `db:"left_out"` // what an applied one left out
	Near          db.JSON[[]Near]                 `db:"near"`     // of a preview, the nearest first, as it was when the file was read
}

// newImport counts what an importer found.
func newImport(name string, sha256 []byte, items []questionbank.Item, problems []questionbank.Problem) Import {
	im := Import{FileName: name, SHA256: sha256, Read: questionbank.Read(items, problems), ItemCount: len(items), State: ImportPreviewed}
	for _, p := range problems {
		if p.Severity == questionbank.Error {
			im.ErrorCount++
		} else {
			im.WarningCount++
		}
	}
	sorted := slices.Clone(problems)
	slices.SortStableFunc(sorted, func(a, b questionbank.Problem) int { return cmp.Compare(rank(a), rank(b)) })
	im.Problems.V = sorted
	im.Items.V = items
	return im
}

func rank(p questionbank.Problem) int {
	if p.Severity == questionbank.Error {
		return 0
	}
	return 1
}

// Double is a question of the file that the bank holds already, or that an earlier file of the same import brings.
type Double struct {
	Place      string
	Number     int
	QuestionID QuestionID // 0: of an earlier file
	Earlier    string     // that file's name and the place in it
}

func (d Double) text() string {
	if d.QuestionID == 0 {
		return fmt.Sprintf("与“%s”是同一道题", d.Earlier)
	}
	return fmt.Sprintf("题库中已有相同的题（第 %d 题）", d.QuestionID)
}

// UnknownPoint is a knowledge point of the file that the tree does not have. Path "" stands for questions without any.
type UnknownPoint struct {
	Path      string
	Area      int // 0: the file names none of the five areas
	Questions int
}

// Preview is an import measured against the bank as it is now.
type Preview struct {
	Import
	Doubles    []Double
	Unknown    []UnknownPoint
	Unverified int                                  // questions whose source is 待核: they stay drafts
	Unshown    int                                  // questions that no page can show yet: they too
	NearShown  map[QuestionID]questionbank.Question // the bank's side of the first pairs of Near
	prints     []string                             // the fingerprints of Items
	tree       Tree                                 // as it was when Unknown was worked out
}

// printsOf are the fingerprints of questions, in their order.
func printsOf(items []questionbank.Item) []string {
	prints := make([]string, len(items))
	inParts(len(items), func(from, to int) {
		for i := from; i < to; i++ {
			prints[i] = string(Fingerprint(items[i].Question))
		}
	})
	return prints
}

// newPreview compares the items with the tree and, by their fingerprints, with the questions that the bank has.
func newPreview(im Import, prints []string, tree Tree, known map[string]QuestionID) Preview {
	p := Preview{Import: im, prints: prints, tree: tree}
	at := map[string]int{}
	for i, it := range im.Items.V {
		if id, ok := known[prints[i]]; ok {
			p.Doubles = append(p.Doubles, Double{Place: it.Place, Number: it.Number, QuestionID: id})
		}
		if it.Question.Source.Status == questionbank.StatusUnverified {
			p.Unverified++
		}
		if Unshown(it.Question) != "" {
			p.Unshown++
		}
		for _, path := range unknownPaths(tree, it.Question) {
			if _, seen := at[path]; !seen {
				at[path] = len(p.Unknown)
				p.Unknown = append(p.Unknown, UnknownPoint{Path: path, Area: questionbank.Area(path)})
			}
			p.Unknown[at[path]].Questions++
		}
	}
	slices.SortFunc(p.Unknown, func(a, b UnknownPoint) int { return cmp.Or(a.Area-b.Area, cmp.Compare(a.Path, b.Path)) })
	return p
}

// again adds to the doubles of a file what earlier files of the import bring, and notes what this one brings: of what the choice leaves
// out nothing comes in that another file would repeat. earlier is by fingerprint.
func (p *Preview) again(earlier map[string]string, c Choice) {
	double := map[int]bool{}
	for _, d := range p.Doubles {
		double[d.Number] = true
	}
	for i, it := range p.Items.V {
		if at := earlier[p.prints[i]]; at != "" && !double[it.Number] {
			p.Doubles = append(p.Doubles, Double{Place: it.Place, Number: it.Number, Earlier: at})
		}
	}
	left := p.leaves(c)
	for i, it := range p.Items.V {
		if earlier[p.prints[i]] == "" && !left[it.Number] {
			earlier[p.prints[i]] = p.FileName + " " + it.Place
		}
	}
	slices.SortStableFunc(p.Doubles, func(a, b Double) int { return a.Number - b.Number })
}

func unknownPaths(tree Tree, q questionbank.Question) (paths []string) {
	if len(q.KnowledgePoints) == 0 {
		return []string{""}
	}
	for _, raw := range q.KnowledgePoints {
		path, _ := questionbank.KnowledgePoint(raw)
		if _, ok := tree.Find(path); !ok && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// unknownComing are the unknown points of the questions that come in: for those that the choice leaves out none is made.
func (p Preview) unknownComing(tree Tree, c Choice) (coming []UnknownPoint) {
	left, wanted := p.leaves(c), map[string]bool{}
	for _, it := range p.Items.V {
		if !left[it.Number] {
			for _, path := range unknownPaths(tree, it.Question) {
				wanted[path] = true
			}
		}
	}
	for _, u := range p.Unknown {
		if wanted[u.Path] {
			coming = append(coming, u)
		}
	}
	return coming
}

// PointChoice says what becomes of an unknown point: MapTo an existing one, or CreateBelow one. The zero value creates it
// where its path says: below its area, or below 未分类 when it names none.
type PointChoice struct {
	MapTo       TopicID
	CreateBelow TopicID
}

// Choice is what a person decides before an import is applied.
type Choice struct {
	Publish     bool         // at once; what is 待核 stays a draft
	Review      bool         // put before the reviewers as one batch; else as drafts
	SoundOnly   bool         // leave out what cannot be imported; else nothing comes in while a problem stands
	WithDoubles bool         // import also what the bank holds already
	LookNear    bool         // tell what is near to another question, and bring it in; a preview tells it always
	LeaveNear   bool         // leave out all that is near to another question
	Leave       map[int]bool // leave out these of what is near, by their numbers in the file
	Take        map[int]bool // bring in these although LeaveNear leaves out the others
	Points      map[string]PointChoice
	Wishes      Wishes // Leave, Take and Points of files that are read and brought in by one act
}

// leaves tells whether a question is left out because it is near to another.
func (c Choice) leaves(n Near) bool { return c.LeaveNear && !c.Take[n.Number] || c.Leave[n.Number] }

// looksNear tells whether it has to be worked out what is near.
func (c Choice) looksNear() bool { return c.LookNear || c.LeaveNear || c.Wishes.nearby() }

// newPoint is where an unknown point is to be made: the names to go down, creating what is not there, below a topic.
func newPoint(tree Tree, path string, c PointChoice) (below TopicID, names []string, err error) {
	parts := strings.Split(path, "/")
	area := questionbank.Area(path)
	if area > 0 {
		parts = parts[1:]
	}
	switch {
	case c.MapTo != 0:
		return c.MapTo, nil, liveTopic(tree, c.MapTo)
	case c.CreateBelow != 0 && path != "":
		return c.CreateBelow, parts[len(parts)-1:], liveTopic(tree, c.CreateBelow)
	case path == "":
		return tree.Area(1), []string{Unsorted}, nil
	case area > 0:
		return tree.Area(area), parts, nil
	}
	return tree.Area(1), append([]string{Unsorted}, parts...), nil
}

func liveTopic(tree Tree, id TopicID) error {
	if t, ok := tree.Topic(id); !ok || t.RetiredAt != nil {
		return errs.InvalidFields(errs.NewField("point", "error.bank.topic_wrong"))
	}
	return nil
}

// draftOf tags a question of a file; points maps unknown paths to what became of them.
func draftOf(tree Tree, points map[string]TopicID, q questionbank.Question) Draft {
	d := Draft{Question: q}
	paths := q.KnowledgePoints
	if len(paths) == 0 {
		paths = []string{""}
	}
	for _, raw := range paths {
		path, _ := questionbank.KnowledgePoint(raw)
		id, ok := tree.Find(path)
		if !ok {
			id = points[path]
		}
		if !slices.Contains(d.TopicIDs, id) {
			d.TopicIDs = append(d.TopicIDs, id)
		}
	}
	d.Question.KnowledgePoints = pathsOf(tree, d.TopicIDs)
	return d
}

// stateOf is the state that an imported question begins with.
func stateOf(q questionbank.Question, c Choice) State {
	switch {
	case q.Source.Status == questionbank.StatusUnverified || Unshown(q) != "":
		return StateDraft
	case c.Publish:
		return StatePublished
	case c.Review:
		return StateInReview
	}
	return StateDraft
}

// nearWarning tells what a question of a file is near to.
func nearWarning(n Near) questionbank.Problem {
	return questionbank.Problem{Place: n.Place, Item: n.Number, Code: "near", Severity: questionbank.Warning, Message: n.text(), Fix: "看一看是不是同一道题"}
}

func (n Near) text() string {
	if n.QuestionID != 0 {
		return fmt.Sprintf("与题库第 %d 题相近（%d%%）", n.QuestionID, n.Percent)
	}
	return fmt.Sprintf("与文件里的第 %d 道题相近（%d%%）", n.Other, n.Percent)
}

// doubleWarning tells that a question of a file is left out.
func doubleWarning(d Double) questionbank.Problem {
	return questionbank.Problem{Place: d.Place, Item: d.Number, Code: "in_bank", Severity: questionbank.Warning,
		Message: d.text() + "，没有再导入"}
}
