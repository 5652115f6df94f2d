package exam

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/db"
)

func firstPaper() []Sat {
	return []Sat{{1, 2, 200, 0}, {1, 4, 200, 200}, {2, 3, 200, 200}, {3, 3, 300, 100}}
}

func ids(slots []PaperSlot) []VersionID {
	out := make([]VersionID, len(slots))
	for i, s := range slots {
		out[i] = s.VersionID
	}
	slices.Sort(out)
	return out
}

// rule:C53 rule:N03 key questions at the first paper's points, unseen before seen, and it says when it had to repeat.
func TestDrawRetake(t *testing.T) {
	pool := []PoolItem{
		item(1, "single", 3, true, 1), item(2, "single", 3, true, 2), item(3, "single", 3, true, 3), // unseen key questions
		item(4, "single", 3, true, 1), item(5, "single", 3, true, 9), // seen · another point
		item(6, "single", 3, false, 1), item(7, "single", 3, false, 2), // not 重点
	}
	seen := map[int64]bool{4: true, 7: true}
	for _, c := range []struct {
		name              string
		count             int
		keyOnly           bool
		pool              []PoolItem
		want              []VersionID
		repeated, without []VersionID
	}{
		{"enough unseen", 3, true, pool, []VersionID{1, 2, 3}, nil, nil},
		{"must repeat and says so", 4, true, pool, []VersionID{1, 2, 3, 4}, []VersionID{4}, nil},
		{"never beyond the key questions", 9, true, pool, []VersionID{1, 2, 3, 4}, []VersionID{4}, nil},
		{"no key question at all", 2, true, pool[5:], []VersionID{6, 7}, []VersionID{7}, []VersionID{6, 7}},
		{"after retraining any question", 5, false, pool, []VersionID{1, 2, 3, 4, 6}, []VersionID{4}, nil},
		{"an empty bank", 5, true, nil, []VersionID{}, nil, nil},
	} {
		d := DrawRetake(seeded(5), RetakeRule{Count: c.count, KeyOnly: c.keyOnly}, firstPaper(), c.pool, seen)
		if c.keyOnly && !slices.Equal(ids(d.Slots), c.want) || !c.keyOnly && len(d.Slots) != c.count {
			t.Errorf("%s: drew %v, want %v", c.name, ids(d.Slots), c.want)
		}
		if c.keyOnly && (!slices.Equal(d.Repeated, c.repeated) || !slices.Equal(d.NotKey, c.without)) {
			t.Errorf("%s: repeated %v, not key %v", c.name, d.Repeated, d.NotKey)
		}
	}
}

func TestDrawRetakePrefersWhatWasLost(t *testing.T) {
	var pool []PoolItem
	for n := range int64(60) {
		pool = append(pool, item(n+1, "single", 1+int(n)%5, true, TopicID(1+n%2)))
	}
	lost, kept := 0, 0
	for seed := range uint64(50) {
		d := DrawRetake(seeded(seed), RetakeRule{Count: 10, KeyOnly: true}, []Sat{{1, 3, 100, 0}, {2, 3, 100, 100}}, pool, nil)
		for _, s := range d.Slots {
			it := pool[s.VersionID-1]
			if it.TopicIDs[0] == 1 {
				lost++
			} else {
				kept++
			}
			if it.Difficulty < 2 || it.Difficulty > 4 {
				t.Fatalf("difficulty %d though six of difficulty 3 fit", it.Difficulty)
			}
		}
	}
	if lost < 3*kept || kept == 0 {
		t.Fatalf("%d questions at the lost point, %d at the other: the weights are 4 and 1", lost, kept)
	}
}

func TestDrawRetakeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pool []PoolItem
		seen := map[int64]bool{}
		for n := range rapid.IntRange(0, 30).Draw(t, "pool") {
			pool = append(pool, item(int64(n+1), "single", rapid.IntRange(1, 5).Draw(t, "difficulty"), rapid.Bool().Draw(t, "key"), TopicID(rapid.IntRange(1, 5).Draw(t, "topic"))))
			seen[int64(n+1)] = rapid.Bool().Draw(t, "seen")
		}
		count := rapid.IntRange(1, 10).Draw(t, "count")
		d := DrawRetake(seeded(rapid.Uint64().Draw(t, "seed")), RetakeRule{Count: count, KeyOnly: true}, firstPaper(), pool, seen)
		drawn := ids(d.Slots)
		if len(drawn) > count || len(slices.Compact(slices.Clone(drawn))) != len(drawn) {
			t.Fatalf("drew %v", drawn)
		}
		unseenKeysLeft := false
		for _, it := range pool {
			took := slices.Contains(drawn, it.VersionID)
			if took && (it.TopicIDs[0] > 3 || seen[it.QuestionID] != slices.Contains(d.Repeated, it.VersionID) || it.Key == slices.Contains(d.NotKey, it.VersionID)) {
				t.Fatalf("%+v should not be there unsaid", it)
			}
			unseenKeysLeft = unseenKeysLeft || !took && it.Key && !seen[it.QuestionID] && it.TopicIDs[0] <= 3
		}
		if unseenKeysLeft && (len(d.Repeated) > 0 || len(d.NotKey) > 0 || len(drawn) < count) {
			t.Fatal("repeated or left out although an unseen key question was there")
		}
	})
}

func TestRetakeCount(t *testing.T) {
	for n, want := range map[int]int{1: 1, 4: 4, 10: 10, 12: 10, 20: 10, 21: 11, 50: 25} {
		if got := RetakeCount(n); got != want {
			t.Errorf("RetakeCount(%d) = %d, want %d", n, got, want)
		}
	}
}

// rule:N03 each question of a retake says why it is there: the point and what was lost at it, like difficulty, unseen or the bank
// has no other.
func TestRetakeSaysWhy(t *testing.T) {
	pool := []PoolItem{item(1, "single", 3, true, 1), item(2, "single", 5, true, 2), item(3, "single", 3, false, 3)}
	pool[1].Uses = 4
	first := []Sat{{1, 2, 200, 0}, {1, 4, 200, 100}, {2, 4, 200, 200}}
	d := DrawRetake(seeded(1), RetakeRule{Count: 3, KeyOnly: true}, first, pool, map[int64]bool{2: true})
	why := map[VersionID]Reason{}
	for _, s := range d.Slots {
		why[s.VersionID] = s.Reason.V
	}
	if got, want := why[1], (Reason{Topic: 1, Lost: 2, Like: 3, Key: true}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, want := why[2], (Reason{Topic: 2, Like: 4, Key: true, Seen: true, Uses: 4}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	d = DrawRetake(seeded(1), RetakeRule{Count: 3, KeyOnly: true}, []Sat{{3, 2, 200, 0}}, pool, nil)
	if got, want := d.Slots[0].Reason.V, (Reason{Topic: 3, Lost: 1, Like: 2, NoKey: true}); len(d.Slots) != 1 || got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestRetakeTakesNoRivalsAndTheLeastExposed(t *testing.T) {
	pool := []PoolItem{rivals(item(1, "single", 3, true, 1), 7), rivals(item(2, "single", 3, true, 1), 7), item(3, "single", 3, true, 1), item(4, "single", 3, true, 1)}
	pool[2].Uses = 9
	for seed := range uint64(20) {
		d := DrawRetake(seeded(seed), RetakeRule{Count: 2, KeyOnly: true}, []Sat{{1, 3, 100, 0}}, pool, nil)
		if drawn := ids(d.Slots); !slices.Equal(drawn, []VersionID{1, 4}) && !slices.Equal(drawn, []VersionID{2, 4}) {
			t.Fatalf("seed %d: %v", seed, drawn)
		}
	}
}

// rule:N03 a question that was edited since is none that a person has not seen: neither for a retake, nor for a paper that is drawn for
// the exam to which they are invited.
func TestANewVersionOfASeenQuestionIsSeen(t *testing.T) {
	c := newAnalysed(t, 4)
	paper := c.fourQuestions()
	c.sat(paper, twelve[:2], nil)
	next, err := c.CreateExam(c.ctx, c.staff, c.settings(), paper)
	must(t, err)
	_, err = c.Invite(c.ctx, c.staff, next, account.Audience{PersonIDs: []account.PersonID{1, 2, 3}})
	must(t, err)
	var ids []bank.QuestionID
	pool, err := c.questions.Pool(c.ctx, c.d, nil)
	must(t, err)
	for _, it := range pool.Items {
		ids = append(ids, bank.QuestionID(it.QuestionID))
	}
	plans, err := c.bank.PlanBulk(c.ctx, c.staff, bank.BulkEdit{Difficulty: 4}, ids)
	must(t, err)
	changed := make([]bank.Seen, len(plans))
	for i, p := range plans {
		changed[i] = p.Seen
	}
	_, err = c.bank.ApplyBulk(c.ctx, c.staff, bank.BulkEdit{Difficulty: 4}, changed)
	must(t, err)
	must(t, c.bank.Publish(c.ctx, c.staff, ids...))
	must(t, c.d.InTx(c.ctx, func(tx *db.Tx) error {
		after, err := c.questions.Pool(c.ctx, tx, nil)
		must(t, err)
		must(t, c.seenByInvited(c.ctx, tx, c.staff, next, &after))
		seen, err := c.seenBy(c.ctx, tx, []int64{1, 2, 3})
		must(t, err)
		for i, it := range after.Items {
			if it.VersionID == pool.Items[i].VersionID || it.Seen != 2 || !seen[1][it.QuestionID] || seen[3][it.QuestionID] {
				t.Errorf("version %d of question %d: seen %d times, by the first %v", it.VersionID, it.QuestionID, it.Seen, seen[1][it.QuestionID])
			}
		}
		return nil
	}))
}
