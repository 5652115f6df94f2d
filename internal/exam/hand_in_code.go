package exam

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"github.com/peikao/peikao/internal/platform/errs"
)

// KindCode is the kind of evidence that a hand-in code brought: answers that had no line at the end.
const KindCode = "code"

const (
	codeVersion    = "PK1"
	codeSignature  = 16      // bytes of HMAC-SHA256 that a code carries
	maxCodeText    = 200_000 // characters; 200 short answers are below it
	maxCodeAnswers = 200
)

// HandInCode is a 交卷码: what a page had not been able to send, as text or in a QR code,
//
//	PK1.<attempt>.<base64url(JSON [[slot, client_seq, response], …])>.<base64url(signature)>
//
// signed with HMAC-SHA256 under the attempt's lease, which the page that held the attempt and the server alone know.
type HandInCode struct {
	AttemptID AttemptID
	Changes   []Change
	signed    string
	signature []byte
}

func errCode() *errs.Error {
	return errs.InvalidFields(errs.NewField("code", "error.exam.code"))
}

func errCodeSignature() *errs.Error {
	return errs.InvalidFields(errs.NewField("code", "error.exam.code_signature"))
}

// ParseHandInCode reads a code as it was scanned, pasted or typed off: blanks and line breaks anywhere in it do not count.
func ParseHandInCode(text string) (HandInCode, error) {
	if len(text) > maxCodeText {
		return HandInCode{}, errCode()
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	part := strings.Split(text, ".")
	if len(part) != 4 || part[0] != codeVersion {
		return HandInCode{}, errCode()
	}
	id, err := strconv.ParseInt(part[1], 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != part[1] {
		return HandInCode{}, errCode()
	}
	answers, err := base64.RawURLEncoding.DecodeString(part[2])
	if err != nil {
		return HandInCode{}, errCode()
	}
	out := HandInCode{AttemptID: AttemptID(id), signed: strings.Join(part[:3], ".")}
	if out.signature, err = base64.RawURLEncoding.DecodeString(part[3]); err != nil || len(out.signature) != codeSignature {
		return HandInCode{}, errCode()
	}
	if out.Changes, err = codeChanges(answers); err != nil {
		return HandInCode{}, errCode()
	}
	return out, nil
}

func codeChanges(text []byte) ([]Change, error) {
	var rows [][]json.RawMessage
	if err := json.Unmarshal(text, &rows); err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(rows) > maxCodeAnswers {
		return nil, errCode()
	}
	out := make([]Change, len(rows))
	for i, row := range rows {
		if len(row) != 3 {
			return nil, errCode()
		}
		if err := json.Unmarshal(row[0], &out[i].Slot); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(row[1], &out[i].ClientSeq); err != nil {
			return nil, err
		}
		out[i].Response = row[2]
	}
	return out, nil
}

// SignedWith reports whether the page that held the lease made the code, and nobody changed a character since.
func (c HandInCode) SignedWith(lease string) bool {
	mac := hmac.New(sha256.New, []byte(lease))
	mac.Write([]byte(c.signed))
	return lease != "" && hmac.Equal(mac.Sum(nil)[:codeSignature], c.signature)
}
