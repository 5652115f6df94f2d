package api

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"pgregory.net/rapid"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/clock"
	"github.com/peikao/peikao/internal/platform/httpx"
)

// saves answers every save at once: what is left is the cost of the edge.
type saves struct{ Sitting }

func (saves) Save(_ context.Context, _ account.Viewer, _ exam.AttemptID, _ string, changes []exam.Change, at time.Time) (exam.SaveReply, error) {
	return exam.SaveReply{
		Results: []exam.ChangeResult{{Slot: changes[0].Slot, ClientSeq: changes[0].ClientSeq, Status: exam.Saved, SavedAt: at}},
		LastSeq: changes[0].ClientSeq, DeadlineAt: at.Add(time.Hour), RemainingMS: 3_600_000,
	}, nil
}

// The answer that is written by hand is the one that encoding/json would write.
func TestTheSavedAnswerIsItsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := func(name string) time.Time { return time.UnixMicro(rapid.Int64Range(0, 9e15).Draw(t, name)).UTC() }
		a := savedAnswer{rapid.IntRange(1, 200).Draw(t, "slot"), rapid.Int64().Draw(t, "seq"), at("saved"), at("deadline"), rapid.Int64().Draw(t, "remaining"), rapid.IntRange(0, 9).Draw(t, "news")}
		want, err := json.Marshal(a)
		if err != nil || string(a.json()) != string(want) {
			t.Fatalf("%s, want %s (%v)", a.json(), want, err)
		}
	})
}

// discarded is an answer that nobody reads.
type discarded struct{ header http.Header }

func (d discarded) Header() http.Header         { return d.header }
func (d discarded) Write(b []byte) (int, error) { return len(b), nil }
func (d discarded) WriteHeader(int)             {}

// BenchmarkSaveAtTheEdge is all that happens to a save outside the exam service: receipt, log, headers, origin, session,
// decoding, answer.
func BenchmarkSaveAtTheEdge(b *testing.B) {
	who := account.Viewer{PersonID: 12, Grants: []account.Grant{{Role: account.Consultant, UnitID: 1, Units: []account.UnitID{1}}}}
	e := httpx.New(httpx.Options{Clock: clock.NewSystem(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Authenticate: func(context.Context, string) (httpx.Identity, error) {
		return httpx.Identity{Who: who, Actor: who.Actor(), Lang: "zh-CN"}, nil
	}})
	httpx.Register(e, func(echo.Context, httpx.Access) error { return nil }, []httpx.Route{
		{Method: http.MethodPut, Path: "/api/v1/attempts/:id/responses/:slot", Access: "exam.sit", Handler: (&Exams{Sitting: saves{}}).Save},
	})
	const text = `{"lease":"1.ABCDEFGHIJKLMNOPQRSTUVWXYZ","client_seq":17,"response":{"choice":"c"}}`
	for b.Loop() {
		r, err := http.NewRequest(http.MethodPut, "/api/v1/attempts/123456/responses/17", strings.NewReader(text))
		if err != nil {
			b.Fatal(err)
		}
		r.Header = http.Header{
			"Content-Type": {"application/json"}, "Client-Id": {"0123456789abcdef"}, "Sec-Fetch-Site": {"same-origin"},
			"Cookie": {"peikao=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg"},
		}
		e.ServeHTTP(discarded{header: http.Header{}}, r)
	}
	b.ReportAllocs()
}
