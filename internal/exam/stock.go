package exam

// StockClass is how many published questions a blueprint cannot tell apart: the same facts, and the same rows ask for their
// knowledge points.
type StockClass struct {
	Type       string
	Difficulty int
	Key        bool  // 重点
	Rows       int64 // bit r: row r names one of their points or a point above
	Questions  int
}

// lackOf says what a paper from this stock would lack, as Draw does for the questions themselves. A class counts for as many
// questions as a paper has slots at most: more of the same kind change nothing, and the bank may be large.
func lackOf(b Blueprint, stock []StockClass) []Shortage {
	asked := b
	asked.Rows = make([]BlueprintRow, len(b.Rows))
	for r, row := range b.Rows {
		if len(row.TopicIDs) > 0 {
			row.TopicIDs = []TopicID{TopicID(r)} // the row itself stands for its points
		}
		asked.Rows[r] = row
	}
	var pool []PoolItem
	fit := make([]int, len(b.Rows))
	for _, class := range stock {
		item := class.item(len(b.Rows))
		for r, row := range asked.Rows {
			if row.Fits(item) {
				fit[r] += class.Questions
			}
		}
		for range min(class.Questions, b.Slots()) {
			item.VersionID, item.QuestionID = VersionID(len(pool)+1), int64(len(pool)+1)
			pool = append(pool, item)
		}
	}
	_, short := Draw(generator(1, 0), asked, pool)
	for i := range short {
		if short[i].Row >= 0 {
			short[i].Fit = fit[short[i].Row]
		}
	}
	return short
}

// item is a question of the class whose knowledge points are the rows that ask for it.
func (c StockClass) item(rows int) PoolItem {
	item := PoolItem{Type: c.Type, Difficulty: c.Difficulty, Key: c.Key}
	for r := range rows {
		if c.Rows&(1<<r) != 0 {
			item.TopicIDs = append(item.TopicIDs, TopicID(r))
		}
	}
	return item
}
