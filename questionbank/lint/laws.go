package lint

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// Standing is what the table of laws says of a citation; it is the problem's code too.
type Standing string

const (
	InForce        Standing = "in_force"
	LawUnknown     Standing = "law_unknown"
	EditionUnknown Standing = "edition_unknown"
	ArticleUnknown Standing = "article_unknown"
	LawReplaced    Standing = "law_replaced"
	LawAmended     Standing = "law_amended"
)

// Laws is the table of articles that are at hand.
type Laws struct {
	editions map[string]map[string]string // law → edition → yes, amended, replaced
	articles map[[3]string]string         // law, edition, article → sha256 of its text
}

// ReadLaws reads the table: tab-separated lines of law, edition, in_force (yes, amended, replaced), article, and the
// sha256 of the article's text, below a line with these names.
func ReadLaws(r io.Reader) (*Laws, error) {
	laws := &Laws{editions: map[string]map[string]string{}, articles: map[[3]string]string{}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		cells := strings.Split(lines.Text(), "\t")
		if len(cells) == 1 && cells[0] == "" || n == 1 && cells[0] == "law" {
			continue
		}
		if len(cells) != 5 {
			return nil, fmt.Errorf("line %d: want 5 columns, got %d", n, len(cells))
		}
		law, edition, standing, article := cells[0], cells[1], cells[2], cells[3]
		switch standing {
		case "yes", "amended", "replaced":
		default:
			return nil, fmt.Errorf("line %d: in_force is %q, want yes, amended or replaced", n, standing)
		}
		if laws.editions[law] == nil {
			laws.editions[law] = map[string]string{}
		}
		laws.editions[law][edition] = standing
		laws.articles[[3]string{law, edition, article}] = cells[4]
	}
	return laws, lines.Err()
}

var wholeArticle = regexp.MustCompile(`^第[一二三四五六七八九十百千零〇]+条(之[一二三四五六七八九十]+)?`)

// Look finds a citation. 第十六条第一款第（二）项 is looked up as 第十六条. A source without an article is looked up by its
// law and edition, one without an edition by its law: any edition that is in force serves.
func (l *Laws) Look(s qb.Source) Standing {
	editions := l.editions[s.Law]
	if editions == nil {
		return LawUnknown
	}
	edition := s.Edition
	if edition == "" {
		edition = inForce(editions)
	}
	standing, ok := editions[edition]
	if !ok {
		return EditionUnknown
	}
	if s.Article != "" && !l.hasArticle(s.Law, edition, s.Article) {
		return ArticleUnknown
	}
	switch standing {
	case "replaced":
		return LawReplaced
	case "amended":
		return LawAmended
	}
	return InForce
}

func (l *Laws) hasArticle(law, edition, article string) bool {
	if whole := wholeArticle.FindString(article); whole != "" {
		article = whole
	}
	_, ok := l.articles[[3]string{law, edition, article}]
	return ok
}

// inForce prefers the newest edition that is in force, else the newest.
func inForce(editions map[string]string) (best string) {
	for edition, standing := range editions {
		newer := edition > best
		if inForce, bestInForce := standing == "yes", editions[best] == "yes"; inForce != bestInForce {
			newer = inForce
		}
		if best == "" || newer {
			best = edition
		}
	}
	return best
}
