package bank_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
	"github.com/peikao/peikao/questionbank"
)

// colleague is a second person who may review.
func colleague(id account.PersonID) account.Viewer { return viewer(id, account.Professional) }

const goodCSV = "题型,题干,选项A,选项B,正确答案,知识点,解析\n单选题,甲题？,甲,乙,A,4/医疗广告,说明\n单选题,乙题？,甲,丙,B,4/医疗广告,说明\n判断题,丙题？,,,错,3/回访,说明\n"

func csvFile(name, text string) bank.File {
	return bank.File{Name: name, Data: strings.NewReader(text)}
}

func key(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		if len(e.Fields) > 0 {
			return e.Fields[0].Key
		}
		return e.Key
	}
	return fmt.Sprint(err)
}

func (b *stock) keyed(err error, want string) {
	b.Helper()
	if got := key(err); got != want {
		b.Errorf("%q (%v), want %q", got, err, want)
	}
}

// A version that was submitted is published by somebody who did not write at it, as it was seen, or goes back with a reason.
func TestReviewByASecondPerson(t *testing.T) {
	b := newStock(t)
	id := b.create("医疗广告发布前要审查吗？")
	b.keyed(b.s.Withdraw(ctx, b.trainer, id), "error.bank.not_in_review")
	b.keyed(b.s.Return(ctx, colleague(8), "改", bank.Seen{ID: id}), "error.bank.not_in_review")
	b.no(b.s.Submit(ctx, b.trainer, id))
	b.keyed(b.s.Submit(ctx, b.trainer, id), "error.bank.in_review")
	b.keyed(b.s.Publish(ctx, b.trainer, id), "error.bank.own_version")
	b.keyed(b.s.Return(ctx, b.trainer, "改", bank.Seen{ID: id}), "error.bank.own_version")
	b.keyed(b.s.Return(ctx, colleague(8), " ", bank.Seen{ID: id}), "error.bank.reason")
	if v, total, err := b.s.Waiting(ctx, colleague(8), page.New(1, 20)); err != nil || total != 1 || v[0].QuestionID != id || v[0].SubmittedAt == nil {
		t.Fatalf("%+v %d %v", v, total, err)
	}
	b.no(b.s.Return(ctx, colleague(8), "依据没有写条款", bank.Seen{ID: id, Base: base(b.detail(id).Editable())}))
	if d := b.detail(id).Editable(); d.State != bank.StateDraft || d.SubmittedAt != nil {
		t.Fatalf("%+v", d)
	}

	// A second writer is no second person either; an edit withdraws what was submitted.
	b.no(b.s.Submit(ctx, b.trainer, id))
	seen := bank.Seen{ID: id, Base: base(b.detail(id).Editable())}
	b.no(b.s.Edit(ctx, colleague(8), id, seen.Base, b.draft("医疗广告发布前须先审查吗？")))
	if d := b.detail(id).Editable(); d.State != bank.StateDraft || !d.Wrote("person:8") || !d.Wrote("person:7") || d.Wrote("person:9") {
		t.Fatalf("%+v", d)
	}
	b.no(b.s.Submit(ctx, b.trainer, id))
	b.keyed(b.s.Publish(ctx, colleague(8), id), "error.bank.own_version")
	b.keyed(b.s.Approve(ctx, colleague(9), seen), "error.bank.edited_meanwhile")
	seen.Base = base(b.detail(id).Editable())
	b.no(b.s.Approve(ctx, colleague(9), seen))
	done := b.detail(id)
	if v := done.Current(); v.State != bank.StatePublished || v.ReviewedBy != "person:9" || !v.Reviewed() || v.SubmittedAt == nil {
		t.Fatalf("%+v", v)
	}
	reviews, err := b.s.Reviews(ctx, b.trainer, done)
	b.no(err)
	var acts []string
	for _, r := range reviews {
		acts = append(acts, string(r.Act)+" "+r.Actor)
	}
	if got := strings.Join(acts, ", "); got != "approve person:9, submit person:7, withdraw person:8, submit person:7, return person:8, submit person:7" {
		t.Error(got)
	}
	if reviews[4].Note != "依据没有写条款" {
		t.Errorf("%+v", reviews[4])
	}
}

// The rule of one version, at its edges; the database holds the second person too.
func TestWhoMayPublish(t *testing.T) {
	b := newStock(t)
	for i, c := range []struct {
		policy    bool
		submitted bool
		by        account.Viewer
		want      string // the key of the refusal; "" = published
		reviewed  bool
	}{
		{false, false, b.trainer, "", false},
		{false, false, colleague(8), "", true},
		{false, true, b.trainer, "error.bank.own_version", false},
		{false, true, colleague(8), "", true},
		{true, false, b.trainer, "error.bank.own_version", false},
		{true, false, colleague(8), "", true},
		{true, true, b.trainer, "error.bank.own_version", false},
		{true, true, account.System(), "", true},
	} {
		b.no(b.s.AddReview(ctx, account.System(), bank.ReviewPolicy{SecondPerson: c.policy}, time.Time{}))
		b.clock.Advance(time.Second)
		id := b.create(fmt.Sprintf("第 %d 问？", i))
		if c.submitted {
			b.no(b.s.Submit(ctx, b.trainer, id))
		}
		err := b.s.Publish(ctx, c.by, id)
		if c.want != "" {
			b.keyed(err, c.want)
			continue
		}
		b.no(err)
		if v := b.detail(id).Current(); v.Reviewed() != c.reviewed {
			t.Errorf("case %d: reviewed %v", i, v.Reviewed())
		}
	}
	id := b.create("数据库也管这件事吗？")
	b.no(b.s.Submit(ctx, b.trainer, id))
	if _, err := b.db.SQL().ExecContext(ctx, "UPDATE question_version SET state = 'published', reviewed_by = 'person:7', published_at = $2 WHERE question_id = $1", id, b.db.Now()); err == nil || !strings.Contains(err.Error(), "question_version_second_person") {
		t.Errorf("the writer reviewed the own version past the program: %v", err)
	}
}

func (b *stock) imports(text string, c bank.Choice) (bank.ImportID, int) {
	b.Helper()
	id, err := b.s.PreviewImport(ctx, b.trainer, csvFile("题.csv", text))
	b.no(err)
	n, err := b.s.ApplyImport(ctx, b.trainer, id, c)
	b.no(err)
	return id, n
}

// An import is reviewed as one batch by another person, who says how; what moved since they looked is not approved.
func TestReviewOfAnImport(t *testing.T) {
	b := newStock(t)
	b.no(b.s.AddReview(ctx, account.System(), bank.ReviewPolicy{SecondPerson: true}, time.Time{}))
	b.clock.Advance(time.Second)
	preview, err := b.s.PreviewImport(ctx, b.trainer, csvFile("题.csv", goodCSV))
	b.no(err)
	_, err = b.s.ApplyImport(ctx, b.trainer, preview, bank.Choice{Publish: true})
	b.keyed(err, "error.bank.review_required")
	id, n := b.imports(goodCSV, bank.Choice{Review: true})
	if n < 2 {
		t.Fatal(n)
	}
	batches, err := b.s.Batches(ctx, colleague(8))
	b.no(err)
	batch, versions, err := b.s.Batch(ctx, colleague(8), id, page.New(1, 50))
	b.no(err)
	if len(batches) != 1 || batches[0].ImportID != id || batches[0].Waiting != n || batch.Waiting != n || len(versions) != n || batch.Imported != n {
		t.Fatalf("%+v %+v %d", batches, batch, len(versions))
	}
	say := bank.BatchReview{Waiting: batch.Waiting, Revisions: batch.Revisions, Looked: 1, Note: "每个知识点抽一道"}
	approve := func(v account.Viewer, r bank.BatchReview, want string) {
		t.Helper()
		_, err := b.s.ApproveBatch(ctx, v, id, r)
		b.keyed(err, want)
	}
	approve(b.trainer, say, "error.bank.own_import")
	unsaid := say
	unsaid.Note = ""
	approve(colleague(8), unsaid, "error.bank.reason")
	unsaid = say
	unsaid.Looked = n + 1
	approve(colleague(8), unsaid, "error.bank.batch_looked")
	unsaid.Looked = 0
	approve(colleague(8), unsaid, "error.bank.batch_looked")

	// The reviewer mends one question: it leaves the batch, and is another's to review.
	first := versions[0]
	d := bank.Draft{Question: first.Question(), TopicIDs: first.Topics()}
	d.Question.Stem += "（修订）"
	b.no(b.s.Edit(ctx, colleague(8), first.QuestionID, base(first), d))
	approve(colleague(8), say, "error.bank.batch_changed")
	b.no(b.s.Submit(ctx, b.trainer, first.QuestionID))
	approve(colleague(8), say, "error.bank.batch_changed") // as many as before, and not the same
	batch, _, err = b.s.Batch(ctx, colleague(8), id, page.New(1, 50))
	b.no(err)
	say.Revisions = batch.Revisions
	done, err := b.s.ApproveBatch(ctx, colleague(8), id, say)
	b.no(err)
	if done != n-1 || b.detail(first.QuestionID).Current().State != bank.StateInReview {
		t.Fatalf("%d of %d published, the reviewer's own is %s", done, n, b.detail(first.QuestionID).Current().State)
	}
	other := b.detail(versions[1].QuestionID)
	reviews, err := b.s.Reviews(ctx, b.trainer, other)
	b.no(err)
	if v := other.Current(); v.State != bank.StatePublished || !v.Reviewed() || *v.ImportID != id || len(reviews) != 1 || *reviews[0].Looked != 1 || reviews[0].Note != say.Note {
		t.Fatalf("%+v %+v", v, reviews)
	}
	if got := len(b.pool()); got != n-1 {
		t.Errorf("%d in the pool", got)
	}

	// Another import goes back whole.
	second, n := b.imports(strings.ReplaceAll(goodCSV, "？", "？？"), bank.Choice{Review: true})
	_, err = b.s.ReturnBatch(ctx, colleague(8), second, "")
	b.keyed(err, "error.bank.reason")
	back, err := b.s.ReturnBatch(ctx, colleague(8), second, "解析太短")
	b.no(err)
	if batch, _, _ := b.s.Batch(ctx, colleague(8), second, page.New(1, 50)); back != n || batch.Waiting != 0 {
		t.Errorf("%d of %d went back, %d wait", back, n, batch.Waiting)
	}
	_, err = b.s.ReturnBatch(ctx, colleague(8), second, "再退")
	b.keyed(err, "error.bank.batch_changed")
}

// What stays a draft when an import is submitted: nobody may approve what could not be published.
func TestImportedForReviewWithoutWhatCannotBePublished(t *testing.T) {
	b := newStock(t)
	q := b.draft("待核的题？")
	q.Question.Source.Status = questionbank.StatusUnverified
	created, err := b.s.Create(ctx, b.trainer, q)
	b.no(err)
	b.keyed(b.s.Submit(ctx, b.trainer, created), "error.bank.unverified")
	q.Question.Stem, q.Question.KnowledgePoints = "另一道待核的题？", []string{"4/医疗广告"}
	sound := b.draft("核过的题？").Question
	sound.KnowledgePoints = q.Question.KnowledgePoints
	var file bytes.Buffer
	for _, one := range []questionbank.Question{q.Question, sound} {
		line, err := json.Marshal(one)
		b.no(err)
		file.Write(append(line, '\n'))
	}
	sum, err := b.s.ImportFiles(ctx, b.trainer, []bank.File{{Name: "题.jsonl", Data: &file}}, bank.Choice{Review: true}, false)
	b.no(err)
	versions, total, err := b.s.Waiting(ctx, b.trainer, page.New(1, 20))
	b.no(err)
	batches, err := b.s.Batches(ctx, b.trainer)
	b.no(err)
	if sum.Imported != 2 || total != 0 || len(versions) != 0 || len(batches) != 1 || batches[0].Waiting != 1 || batches[0].Imported != 2 {
		t.Errorf("%+v, %d single, %+v", sum, total, batches)
	}
}
