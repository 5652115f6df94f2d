package exam

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
)

// Arrival is who comes to sit, and how: what the doors of an exam are asked with. Nothing of it is compared again later, so
// that an examinee whose network changes works on.
type Arrival struct {
	Client     string // names the tab
	AccessCode string
	Address    netip.Addr
	Origin     string // the address that people type, "https://peikao.example.cn"
	URL        string // of this request
	SEBHash    string // the header X-SafeExamBrowser-ConfigKeyHash, or the page's own from SEB's JavaScript API
}

func errAccessCode() *errs.Error { return errs.New(errs.Forbidden, "error.exam.access_code") }
func errAddress() *errs.Error    { return errs.New(errs.Forbidden, "error.exam.address") }
func errSEB() *errs.Error        { return errs.New(errs.Forbidden, "error.exam.seb") }

// codeFits compares an access code as it was told aloud: capitals, full-width letters and blanks around it are one. The time
// that it takes does not tell how much of it fits.
func (i Integrity) codeFits(typed string) bool {
	want, got := sha256.Sum256([]byte(spoken(i.AccessCode))), sha256.Sum256([]byte(spoken(typed)))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

func spoken(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // the full-width forms of ASCII, which Chinese keyboards type
			r -= '！' - '!'
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(code)))
}

// addressFits reports whether one may start from there.
func (i Integrity) addressFits(a netip.Addr) bool {
	a = a.Unmap()
	return len(i.Ranges) == 0 || slices.ContainsFunc(i.Ranges, func(s string) bool {
		p, err := netip.ParsePrefix(s)
		return err == nil && p.Contains(a)
	})
}

// sebFits reports whether the hash is that of one of the exam's Config Keys for one of the URLs. Safe Exam Browser sends
// SHA256(URL without fragment + Config Key), both as text, the result in hexadecimal: with each request in a header, or where
// its web view sends no headers, to the page through its JavaScript API, and then for the page's URL.
// Source: https://safeexambrowser.org/developer/seb-config-key.html
func (i Integrity) sebFits(hash string, urls ...string) bool {
	if len(i.SEBKeys) == 0 {
		return true
	}
	hash = strings.ToLower(strings.TrimSpace(hash))
	fits := 0
	for _, key := range i.SEBKeys {
		for _, u := range urls {
			u, _, _ = strings.Cut(u, "#")
			want := sha256.Sum256([]byte(u + key))
			fits |= subtle.ConstantTimeCompare([]byte(hex.EncodeToString(want[:])), []byte(hash))
		}
	}
	return fits == 1
}

// opensTo is the part of the doors that a start and a take-over have in common: where from, and with which browser.
func (i Integrity) opensTo(by Arrival, exam ExamID, attempt AttemptID) error {
	switch {
	case !i.addressFits(by.Address):
		return errAddress()
	case !i.sebFits(by.SEBHash, by.URL, by.Origin+"/exams/"+exam.String()+"/sit", by.Origin+"/attempts/"+attempt.String()):
		return errSEB()
	}
	return nil
}

const (
	// codeTries is how often a code may be mistyped before codeWait must pass.
	codeTries = 5
	codeWait  = time.Minute
)

// codeTry says after how many seconds the next try is heard; 0 at once.
func codeTry(tries int, last *time.Time, now time.Time) int {
	if tries == 0 || tries%codeTries != 0 || last == nil {
		return 0
	}
	left := last.Add(codeWait).Sub(now)
	return max(0, int((left+time.Second-1)/time.Second))
}

// netOf is the network of an address, coarse enough to say that somebody changed networks and not where they are; "" for none.
func netOf(a netip.Addr) string {
	if a = a.Unmap(); !a.IsValid() {
		return ""
	}
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
