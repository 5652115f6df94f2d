package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
)

// Token is a 256-bit secret that a cookie, a Bearer header or a link carries.
// Only its hash is stored; printing it shows nothing.
type Token string

// String keeps a token out of logs by accident; Reveal gives it away on purpose.
func (t Token) String() string { return "***" }

// GoString hides it from %#v.
func (t Token) GoString() string { return "***" }

// MarshalText hides it from JSON, which a log may write.
func (t Token) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Reveal is the secret itself, for the one answer that hands it out.
func (t Token) Reveal() string { return string(t) }

// Hash is what the database stores and looks up.
func (t Token) Hash() []byte {
	h := sha256.Sum256([]byte(t))
	return h[:]
}

func newToken() Token {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic("account: no randomness: " + err.Error())
	}
	return Token(base64.RawURLEncoding.EncodeToString(b))
}

// readable leaves out what people confuse when they read a password aloud.
const readable = "abcdefghjkmnpqrstuvwxyz23456789"

// newFirstPassword is shown once to whoever makes an account; 12 letters are 59 bits.
func newFirstPassword() string {
	var b strings.Builder
	for i := range 12 {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(readable))))
		if err != nil {
			panic("account: no randomness: " + err.Error())
		}
		b.WriteByte(readable[n.Int64()])
	}
	return b.String()
}
