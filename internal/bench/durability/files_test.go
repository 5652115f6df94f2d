package main

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// Threat 29: the object storage goes away in mid-exam, first without a trace, then so that it takes requests and answers none.
// Answers are saved and handed in as ever, the server stays ready, and an upload is told to come again.
func (s *stage) withoutFiles(t *testing.T, exam string) {
	trainer := s.newAsker()
	var in struct{ Token string }
	trainer.ask(t.Context(), "log-in", "POST", sessions, map[string]string{"login": trainerLogin, "password": password}).into(t, &in)
	trainer.token = in.Token
	upload := func() asked {
		return trainer.ask(t.Context(), "upload", "POST", "/api/v1/uploads", map[string]any{"name": "要点.png", "size": 1 << 20, "type": "image/png"})
	}
	var begun struct{ ID string }
	upload().into(t, &begun)

	a := s.newAsker()
	attempt := s.sits(t, a, exam)
	var sheet sheet
	a.ask(t.Context(), "sheet", "GET", attempt, nil).into(t, &sheet)
	seq := 0
	working := func(how string) {
		t.Helper()
		seq++
		for _, r := range []asked{
			a.ask(t.Context(), "save", "PUT", attempt+"/responses/1", map[string]any{"lease": sheet.Lease, "client_seq": seq, "response": nil}),
			a.ask(t.Context(), "heart-beat", "POST", attempt+"/heartbeat", map[string]any{"lease": sheet.Lease, "events": []any{}}),
			a.ask(t.Context(), "is it ready", "GET", "/readyz", nil),
		} {
			if r.status != http.StatusOK {
				t.Errorf("%s, object storage %s: %d %.200s, %v", r.what, how, r.status, r.text, r.err)
			}
		}
		r := upload()
		if r.status != http.StatusServiceUnavailable || r.retryAfter == "" || r.took > longestResponse {
			t.Errorf("upload, object storage %s: %d after %s, to come again in %q: %.200s, %v", how, r.status, r.took, r.retryAfter, r.text, r.err)
		}
	}

	socket := s.fileSocket(t)
	if err := os.Rename(socket, socket+".away"); err != nil {
		t.Fatal(err)
	}
	working("gone")
	l, err := net.Listen("unix", socket) // takes requests, and answers none
	if err != nil {
		t.Fatal(err)
	}
	working("silent")
	if r := a.ask(t.Context(), "hand-in", "POST", attempt+"/submit", map[string]string{"lease": sheet.Lease}); r.status != http.StatusOK {
		t.Errorf("hand-in: %d %.200s", r.status, r.text)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(socket+".away", socket); err != nil {
		t.Fatal(err)
	}
	upload().into(t, &begun)
}

// fileSocket is where the server's object storage listens.
func (s *stage) fileSocket(t *testing.T) string {
	t.Helper()
	var held struct {
		SocketDir string `json:"socket_dir"`
	}
	text, err := os.ReadFile(filepath.Join(s.dir, "data", "s3.lock"))
	if err == nil {
		err = json.Unmarshal(text, &held)
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(held.SocketDir, "s3.sock")
}
