package bank

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
)

// Filter narrows the list; zero values do not.
type Filter struct {
	Search     string  // words of stem, options and law
	TopicID    TopicID // with all points below it
	Type       questionbank.Type
	Difficulty int
	Key        string // "yes" = 重点 only, "no" = the others
	State      string // a State; "" = all that are not retired, "all" = all
	Law        string // full name
	Sort       string // "", "id", "difficulty", "-difficulty", "type", "-type", "shown", "-shown", "last_shown", "-last_shown"; "" = newest first
	TagID      TagID
	Exposure   string // "never" = no exam that is over has shown the current version, "shown" = one has
}

// Row is a question as the list shows it: its current version.
type Row struct {
	VersionID   VersionID                      `db:"id"`
	QuestionID  QuestionID                     `db:"question_id"`
	Number      int                            `db:"version"`
	State       State                          `db:"state"`
	Body        db.JSON[questionbank.Question] `db:"body"`
	EditedAt    time.Time                      `db:"edited_at"`
	TopicIDs    db.Int64s                      `db:"topic_ids"`
	Tags        db.Strings                     `db:"tags"`
	HasOpen     bool                           `db:"has_open"` // a newer version is being written
	Shown       int                            `db:"shown"`    // how often exams that are over have shown this version
	LastShownAt *time.Time                     `db:"last_shown_at"`
}

// Question is the row's content.
func (r Row) Question() questionbank.Question { return r.Body.V }

// Topics are the row's knowledge points, the main one first.
func (r Row) Topics() []TopicID { return topicIDs(r.TopicIDs) }

// MaxFound is how far the questions that hold a word are counted: a total of MaxFound stands for "so many or more".
const MaxFound = 1000

// Questions lists the bank and counts all that fit the filter, with a search at most MaxFound.
func (s *Service) Questions(ctx context.Context, v account.Viewer, f Filter, p page.Page) (rows []Row, total int, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, 0, err
	}
	return s.list(ctx, f, p.Limit(), p.Offset())
}

func (s *Service) list(ctx context.Context, f Filter, limit, offset int) ([]Row, int, error) {
	ids, total, err := s.find(ctx, f, limit, offset)
	if err != nil || len(ids) == 0 {
		return nil, total, err
	}
	rows, err := s.store.rows(ctx, s.db, ids)
	return rows, total, err
}

// find are the versions of one page of the list, in its order, and how many there are in all.
func (s *Service) find(ctx context.Context, f Filter, limit, offset int) ([]VersionID, int, error) {
	if !slices.Contains([]string{"", "yes", "no"}, f.Key) {
		f.Key = ""
	}
	query := searchQuery(f.Search)
	if query == "" && f.TopicID == 0 && f.TagID == 0 && !f.byExposure() {
		return s.store.list(ctx, s.db, f, limit, offset)
	}
	topics := []int64{}
	if f.TopicID != 0 {
		tree, err := s.store.tree(ctx, s.db)
		if err != nil {
			return nil, 0, err
		}
		topics = account.Int64s(tree.Below(f.TopicID))
	}
	switch {
	case f.TagID != 0:
		return s.store.listTagged(ctx, s.db, f, limit, offset, query, topics)
	case query != "":
		return s.findWords(ctx, f, limit, offset, query, topics)
	case f.byExposure():
		return s.store.listExposed(ctx, s.db, f, limit, offset, topics)
	}
	return s.store.listAt(ctx, s.db, f, limit, offset, topics)
}

// findWords is the list by words. 第 908 题 is the question of that number, if there is one; 908 is that only where no text holds it.
func (s *Service) findWords(ctx context.Context, f Filter, limit, offset int, query string, topics []int64) ([]VersionID, int, error) {
	number, named := questionNumber(f.Search)
	if f.TopicID != 0 || f.exposure() != "" {
		number = 0
	}
	if number > 0 && named {
		if ids, total, err := s.store.listNumbered(ctx, s.db, f, number); err != nil || total > 0 {
			return ids, total, err
		}
	}
	ids, total, err := s.store.listFound(ctx, s.db, f, limit, offset, query, topics)
	if err == nil && total == 0 && number > 0 && !named {
		return s.store.listNumbered(ctx, s.db, f, number)
	}
	return ids, total, err
}

// numberTyped is a question's number as the list and its messages show it.
var numberTyped = regexp.MustCompile(`^(第\s*)?(\d{1,9})(\s*题)?$`)

// questionNumber is the number that somebody typed, 0 for words; named tells that it can be nothing else: 第 908 题.
func questionNumber(typed string) (number int64, named bool) {
	m := numberTyped.FindStringSubmatch(questionbank.Fold(typed))
	if m == nil {
		return 0, false
	}
	number, _ = strconv.ParseInt(m[2], 10, 64)
	return number, m[1] != "" && m[3] != ""
}

// byExposure tells whether the list is chosen or sorted by how often questions were seen.
func (f Filter) byExposure() bool { return f.Exposure != "" || f.sortsByExposure() }

func (f Filter) sortsByExposure() bool {
	return slices.Contains([]string{"shown", "-shown", "last_shown", "-last_shown"}, f.Sort)
}

// exposure is the filter's Exposure, "" for one that is unknown.
func (f Filter) exposure() string {
	if f.Exposure == "never" || f.Exposure == "shown" {
		return f.Exposure
	}
	return ""
}

// beginning is the statement that reads the first pages of the list by exposure off an index; "" when none does.
func (f Filter) beginning() string {
	switch {
	case f.Exposure != "shown" && (f.Sort == "shown" || f.Sort == "last_shown") || f.Exposure == "never" && f.Sort == "":
		return "list_never_shown"
	case f.Exposure != "never" && f.Sort == "-shown":
		return "list_most_shown"
	case f.Exposure != "never" && f.Sort == "-last_shown":
		return "list_last_shown"
	}
	return ""
}

// facts are the filter's first parameters in every statement of the list.
func (f Filter) facts() []any {
	return []any{f.State, string(f.Type), f.Difficulty, f.Key, f.Law}
}

// Question is one question with all its versions.
func (s *Service) Question(ctx context.Context, v account.Viewer, id QuestionID) (Detail, error) {
	if err := v.Require(account.BankRead); err != nil {
		return Detail{}, err
	}
	return s.store.detail(ctx, s.db, id)
}
