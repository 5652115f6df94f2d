package exam

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/embedded"
	"github.com/peikao/peikao/internal/platform/embedded/s3child"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
	"github.com/peikao/peikao/questionbank"
)

const webm = "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"

func partOf(slot, part, ms int, sound string) RecordingPart {
	sum := sha256.Sum256([]byte(sound))
	return RecordingPart{
		Slot: slot, Recording: "abcdefghijklmnop", Part: part, Begins: strings.HasPrefix(sound, webm), MS: ms,
		SHA256: hex.EncodeToString(sum[:]), Sound: []byte(sound),
	}
}

// spokenBank asks half of its questions as spoken ones of at most 20 seconds.
type spokenBank struct{ memoryBank }

func (b spokenBank) Versions(ctx context.Context, x db.Q, ids []VersionID) (map[VersionID]Question, error) {
	out, err := b.memoryBank.Versions(ctx, x, ids)
	for id, q := range out {
		q.Type, q.Options, q.Seconds = questionbank.Spoken, nil, 20
		q.Key = questionbank.Key{Model: secretWord, Rubric: []questionbank.Criterion{{Text: "自报家门", Percent: 60}, {Text: "语速", Percent: 40}}}
		out[id] = q
	}
	return out, err
}

// newSpokenClinic has an exam of two spoken questions for people 1 and 2; 3 to 5 may mark.
func newSpokenClinic(t *testing.T) (*clinic, ExamID, *embedded.S3) {
	t.Helper()
	c := newClinic(t, 5)
	server, err := embedded.StartS3(c.ctx, embedded.S3Options{Dir: t.TempDir(), Serve: s3child.Serve})
	must(t, err)
	t.Cleanup(func() { _ = server.Stop(c.ctx) })
	files, err := objectstore.New(objectstore.Config{
		Endpoint: server.Endpoint(), Transport: server.Transport(), Bucket: "files", AccessKey: server.AccessKey(), SecretKey: server.SecretKey(), SameOrigin: true,
	})
	must(t, err)
	must(t, files.EnsureBucket(c.ctx))
	c.questions = spokenBank{newMemoryBank()}
	c.KeepMediaIn(files, pictureBank{newMemoryBank()})
	s := c.settings()
	s.Review = ReviewKeys
	id, err := c.CreateExam(c.ctx, c.staff, s, c.paperOf(2))
	must(t, err)
	_, err = c.Invite(c.ctx, c.staff, id, account.Audience{PersonIDs: []account.PersonID{1, 2}})
	must(t, err)
	must(t, c.Publish(c.ctx, c.staff, id))
	return c, id, server
}

func (c *clinic) part(sheet Sheet, person int, p RecordingPart) PartReply {
	c.t.Helper()
	reply, err := c.SavePart(c.ctx, examinee(person), sheet.AttemptID, sheet.Lease, p, c.clock.Now())
	must(c.t, err)
	return reply
}

func listened(t *testing.T, s *Sound, err error) string {
	t.Helper()
	must(t, err)
	defer s.Close()
	data, err := io.ReadAll(s)
	must(t, err)
	return string(data)
}

// A part that is acknowledged is the answer: it stands in the journal, comes back on any device, is handed in when nobody hands in, and
// is what the marker and, after the release, the person hears.
func TestSpokenAnswer(t *testing.T) {
	c, id, _ := newSpokenClinic(t)
	sheet := c.begin(id, 1)
	if sheet.Slots[0].Type != questionbank.Spoken || sheet.Slots[0].Seconds != 20 {
		t.Fatalf("%+v", sheet.Slots[0])
	}
	first := c.part(sheet, 1, partOf(1, 1, 5000, webm+"eins "))
	if first.Status != Saved || first.LastSeq != 1 || first.RemainingMS <= 0 {
		t.Fatalf("%+v", first)
	}
	again := c.part(sheet, 1, partOf(1, 1, 5000, webm+"eins "))
	if again.Status != Saved || again.LastSeq != 1 || !bytes.Equal(again.Response, first.Response) || !again.SavedAt.Equal(first.SavedAt) {
		t.Errorf("repeated: %+v", again)
	}
	second := c.part(sheet, 1, partOf(1, 2, 4000, "zwei"))
	third := c.part(sheet, 1, partOf(1, 3, 3000, webm+"drei"))
	if second.LastSeq != 2 || third.LastSeq != 3 {
		t.Errorf("%+v %+v", second, third)
	}
	other := c.second() // another process, which has nothing in memory
	other.questions, other.files = c.questions, c.files
	anew, err := other.Attempt(c.ctx, examinee(1), sheet.AttemptID, "phone")
	if err != nil || len(anew.Responses) != 1 || anew.Responses[0].Takes != 2 || third.Takes != 2 || first.Takes != 1 || !bytes.Equal(anew.Responses[0].Response, third.Response) || anew.LastSeq != 3 {
		t.Fatalf("%+v %v", anew.Responses, err)
	}
	if want := `{"recording":{"ms":12000,"name":"abcdefghijklmnop","parts":3,"sha256":"`; !strings.HasPrefix(string(third.Response), want) {
		t.Errorf("%s", third.Response)
	}
	sound, err := c.OpenRecording(c.ctx, examinee(1), sheet.AttemptID, 1, 1)
	if got := listened(t, sound, err); got != webm+"eins zwei" || sound.ContentType != "audio/webm" {
		t.Errorf("the own recording: %q", got)
	}
	for name, v := range map[string]account.Viewer{"the other examinee": examinee(2), "the staff, before the release": c.staff} {
		if _, err := c.OpenRecording(c.ctx, v, sheet.AttemptID, 1, 1); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}

	c.clock.Advance(3 * time.Hour)
	c.due()
	head := c.count(`SELECT count(*) FROM attempt WHERE state = 'submitted' AND answered = 1 AND submit_cause = 'deadline'`)
	if head != 1 {
		t.Fatalf("%d attempts are handed in", head)
	}
	if _, err := c.OpenRecording(c.ctx, examinee(1), sheet.AttemptID, 1, 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("handed in and not released: %v", err)
	}
	queues, err := c.MarkingQueues(c.ctx, marker(3), id)
	must(t, err)
	a, err := c.NextAnswer(c.ctx, marker(3), id, queues[0].VersionID)
	must(t, err)
	if len(a.Takes) != 2 || a.Takes[0].MS != 9000 || a.Takes[1].Bytes != int64(len(webm)+4) || a.Model != secretWord {
		t.Fatalf("%+v", a)
	}
	take2, err := c.OpenAnswer(c.ctx, marker(3), a.ID, 2)
	if got := listened(t, take2, err); got != webm+"drei" {
		t.Errorf("the marker hears %q", got)
	}
	if _, err := c.OpenAnswer(c.ctx, marker(3), a.ID, 3); !errs.Is(err, errs.NotFound) {
		t.Errorf("a third take: %v", err)
	}
	for name, v := range map[string]account.Viewer{"the own": marker(1), "who does not mark": examinee(2)} {
		if _, err := c.OpenAnswer(c.ctx, v, a.ID, 1); err == nil {
			t.Errorf("%s is opened", name)
		}
	}
	must(t, c.MarkAnswer(c.ctx, marker(3), a.ID, GivenMark{Parts: []int{100, 50}, Comment: "听清了"}))
	c.clock.Advance(time.Hour)
	_, err = c.Release(c.ctx, c.staff, id)
	must(t, err)
	r, err := c.Result(c.ctx, examinee(1), sheet.AttemptID)
	must(t, err)
	if len(r.Slots[0].Takes) != 2 || len(r.Slots[1].Takes) != 0 || r.Score != 800 {
		t.Errorf("%+v", r)
	}
	mine, err := c.OpenRecording(c.ctx, examinee(1), sheet.AttemptID, 1, 2)
	if got := listened(t, mine, err); got != webm+"drei" {
		t.Errorf("after the release: %q", got)
	}
	if _, err := c.OpenRecording(c.ctx, examinee(2), sheet.AttemptID, 1, 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("the other examinee: %v", err)
	}
}

// Recorded anew: the earlier recording counts until the first part of the other one is there, and stays as evidence; one taken back
// is no answer.
func TestRecordedAnew(t *testing.T) {
	c, id, _ := newSpokenClinic(t)
	sheet := c.begin(id, 1)
	c.part(sheet, 1, partOf(1, 1, 5000, webm+"eins"))
	fresh := partOf(1, 1, 2000, webm+"neu")
	fresh.Recording = "ponmlkjihgfedcba"
	c.part(sheet, 1, fresh)
	r, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{{2, 3, []byte(`null`)}}, c.clock.Now())
	if err != nil || r.Only() != Saved {
		t.Fatalf("%+v %v", r, err)
	}
	sound, err := c.OpenRecording(c.ctx, examinee(1), sheet.AttemptID, 1, 1)
	if got := listened(t, sound, err); got != webm+"neu" {
		t.Errorf("%q", got)
	}
	if n := c.count(`SELECT count(*) FROM journal WHERE slot = 1`); n != 2 {
		t.Errorf("%d changes", n)
	}
	r, err = c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{{1, 4, []byte(`null`)}}, c.clock.Now())
	if err != nil || r.Only() != Saved {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := c.OpenRecording(c.ctx, examinee(1), sheet.AttemptID, 1, 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("taken back: %v", err)
	}
	for n := range MaxRecordings - 2 {
		p := partOf(1, 1, 10, webm)
		p.Recording = fmt.Sprintf("recording%08d", n)
		c.part(sheet, 1, p)
	}
	p := partOf(1, 1, 10, webm)
	p.Recording = "onemoreonemoreone"
	if _, err := c.SavePart(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, p, c.clock.Now()); !errs.Is(err, errs.Conflict) {
		t.Errorf("one too many: %v", err)
	}
}

// Nobody names a recording: neither the own nor another's becomes an answer by a save, and a part reaches the own attempt alone.
func TestNoRecordingIsBorrowed(t *testing.T) {
	c, id, _ := newSpokenClinic(t)
	sheet, other := c.begin(id, 1), c.begin(id, 2)
	kept := c.part(sheet, 1, partOf(1, 1, 5000, webm+"fremd"))
	for name, at := range map[string]Sheet{"the own": sheet, "another's": other} {
		person := 1
		if name != "the own" {
			person = 2
		}
		r, err := c.Save(c.ctx, examinee(person), at.AttemptID, at.Lease, []Change{{1, 9, kept.Response}}, c.clock.Now())
		if err != nil || r.Only() != Invalid {
			t.Errorf("%s: %+v %v", name, r, err)
		}
	}
	if _, err := c.SavePart(c.ctx, examinee(2), sheet.AttemptID, sheet.Lease, partOf(1, 2, 5000, "mehr"), c.clock.Now()); !errs.Is(err, errs.NotFound) {
		t.Errorf("into another's attempt: %v", err)
	}
	second := partOf(1, 2, 5000, "mehr") // the same name in another attempt is another recording, which has no first part
	if _, err := c.SavePart(c.ctx, examinee(2), other.AttemptID, other.Lease, second, c.clock.Now()); !errs.Is(err, errs.Conflict) {
		t.Errorf("behind another's part: %v", err)
	}
	changed := partOf(1, 1, 5000, webm+"anders")
	if _, err := c.SavePart(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, changed, c.clock.Now()); !errs.Is(err, errs.Conflict) {
		t.Errorf("in the place of a kept part: %v", err)
	}
	if _, err := c.SavePart(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, partOf(7, 1, 5000, webm), c.clock.Now()); !errs.Is(err, errs.Invalid) {
		t.Errorf("at no question: %v", err)
	}
	sound, err := c.OpenRecording(c.ctx, examinee(1), sheet.AttemptID, 1, 1)
	if got := listened(t, sound, err); got != webm+"fremd" {
		t.Errorf("%q", got)
	}
}

// The clock, a pause, another page and the hand-in refuse a part as they refuse a save; what was kept before stays and is repeated.
func TestPartsThatComeTooLate(t *testing.T) {
	c, id, _ := newSpokenClinic(t)
	sheet := c.begin(id, 1)
	c.part(sheet, 1, partOf(1, 1, 5000, webm+"eins"))
	at := func(when time.Time, lease string) SaveStatus {
		t.Helper()
		reply, err := c.SavePart(c.ctx, examinee(1), sheet.AttemptID, lease, partOf(1, 2, 5000, "zwei"), when)
		must(t, err)
		return reply.Status
	}
	last := sheet.DeadlineAt.Add(60 * time.Second)
	if got := at(last.Add(time.Microsecond), sheet.Lease); got != Late {
		t.Errorf("after the grace: %s", got)
	}
	if got := at(c.clock.Now(), "1.another"); got != LostLease {
		t.Errorf("without the lease: %s", got)
	}
	over, err := c.TakeOver(c.ctx, examinee(1), sheet.AttemptID, Arrival{Client: "phone"})
	must(t, err)
	if got := at(c.clock.Now(), sheet.Lease); got != LostLease {
		t.Errorf("taken over: %s", got)
	}
	if reply := c.part(sheet, 1, partOf(1, 1, 5000, webm+"eins")); reply.Status != Saved {
		t.Errorf("a repetition under the lost lease: %+v", reply)
	}
	if got := at(last, over.Lease); got != Saved {
		t.Errorf("in the last moment: %s", got)
	}
	if n := c.count(`SELECT late_by_ms FROM journal WHERE slot = 1 ORDER BY epoch DESC, client_seq DESC LIMIT 1`); n != 60_000 {
		t.Errorf("late by %d ms", n)
	}
	c.submit(over, 1)
	reply, err := c.SavePart(c.ctx, examinee(1), sheet.AttemptID, over.Lease, partOf(1, 3, 5000, "drei"), c.clock.Now())
	if err != nil || reply.Status != Closed {
		t.Errorf("handed in: %+v %v", reply, err)
	}
	if n := c.count(`SELECT count(*) FROM attempt_evidence WHERE kind = 'recording'`); n != 4 {
		t.Errorf("%d refused parts are told", n)
	}
	if n := c.count(`SELECT count(*) FROM recording_part`); n != 2 {
		t.Errorf("%d parts", n)
	}
}

// Parts and saves at once, each part several times: every number is given once, and the answer is all of the parts.
func TestPartsAndSavesAtOnce(t *testing.T) {
	c, id, _ := newSpokenClinic(t)
	sheet := c.begin(id, 1)
	var all sync.WaitGroup
	for part := 1; part <= 5; part++ {
		sound := "weiter"
		if part == 1 {
			sound = webm
		}
		for range 4 {
			all.Go(func() {
				if _, err := c.SavePart(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, partOf(1, part, 1000, fmt.Sprint(sound, part)), c.clock.Now()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			_, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{{2, int64(100 * part), []byte(`null`)}}, c.clock.Now())
			if err != nil {
				t.Error(err)
			}
		})
		all.Wait()
	}
	if n := c.count(`SELECT count(*) FROM journal WHERE slot = 1`); n != 5 {
		t.Errorf("%d changes of five parts", n)
	}
	sound, err := c.OpenRecording(c.ctx, examinee(1), sheet.AttemptID, 1, 1)
	if got := listened(t, sound, err); got != webm+"1weiter2weiter3weiter4weiter5" {
		t.Errorf("%q", got)
	}
}

// While the object storage is away a part is not confirmed, other answers are, and the part comes later.
func TestPartsWithoutObjectStorage(t *testing.T) {
	c, id, server := newSpokenClinic(t)
	sheet := c.begin(id, 1)
	must(t, server.Stop(c.ctx))
	if _, err := c.SavePart(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, partOf(1, 1, 5000, webm), c.clock.Now()); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
	r, err := c.Save(c.ctx, examinee(1), sheet.AttemptID, sheet.Lease, []Change{{2, 1, []byte(`null`)}}, c.clock.Now())
	if err != nil || r.Only() != Saved {
		t.Errorf("%+v %v", r, err)
	}
	if n := c.count(`SELECT count(*) FROM recording_part`); n != 0 {
		t.Errorf("%d parts are kept without their sound", n)
	}
}

// Seeking crosses the parts: whatever is asked for is read from where it lies.
func TestSoundSeeks(t *testing.T) {
	c, id, _ := newSpokenClinic(t)
	sheet := c.begin(id, 1)
	whole := webm
	c.part(sheet, 1, partOf(1, 1, 1000, webm))
	for n, text := range []string{"abcdefghij", "k", "lmnopqrstuvw"} {
		c.part(sheet, 1, partOf(1, n+2, 1000, text))
		whole += text
	}
	sound, err := c.OpenRecording(c.ctx, examinee(1), sheet.AttemptID, 1, 1)
	must(t, err)
	defer sound.Close()
	if size, err := sound.Seek(0, io.SeekEnd); err != nil || size != int64(len(whole)) {
		t.Fatalf("%d bytes, %v", size, err)
	}
	for from := range len(whole) {
		for _, n := range []int{1, 5, len(whole)} {
			want := whole[from:min(from+n, len(whole))]
			if _, err := sound.Seek(int64(from), io.SeekStart); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(want))
			if _, err := io.ReadFull(sound, got); err != nil || string(got) != want {
				t.Errorf("%d from %d: %q, %v", n, from, got, err)
			}
		}
	}
	if _, err := sound.Seek(-1, io.SeekStart); err == nil {
		t.Error("sought before the start")
	}
}
