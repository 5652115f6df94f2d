package bank

import (
	"context"

	"github.com/peikao/peikao/internal/platform/db"
)

// StockItem is how many published questions have the same facts and stand in the same of the sets that were asked about.
type StockItem struct {
	Type       string `db:"type"`
	Difficulty int    `db:"difficulty"`
	Key        bool   `db:"key_question"` // 重点
	Sets       int64  `db:"sets"`         // bit n: at a topic of set n or below it
	Questions  int    `db:"questions"`
}

// MaxStockSets is how many sets of topics Stock tells apart: the bits of StockItem.Sets.
const MaxStockSets = 63

// Stock counts the published questions, each once, by their facts and by the sets of topics in which they stand; an empty set
// holds none. It is what Pool would be counted for, without reading the questions.
func (s *Service) Stock(ctx context.Context, x db.Q, sets [][]TopicID) ([]StockItem, error) {
	tree, err := s.store.tree(ctx, x)
	if err != nil {
		return nil, err
	}
	topics, set := []int64{}, []int64{}
	for no, ids := range sets[:min(len(sets), MaxStockSets)] {
		for _, id := range ids {
			for _, below := range tree.Below(id) {
				topics, set = append(topics, int64(below)), append(set, int64(no))
			}
		}
	}
	var items []StockItem
	err = s.store.q.Select(ctx, x, &items, "stock", db.Array(topics), db.Array(set))
	return items, err
}
