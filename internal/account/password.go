package account

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/sync/semaphore"

	"github.com/peikao/peikao/internal/platform/errs"
)

// argonParams are OWASP's for argon2id: 19 MiB, two passes, one lane.
var argonParams = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// dummyHash is checked when the login is unknown, so that the answer takes as
// long as a wrong password (threat 50). Its password is nobody's.
const dummyHash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXRoaW5nc2FsdHk$1wQ5uVh0PrnF0WZkX2WkV1m2dLJbbyLNaf0T8GkRZ0M"

// lightParams hash at once, and are guessed at once.
var lightParams = &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	minPasswordLength = 8
	maxPasswordLength = 128 // argon2 takes any length; a request body should not
	// longestWait is for a slot to hash in: 300 people at once need about four seconds on two cores.
	longestWait = 15 * time.Second
)

// hasher bounds how many passwords are hashed at once: each takes 19 MiB and a
// core, and a crowd at the log-in page must not starve an exam.
type hasher struct {
	slots  *semaphore.Weighted
	params *argon2id.Params
}

func newHasher() *hasher {
	return &hasher{slots: semaphore.NewWeighted(int64(max(1, runtime.NumCPU()))), params: argonParams}
}

// HashLightly is for tests of something else, which give hundreds of people a
// password and would compute nothing else for half their time. The architecture's
// test holds it to them.
func (s *Service) HashLightly() { s.hasher.params = lightParams }

// acquire waits for a slot, at most longestWait.
func (h *hasher) acquire(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return errs.New(errs.Unavailable, "error.unavailable").RetryAfter(5).With(err)
	}
	return nil
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.acquire(ctx); err != nil {
		return "", err
	}
	defer h.slots.Release(1)
	s, err := argon2id.CreateHash(password, h.params)
	if err != nil {
		return "", fmt.Errorf("account: hash: %w", err)
	}
	return s, nil
}

// matches compares in constant time; stored "" stands for an unknown login and
// costs the same as a known one.
func (h *hasher) matches(ctx context.Context, password, stored string) (bool, error) {
	if err := h.acquire(ctx); err != nil {
		return false, err
	}
	defer h.slots.Release(1)
	against := stored
	if against == "" {
		against = dummyHash
	}
	ok, err := argon2id.ComparePasswordAndHash(password, against)
	if err != nil {
		return false, fmt.Errorf("account: stored hash: %w", err)
	}
	return ok && stored != "", nil
}

// commonPasswords are the first that anybody tries in a Chinese office.
var commonPasswords = []string{
	"12345678", "123456789", "1234567890", "88888888", "66666666", "11111111", "00000000", "11223344", "87654321",
	"password", "password1", "passw0rd", "qwertyui", "qwerty123", "1qaz2wsx", "abc12345", "abcd1234", "a1234567",
	"a12345678", "aa123456", "asd12345", "woaini1314", "woaini520", "5201314520", "iloveyou", "admin123", "admin888",
}

// CheckPassword names what is wrong with a password that a person chooses:
// length counts, composition does not (ASVS 6.2.5).
func CheckPassword(password, login, employeeNo string) *errs.Field {
	lower := strings.ToLower(password)
	wrong := func(key string) *errs.Field {
		f := errs.NewField("password", key, "min", minPasswordLength)
		return &f
	}
	switch n := len([]rune(password)); {
	case n < minPasswordLength:
		return wrong("error.account.password_short")
	case n > maxPasswordLength:
		return wrong("error.account.password_long")
	}
	for _, known := range append([]string{login, employeeNo}, commonPasswords...) {
		if known != "" && lower == strings.ToLower(known) {
			return wrong("error.account.password_common")
		}
	}
	if strings.Count(lower, lower[:1]) == len(lower) {
		return wrong("error.account.password_common")
	}
	return nil
}
