package httpx

import (
	"net/http"
	"testing"
)

func TestAcceptsEncoding(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "gzip, br": true, "br , gzip;q=0.5": true, "br": false, "gzip;q=0": false, "gzip; q=0.000": false, "gzip;q=0.001": true,
		"xgzip": false, "identity": false, "br;q=1, gzip ; q=0.0": false,
	} {
		r, err := http.NewRequest(http.MethodGet, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", header)
		if got := AcceptsEncoding(r, "gzip"); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
