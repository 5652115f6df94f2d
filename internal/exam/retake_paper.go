package exam

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
)

// Sat is one question of the first paper as the person did it: where it stood, how hard it was and what was lost.
type Sat struct {
	TopicID    TopicID
	Difficulty int
	Points     score.Hundredths
	Mark       score.Hundredths
}

// RetakeRule says what to draw.
type RetakeRule struct {
	Count   int
	KeyOnly bool // C53: the retake takes 重点 questions; a re-exam after retraining takes any
	Section string
}

// RetakeDraw is a person's own paper and what has to be said about it (N03).
type RetakeDraw struct {
	Slots    []PaperSlot
	Repeated []VersionID // seen before, because the bank had no other
	NotKey   []VersionID // not 重点, because the bank had no 重点 question at these points
}

// RetakeCount is how many questions a retake of n has: the key part of the content (C53), at least ten where there were
// ten, never more than the first paper.
func RetakeCount(n int) int { return max((n+1)/2, min(n, 10)) }

// DrawRetake draws a person's paper for a retake or re-exam (C53, N03): questions at the first paper's knowledge points,
// points where more was lost first and more often, of like difficulty. Questions that the person has seen, in whichever version, come only
// when there is no other of that kind, and then Repeated names them. Of equally like questions the least exposed goes first, and no
// two rivals stand together. Each slot's reason says why it is there. Questions that people mark come only when there is no other at all: a
// retake's result is not to wait for markers. With KeyOnly other questions come only when there is no
// 重点 question at all. Every slot is worth the first paper's average. seen holds the questions of all the person's
// attempts. The same random source draws the same paper.
func DrawRetake(random *rand.Rand, rule RetakeRule, first []Sat, pool []PoolItem, seen map[int64]bool) RetakeDraw {
	byPeople, itself := partition(shuffled(random, pool), PoolItem.byPeople)
	out := drawRetake(random, rule, first, itself, seen)
	if len(out.Slots) == 0 {
		return drawRetake(random, rule, first, byPeople, seen)
	}
	return out
}

// drawnAgain is one of many people who are to sit a round again.
type drawnAgain struct {
	seed  int64
	first []Sat
	seen  map[int64]bool // questions
	pool  int            // which of the pools
}

// drawRetakes draws the papers of people one after the other, for each as many questions as RetakeCount says. What one paper takes has been
// taken once more when the next one is drawn, as if each were frozen first; that stands in the pools afterwards. The pools hold the
// same version of a question. It ends with whoever gets no question at all.
func drawRetakes(rule RetakeRule, pools [][]PoolItem, people []drawnAgain) []RetakeDraw {
	at := map[VersionID][]*PoolItem{}
	for _, pool := range pools {
		for i := range pool {
			at[pool[i].VersionID] = append(at[pool[i].VersionID], &pool[i])
		}
	}
	out := make([]RetakeDraw, 0, len(people))
	for _, p := range people {
		rule.Count = RetakeCount(len(p.first))
		draw := DrawRetake(generator(p.seed, 0), rule, p.first, pools[p.pool], p.seen)
		out = append(out, draw)
		if len(draw.Slots) == 0 {
			break
		}
		for _, slot := range draw.Slots {
			for _, item := range at[slot.VersionID] {
				item.Uses++
			}
		}
	}
	return out
}

// drawRetake draws from items in their order.
func drawRetake(random *rand.Rand, rule RetakeRule, first []Sat, items []PoolItem, seen map[int64]bool) RetakeDraw {
	d := retakeDraw{random: random, rule: rule, lost: lostAt(first), used: map[int64]bool{}, rivals: map[int64]bool{}}
	d.difficulty, d.points = likeness(first)
	keys, others := partition(items, func(i PoolItem) bool { return i.Key })
	if !rule.KeyOnly {
		keys, others = items, nil
	}
	repeated, fresh := partition(keys, func(i PoolItem) bool { return seen[i.QuestionID] })
	d.take(fresh, Reason{})
	d.out.Repeated = d.take(repeated, Reason{Seen: true})
	if len(d.out.Slots) == 0 {
		repeated, fresh = partition(others, func(i PoolItem) bool { return seen[i.QuestionID] })
		d.out.NotKey = d.take(fresh, Reason{NoKey: true})
		d.out.Repeated = d.take(repeated, Reason{NoKey: true, Seen: true})
		d.out.NotKey = append(d.out.NotKey, d.out.Repeated...)
	}
	return d.out
}

type retakeDraw struct {
	random     *rand.Rand
	rule       RetakeRule
	lost       map[TopicID]int // questions of the first paper at which something was lost, by point
	difficulty map[TopicID]int
	points     score.Hundredths
	used       map[int64]bool // questions
	rivals     map[int64]bool // sets of rivals of which one is taken
	out        RetakeDraw
}

// take moves items into the paper until it is full or none fits, and returns what it took; why is what all of them have in
// common.
func (d *retakeDraw) take(items []PoolItem, why Reason) []VersionID {
	byTopic := map[TopicID][]PoolItem{}
	for _, item := range items {
		if topic, ok := d.topicOf(item); ok {
			byTopic[topic] = append(byTopic[topic], item)
		}
	}
	for topic, list := range byTopic {
		// Like difficulty first, then the least exposed; equal ones keep the drawn order.
		slices.SortStableFunc(list, func(a, b PoolItem) int {
			return cmp.Or(distance(a.Difficulty, d.difficulty[topic])-distance(b.Difficulty, d.difficulty[topic]), a.Uses-b.Uses)
		})
	}
	var taken []VersionID
	for len(d.out.Slots) < d.rule.Count {
		topic, ok := d.drawTopic(byTopic)
		if !ok {
			break
		}
		item := byTopic[topic][0]
		byTopic[topic] = byTopic[topic][1:]
		if d.used[item.QuestionID] || slices.ContainsFunc(item.Rivals, func(set int64) bool { return d.rivals[set] }) {
			continue
		}
		d.used[item.QuestionID] = true
		for _, set := range item.Rivals {
			d.rivals[set] = true
		}
		taken = append(taken, item.VersionID)
		d.out.Slots = append(d.out.Slots, PaperSlot{
			Slot: len(d.out.Slots) + 1, Section: d.rule.Section, VersionID: item.VersionID, Points: d.points, Reason: db.JSONOf(d.reason(item, topic, why)),
		})
	}
	return taken
}

func (d *retakeDraw) reason(item PoolItem, topic TopicID, why Reason) Reason {
	why.Topic, why.Lost, why.Like, why.Uses, why.Key = topic, d.lost[topic], d.difficulty[topic], item.Uses, item.Key
	return why
}

// topicOf is the item's knowledge point among the first paper's, the one with most lost when there are several.
func (d *retakeDraw) topicOf(item PoolItem) (TopicID, bool) {
	best, found := TopicID(0), false
	for _, id := range item.TopicIDs {
		if n, ok := d.lost[id]; ok && (!found || n > d.lost[best] || n == d.lost[best] && id < best) {
			best, found = id, true
		}
	}
	return best, found
}

// drawTopic draws one of the points that still have items, by weight.
func (d *retakeDraw) drawTopic(byTopic map[TopicID][]PoolItem) (TopicID, bool) {
	var topics []TopicID
	sum := 0
	for id, list := range byTopic {
		if len(list) > 0 {
			topics, sum = append(topics, id), sum+weight(d.lost[id])
		}
	}
	if len(topics) == 0 {
		return 0, false
	}
	slices.Sort(topics)
	n := d.random.IntN(sum)
	for _, id := range topics {
		if n -= weight(d.lost[id]); n < 0 {
			return id, true
		}
	}
	return topics[len(topics)-1], true
}

// weight gives a point 1 for being on the paper and 3 more for every question at which something was lost.
func weight(lost int) int { return 1 + 3*lost }

// lostAt are the points of the first paper, each with the number of questions at which something was lost.
func lostAt(first []Sat) map[TopicID]int {
	lost := map[TopicID]int{}
	for _, s := range first {
		lost[s.TopicID] += 0
		if s.Mark < s.Points {
			lost[s.TopicID]++
		}
	}
	return lost
}

// likeness is the mean difficulty at each point and the mean worth of a slot, both rounded down.
func likeness(first []Sat) (map[TopicID]int, score.Hundredths) {
	sum, n := map[TopicID]int{}, map[TopicID]int{}
	var points score.Hundredths
	for _, s := range first {
		sum[s.TopicID] += s.Difficulty
		n[s.TopicID]++
		points += s.Points
	}
	for id := range sum {
		sum[id] /= n[id]
	}
	if len(first) == 0 {
		return sum, score.Whole(1)
	}
	return sum, max(1, points/score.Hundredths(len(first)))
}

// shuffled are the items in a drawn order; the pool's own must not matter to what a seed draws.
func shuffled(random *rand.Rand, pool []PoolItem) []PoolItem {
	items := slices.Clone(inOrder(pool))
	random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	return items
}

func partition(items []PoolItem, in func(PoolItem) bool) (yes, no []PoolItem) {
	for _, item := range items {
		if in(item) {
			yes = append(yes, item)
		} else {
			no = append(no, item)
		}
	}
	return yes, no
}

func distance(a, b int) int { return max(a-b, b-a) }
