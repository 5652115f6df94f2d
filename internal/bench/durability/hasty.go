package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"time"
)

// hasty stands before a server and acknowledges every save before it passes it on. It keeps the order of a connection: the
// next request is read only when the one before has gone out.
type hasty struct {
	to    *url.URL
	pass  *httputil.ReverseProxy
	http  *http.Client
	saves *regexp.Regexp
}

func newHasty(to string) (*hasty, error) {
	u, err := url.Parse(to)
	if err != nil {
		return nil, err
	}
	h := &hasty{to: u, pass: httputil.NewSingleHostReverseProxy(u), http: &http.Client{Timeout: requestPatience}}
	h.saves = regexp.MustCompile(`^/api/v1/attempts/\d+/responses(/\d+)?$`)
	h.pass.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusServiceUnavailable) }
	return h, nil
}

func (h *hasty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.saves.MatchString(r.URL.Path) {
		h.pass.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	answer := acknowledge(body)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
	_, _ = w.Write(answer)
	_ = http.NewResponseController(w).Flush()
	h.forward(r, body)
}

// acknowledge says of all changes that they are saved.
func acknowledge(body []byte) []byte {
	var in struct {
		ClientSeq int64        `json:"client_seq"`
		Changes   []changeBody `json:"changes"`
	}
	_ = json.Unmarshal(body, &in) // what it does not understand it acknowledges as well
	out := map[string]any{"client_seq": in.ClientSeq, "saved_at": time.Now()}
	var results []map[string]any
	for _, c := range in.Changes {
		results = append(results, map[string]any{"slot": c.Slot, "client_seq": c.ClientSeq, "status": http.StatusOK, "code": "saved"})
	}
	out["results"] = results
	text, err := json.Marshal(out)
	if err != nil {
		panic(err) // numbers and times
	}
	return text
}

// forward passes a save on, once; what becomes of it is not looked at. That is what is wrong with it.
func (h *hasty) forward(r *http.Request, body []byte) {
	to := *h.to
	to.Path = r.URL.Path
	onward, err := http.NewRequest(r.Method, to.String(), bytes.NewReader(body))
	if err != nil {
		return
	}
	onward.Header = r.Header.Clone()
	answer, err := h.http.Do(onward)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
}
