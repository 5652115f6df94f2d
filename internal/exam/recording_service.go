package exam

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// PartReply answers a part. Only a Saved one is kept, and is a change of its slot from then on: the answer up to this part.
type PartReply struct {
	Status      SaveStatus
	Response    json.RawMessage // what the slot's answer is now
	SavedAt     time.Time
	LastSeq     int64
	DeadlineAt  time.Time
	RemainingMS int64
	News        int
	Takes       int // the files that the recording consists of
	lateBy      int64
}

// SavePart takes one part of a spoken answer, of the lease's holder. It returns Saved only when the sound stands in the object storage
// and the commit with the answer that it makes is durable; a repetition of a kept part gets the same answer. What the clock, the lease or
// the hand-in refuse is refused as a save is, with the fact of it as evidence and without the sound. receivedAt is the moment of the
// request's first byte. Errors: NotFound for another person's attempt; Invalid for a slot without a spoken answer, for what is no
// sound or too long; Conflict with next_part for a part that does not follow the kept ones, and for the last of MaxRecordings; Unavailable
// "not confirmed" or while the object storage is away: the page keeps the part and sends it again.
func (s *Service) SavePart(ctx context.Context, v account.Viewer, id AttemptID, lease string, p RecordingPart, receivedAt time.Time) (PartReply, error) {
	if err := v.Require(account.ExamSit); err != nil {
		return PartReply{}, err
	}
	known, err := s.sheet(ctx, v, id)
	if err != nil {
		return PartReply{}, err
	}
	if _, ok := known.spoken[p.Slot]; !ok {
		return PartReply{}, Invalid.Refusal()
	}
	if err := p.check(); err != nil {
		return PartReply{}, err
	}
	if reply, settled, err := s.judgePart(ctx, v, id, lease, p, known, receivedAt); err != nil || settled {
		return reply, err
	}
	// A part that is refused from here on leaves its sound behind, named by no row: taking it away could meet a repetition that was kept.
	object := objectOf(id, p.Recording, p.Part, p.SHA256)
	if err := s.files.Put(ctx, object, bytes.NewReader(p.Sound), int64(len(p.Sound)), "application/octet-stream"); err != nil {
		return PartReply{}, err
	}
	return s.keepPart(ctx, v, id, lease, p, known, receivedAt)
}

// judgePart decides what needs no sound: a repetition and a refusal. settled is false for a part that may be kept.
func (s *Service) judgePart(ctx context.Context, v account.Viewer, id AttemptID, lease string, p RecordingPart, known *sheet, at time.Time) (reply PartReply, settled bool, err error) {
	err = s.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		var row partRow
		row, reply, err = s.holdPart(ctx, tx, v, id, lease, p, known, at)
		settled = row.Part == 0
		return err
	})
	return reply, settled, s.noteRefused(ctx, v, id, lease, p, reply, at, err)
}

// keepPart decides again, because the sound took its time, and keeps it.
func (s *Service) keepPart(ctx context.Context, v account.Viewer, id AttemptID, lease string, p RecordingPart, known *sheet, at time.Time) (reply PartReply, err error) {
	err = s.db.InTx(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		row, was, err := s.holdPart(ctx, tx, v, id, lease, p, known, at)
		reply = was
		if err != nil || row.Part == 0 {
			return err
		}
		kept, err := s.partsOf(ctx, tx, id, p.Recording)
		if err != nil {
			return err
		}
		if reply.Response, err = recordingOf(append(kept, row)).MarshalJSON(); err != nil {
			return err
		}
		reply.Status, reply.SavedAt, reply.Takes = Saved, at, row.Take
		return s.store.Get(ctx, tx, &reply.LastSeq, "recording_part_insert", int64(id), row.Recording, row.Part, row.Slot, row.Take, row.ContentType,
			row.Bytes, row.MS, row.SHA256, at, lease, reply.lateBy, string(reply.Response), row.HeardMS, row.Meter)
	})
	return reply, s.noteRefused(ctx, v, id, lease, p, reply, at, err)
}

// holdPart holds the attempt and decides on a part: the row to keep, or with a zero row a reply that is settled.
func (s *Service) holdPart(ctx context.Context, tx *db.Tx, v account.Viewer, id AttemptID, lease string, p RecordingPart, known *sheet, at time.Time) (partRow, PartReply, error) {
	var a attemptFacts
	if err := s.store.Get(ctx, tx, &a, "attempt_facts", int64(id), int64(v.PersonID)); err != nil {
		return partRow{}, PartReply{}, err
	}
	a.DeadlineAt = a.DeadlineAt.UTC()
	reply := PartReply{LastSeq: a.LastSeq, DeadlineAt: a.DeadlineAt, RemainingMS: remaining(a.DeadlineAt, a.PausedAt, tx.Now()), News: a.News}
	if a.PausedAt == nil {
		reply.lateBy = LateByMS(a.DeadlineAt, at)
	}
	kept, err := s.partsOf(ctx, tx, id, p.Recording)
	if err != nil {
		return partRow{}, reply, err
	}
	again, err := p.repeats(kept)
	if err != nil {
		return partRow{}, reply, err
	}
	if again {
		reply.Status, reply.SavedAt, reply.Takes = Saved, kept[p.Part-1].ReceivedAt.UTC(), kept[len(kept)-1].Take
		if reply.Response, err = recordingOf(kept).MarshalJSON(); err != nil {
			return partRow{}, reply, err
		}
		return partRow{}, reply, s.store.One(ctx, tx, "attempt_confirm", int64(id)) // it may stand here and on no standby yet (decision 15)
	}
	reply.Status = outside(sectionAt(known.sections, p.Slot), a.Section)
	if reply.Status == "" {
		reply.Status = a.refusal(lease, at)
	}
	if reply.Status != "" {
		return partRow{}, reply, nil
	}
	if len(kept) == 0 {
		var n int
		if err := s.store.Get(ctx, tx, &n, "recordings_counted", int64(id), p.Slot); err != nil {
			return partRow{}, reply, err
		}
		if n >= MaxRecordings {
			return partRow{}, reply, errs.New(errs.Conflict, "error.exam.recordings_many", "n", MaxRecordings)
		}
	}
	row, err := p.follows(kept, known.spoken[p.Slot], at)
	return row, reply, err
}

// refusal is why a part is not taken, or a section not left, "" when nothing speaks against it: the same that speaks against a save.
func (a attemptFacts) refusal(lease string, receivedAt time.Time) SaveStatus {
	switch {
	case a.State != AttemptOpen:
		return Closed
	case a.PausedAt != nil && !Accepts(*a.PausedAt, a.GraceSeconds, receivedAt):
		return Paused
	case !Accepts(a.DeadlineAt, a.GraceSeconds, receivedAt):
		return Late
	case a.Lease != lease:
		return LostLease
	}
	return ""
}

// noteRefused keeps that a part came too late or from a page that no longer held the attempt. err goes before everything.
func (s *Service) noteRefused(ctx context.Context, v account.Viewer, id AttemptID, lease string, p RecordingPart, reply PartReply, at time.Time, err error) error {
	if err != nil || !reply.Status.evidenced() {
		return err
	}
	return s.keep(ctx, v, id, []evidence{{kind: KindRecording, body: map[string]any{
		"status": reply.Status, "epoch": epochOf(lease), "slot": p.Slot, "recording": p.Recording, "part": p.Part, "length_ms": p.MS, "sha256": p.SHA256,
	}}}, at)
}

func (s *Service) partsOf(ctx context.Context, x db.Q, id AttemptID, recording string) ([]partRow, error) {
	var out []partRow
	err := s.store.Select(ctx, x, &out, "recording_parts", int64(id), recording)
	return out, err
}

// OpenAnswer is one take of the recording that a marker has to mark. Errors: NotFound for one's own and outside the viewer's part of
// the tree, as for the answer itself.
func (s *Service) OpenAnswer(ctx context.Context, v account.Viewer, id MarkTaskID, take int) (*Sound, error) {
	a, err := s.Answer(ctx, v, id)
	if err != nil {
		return nil, err
	}
	return s.openTake(ctx, a.attempt, a.Response, take)
}

// OpenRecording is one take of the recording at a slot: one's own while the attempt is open, and afterwards for whoever sees the answers
// in its released result. Errors: NotFound for everybody else.
func (s *Service) OpenRecording(ctx context.Context, v account.Viewer, id AttemptID, slot, take int) (*Sound, error) {
	response, err := s.recorded(ctx, v, id, slot)
	if err != nil {
		return nil, err
	}
	return s.openTake(ctx, id, response, take)
}

func (s *Service) takes(ctx context.Context, id AttemptID, r questionbank.Response) ([]Take, error) {
	if r.Recording.Parts == 0 {
		return nil, nil
	}
	kept, err := s.partsOf(ctx, s.db, id, r.Recording.Name)
	return takesOf(r.Recording, kept), err
}

// takesOfSlots are the files of the recordings among an attempt's answers, by slot.
func (s *Service) takesOfSlots(ctx context.Context, id AttemptID, spoken map[int]questionbank.Recording) (map[int][]Take, error) {
	if len(spoken) == 0 {
		return nil, nil
	}
	names := make([]string, 0, len(spoken))
	for _, r := range spoken {
		names = append(names, r.Name)
	}
	var rows []partRow
	if err := s.store.Select(ctx, s.db, &rows, "recordings_of_attempt", int64(id), db.Array(names)); err != nil {
		return nil, err
	}
	kept := map[string][]partRow{}
	for _, row := range rows {
		kept[row.Recording] = append(kept[row.Recording], row)
	}
	out := make(map[int][]Take, len(spoken))
	for slot, r := range spoken {
		out[slot] = takesOf(r, kept[r.Name])
	}
	return out, nil
}

// addTakes puts the files of recordings to the slots of a result that were spoken to.
func (s *Service) addTakes(ctx context.Context, out *Result) error {
	spoken := map[int]questionbank.Recording{}
	for _, slot := range out.Slots {
		if slot.Type != questionbank.Spoken {
			continue
		}
		if r, err := spokenAnswer(slot.Response); err == nil {
			spoken[slot.Slot] = r.Recording
		}
	}
	takes, err := s.takesOfSlots(ctx, out.AttemptID, spoken)
	for i := range out.Slots {
		out.Slots[i].Takes = takes[out.Slots[i].Slot]
	}
	return err
}

// countTakes puts the number of files to the recordings of a sheet.
func (s *Service) countTakes(ctx context.Context, sheet *Sheet) error {
	spoken := map[int]questionbank.Recording{}
	types := make(map[int]questionbank.Type, len(sheet.Slots))
	for _, slot := range sheet.Slots {
		types[slot.Slot] = slot.Type
	}
	for _, saved := range sheet.Responses {
		if types[saved.Slot] != questionbank.Spoken {
			continue
		}
		if r, err := spokenAnswer(saved.Response); err == nil {
			spoken[saved.Slot] = r.Recording
		}
	}
	takes, err := s.takesOfSlots(ctx, sheet.AttemptID, spoken)
	for i := range sheet.Responses {
		sheet.Responses[i].Takes = len(takes[sheet.Responses[i].Slot])
	}
	return err
}

// recorded is the spoken answer at a slot, as far as the viewer may know it.
func (s *Service) recorded(ctx context.Context, v account.Viewer, id AttemptID, slot int) (questionbank.Response, error) {
	if v.Can(account.ExamSit) {
		a, err := s.store.ownAttempt(ctx, s.db, v, id)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return questionbank.Response{}, err
		}
		if err == nil && a.State == AttemptOpen {
			entries, err := s.store.journal(ctx, s.db, id)
			if err != nil {
				return questionbank.Response{}, err
			}
			return spokenAnswer(Fold(entries)[slot].Response)
		}
	}
	r, err := s.Result(ctx, v, id)
	if err != nil {
		return questionbank.Response{}, err
	}
	for _, shown := range r.Slots {
		if shown.Slot == slot {
			return spokenAnswer(shown.Response)
		}
	}
	return questionbank.Response{}, errNotFound()
}

func spokenAnswer(raw json.RawMessage) (questionbank.Response, error) {
	r, err := questionbank.ParseResponse(questionbank.Shape{Type: questionbank.Spoken}, raw)
	if err != nil || r.Recording.Parts == 0 {
		return r, errNotFound()
	}
	return r, nil
}

func (s *Service) openTake(ctx context.Context, id AttemptID, r questionbank.Response, take int) (*Sound, error) {
	takes, err := s.takes(ctx, id, r)
	if err != nil {
		return nil, err
	}
	if take < 1 || take > len(takes) {
		return nil, errNotFound()
	}
	return s.sound(ctx, id, takes[take-1]), nil
}
