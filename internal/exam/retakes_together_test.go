package exam

import (
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

// fillBank publishes n questions at four points, one of which stands below another; two of three are 重点, and some are rivals.
func (c *clinic) fillBank(b *bank.Service, n int) {
	c.t.Helper()
	tree, err := b.Topics(c.ctx, c.staff)
	must(c.t, err)
	var topics []bank.TopicID
	for i, name := range []string{"光子嫩肤", "水光", "激光", "注射"} {
		parent := tree.Area(1 + i%2)
		if i == 3 {
			parent = topics[0]
		}
		id, err := b.CreateTopic(c.ctx, c.staff, parent, name)
		must(c.t, err)
		topics = append(topics, id)
	}
	questions := make([]bank.QuestionID, n)
	for i := range questions {
		questions[i], err = b.Create(c.ctx, c.staff, bank.Draft{TopicIDs: topics[i%4 : i%4+1], Question: questionbank.Question{
			Type: questionbank.Single, Stem: fmt.Sprintf("第 %d 题的正确说法是", i), Options: options("a", "b", "c", "d"),
			Key: questionbank.Key{Choices: []string{"b"}}, Explanation: secretWord, Difficulty: 1 + i%5, KeyQuestion: i%3 > 0,
		}})
		must(c.t, err)
	}
	must(c.t, b.Publish(c.ctx, c.staff, questions...))
	for i := 0; i+8 < n; i += 6 {
		_, err := b.CreateRivalSet(c.ctx, c.staff, []bank.QuestionID{questions[i], questions[i+4], questions[i+8]}, "同一问法")
		must(c.t, err)
	}
}

// failing is a clinic with the stored bank where so many people have failed an exam of two forms, every fourth by absence. The first three have
// sat another exam before.
func failing(t *testing.T, people, questions int) (*clinic, RoundID) {
	t.Helper()
	c, b := storedClinic(t, people)
	c.random = mathrand.NewChaCha8([32]byte{7})
	h := &heard{}
	c.OnRelease(h)
	c.fillBank(b, questions)
	if people >= 3 {
		c.sitAll(c.published(3, nil), 3, func(int) int { return 10 })
	}
	blueprint, err := c.CreateBlueprint(c.ctx, c.staff, Blueprint{Title: "季度", Rows: []BlueprintRow{{Section: "一", DifficultyMin: 1, DifficultyMax: 5, Count: 12, Points: score.Whole(10)}}})
	must(t, err)
	papers, _, short, err := c.DrawForms(c.ctx, c.staff, blueprint, "", 2)
	must(t, err)
	if len(short) > 0 {
		t.Fatalf("%+v", short)
	}
	id, err := c.CreateExam(c.ctx, c.staff, c.settings(), papers[0])
	must(t, err)
	var who account.Audience
	for n := range people {
		who.PersonIDs = append(who.PersonIDs, account.PersonID(n+1))
	}
	_, err = c.Invite(c.ctx, c.staff, id, who)
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	c.sitAll(id, people, func(person int) int { return person % 7 })
	c.clock.Advance(2*time.Hour + DrainAllowance)
	for range 1 + people/dueBatch {
		c.due()
	}
	_, err = c.Release(c.ctx, c.staff, id)
	must(t, err)
	return c, h.released[len(h.released)-1].RoundID
}

// sitAll lets people sit, each with so many right answers; every fourth stays away.
func (c *clinic) sitAll(id ExamID, people int, right func(person int) int) {
	c.t.Helper()
	for person := 1; person <= people; person++ {
		if person%4 == 0 {
			continue
		}
		sheet := c.begin(id, person)
		c.answer(sheet, person, right(person))
		c.submit(sheet, person)
	}
}

// again are people with closes of their own.
func (c *clinic) again(people ...int) []SitsAgain {
	out := make([]SitsAgain, len(people))
	for i, person := range people {
		out[i] = SitsAgain{PersonID: account.PersonID(person), ClosesAt: c.clock.Now().Add(time.Duration(48+person%5) * time.Hour)}
	}
	return out
}

// openedRetakes is all that stands of the retakes of a round, but for numbers that the database gives.
const openedRetakes = `SELECT coalesce(string_agg(kind || ' ' || line, E'\n' ORDER BY kind, line), '') FROM (
	SELECT 'paper' AS kind, concat_ws(' ', row_number() OVER (ORDER BY p.id), p.person_id, p.title, p.seed, p.total_hundredths, p.notes, p.created_by, p.created_at,
		(SELECT string_agg(concat_ws(',', s.slot, s.section, s.version_id, s.points_hundredths, s.reason), ';' ORDER BY s.slot) FROM paper_slot s WHERE s.paper_id = p.id)) AS line
	FROM paper p WHERE p.person_id IS NOT NULL
	UNION ALL SELECT 'use', concat_ws(' ', version_id, count(*)) FROM question_usage GROUP BY version_id
	UNION ALL SELECT 'place', concat_ws(' ', row_number() OVER (ORDER BY c.id), c.person_id, c.state, c.opens_at, c.closes_at, c.invited_by, c.created_at, p.person_id)
	FROM candidate c JOIN exam e ON e.id = c.exam_id JOIN paper p ON p.id = c.paper_id WHERE e.kind = 'retake'
	UNION ALL SELECT 'exam', concat_ws(' ', title, state, sitting_no, opens_at, closes_at, limit_seconds, seed, release, bands_version_id, integrity) FROM exam WHERE kind = 'retake'
	UNION ALL SELECT 'audit', concat_ws(' ', row_number() OVER (ORDER BY id), actor, act, body::jsonb #- '{facts,paper_id}') FROM audit_event WHERE act = 'exam.open_retake'
) x`

var errTakenBack = errors.New("taken back")

// opened is what opening makes of the round with the seed; nothing of it stays.
func (c *clinic) opened(seed [32]byte, open func(tx *db.Tx) error) (text string) {
	c.t.Helper()
	c.random = mathrand.NewChaCha8(seed)
	err := c.d.InTx(c.ctx, func(tx *db.Tx) error {
		must(c.t, open(tx))
		must(c.t, tx.SQLTx().QueryRow(openedRetakes).Scan(&text))
		return errTakenBack
	})
	if !errors.Is(err, errTakenBack) {
		c.t.Fatal(err)
	}
	return text
}

// rule:C53 rule:N03 retakes that are opened together are those that would have been opened one after the other: the same papers with the same
// reasons, where who comes later is asked less of what was just asked of others, the same places, exam and audit.
func TestRetakesTogetherAreThoseOneAfterTheOther(t *testing.T) {
	const people = 9
	c, round := failing(t, people, 48)
	rapid.Check(t, func(rt *rapid.T) {
		seed := [32]byte{byte(rapid.IntRange(0, 255).Draw(rt, "seed"))}
		all := make([]int, people)
		for i := range all {
			all[i] = i + 1
		}
		list := c.again(rapid.Permutation(all).Draw(rt, "order")[:rapid.IntRange(1, people).Draw(rt, "people")]...)
		before := rapid.IntRange(0, len(list)).Draw(rt, "opened before")
		first := func(tx *db.Tx) error {
			if before == 0 {
				return nil
			}
			_, err := c.OpenRetakes(c.ctx, tx, round, tx.Now(), list[:before])
			return err
		}
		single := c.opened(seed, func(tx *db.Tx) error {
			for _, p := range list {
				if _, err := c.OpenRetakes(c.ctx, tx, round, tx.Now(), []SitsAgain{p}); err != nil {
					return err
				}
			}
			return nil
		})
		together := c.opened(seed, func(tx *db.Tx) error {
			if err := first(tx); err != nil {
				return err
			}
			_, err := c.OpenRetakes(c.ctx, tx, round, tx.Now(), append(list, list[0])) // whoever is named twice, or has one, gets no other
			return err
		})
		if single == "" || single != together {
			rt.Fatalf("one after the other:\n%s\ntogether:\n%s", single, together)
		}
	})
}

// The retakes of 1, 10 and 100 people are as many statements. What is recorded of them in the audit runs under no name: like all that is written
// of them it is one statement, which the numbers of the commands tell.
func TestManyRetakesTakeAsManyStatementsAsOne(t *testing.T) {
	c, round := failing(t, 100, 48)
	names := map[int][]string{}
	for _, n := range []int{1, 10, 100} {
		people := make([]int, n)
		for i := range people {
			people[i] = i + 1
		}
		ctx, tally := db.WithTally(c.ctx)
		began := time.Now()
		err := c.d.InTx(ctx, func(tx *db.Tx) error {
			_, err := c.OpenRetakes(ctx, tx, round, tx.Now(), c.again(people...))
			must(t, err)
			for what, from := range map[string]string{
				"papers": `paper WHERE person_id IS NOT NULL`, "slots": `paper_slot`, "places": `candidate`, "uses": `question_usage`, "audit": `audit_event WHERE act = 'exam.open_retake'`,
			} {
				var rows, commands int
				must(t, tx.SQLTx().QueryRow(`SELECT count(*), count(DISTINCT x.command) FROM (SELECT r.cmin::text AS command FROM (SELECT cmin, xmin, * FROM `+from+`) r
					WHERE r.xmin::text = pg_current_xact_id_if_assigned()::xid::text) x`).Scan(&rows, &commands))
				if rows < n || commands != 1 {
					t.Errorf("of %d people %d %s were written by %d statements", n, rows, what, commands)
				}
			}
			return errTakenBack // each of them makes the exam
		})
		if !errors.Is(err, errTakenBack) {
			t.Fatal(err)
		}
		for _, r := range tally.Runs() {
			names[n] = append(names[n], r.Name)
		}
		t.Logf("%d people: %d statements, %v", n, len(names[n]), time.Since(began))
	}
	slices.Sort(names[100])
	for n, list := range names {
		if slices.Sort(list); len(list) != len(names[100]) || len(list) == 0 {
			t.Errorf("the retakes of %d people are %v, those of 100 %v", n, list, names[100])
		}
	}
}
