package httpx

import (
	"net/http"
	"strings"
)

// AcceptsEncoding reports whether a request takes an answer in the encoding (RFC 9110, 12.5.3); "br;q=0" refuses it.
func AcceptsEncoding(r *http.Request, token string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == token {
			q = strings.ReplaceAll(q, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
