package exam

import (
	"context"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

// SheetWatch is a watch as the page must heed it, with how often it was counted already.
type SheetWatch struct {
	Watch
	Count int
}

// SheetIntegrity is what the page of a running attempt must heed. It has no field for the doors.
type SheetIntegrity struct {
	Hidden        SheetWatch
	Fullscreen    SheetWatch
	Paste         SheetWatch
	Sessions      SheetWatch
	AskFullscreen bool
	Watermark     string // over the paper: name and the end of the employee number; "" for none
}

// watermarkDigits of the employee number tell people of one name apart.
const watermarkDigits = 4

func watermark(name, employeeNo string) string {
	end := []rune(employeeNo)
	return name + " " + string(end[max(0, len(end)-watermarkDigits):])
}

func sheetIntegrity(a attemptRow, counts map[WatchKind]int) SheetIntegrity {
	i := a.Integrity.V
	of := func(k WatchKind) SheetWatch {
		w := i.Of(k)
		return SheetWatch{Watch: Watch{Mode: w.Acts(), After: w.After}, Count: counts[k]}
	}
	out := SheetIntegrity{Hidden: of(WatchHidden), Fullscreen: of(WatchFullscreen), Paste: of(WatchPaste), Sessions: of(WatchSessions), AskFullscreen: i.AskFullscreen}
	if i.Watermark {
		out.Watermark = watermark(a.PersonName, a.EmployeeNo)
	}
	return out
}

// noteSecondPage keeps that another page opened an attempt that is held, once a page; the same page again is no other.
func (s *Service) noteSecondPage(ctx context.Context, tx *db.Tx, v account.Viewer, r startRow, by Arrival) error {
	if r.LastHolder == holderOf(by.Client) {
		return nil
	}
	var locked int64
	if err := s.store.Get(ctx, tx, &locked, "attempt_lock", int64(r.LastAttemptID), int64(v.PersonID)); err != nil {
		return err
	}
	body := map[string]any{"epoch": r.LastEpoch, "page": holderOf(by.Client), "network": netOf(by.Address)}
	return s.addEvidence(ctx, tx, r.LastAttemptID, []evidence{{kind: KindSecondPage, body: body}}, tx.Now())
}
