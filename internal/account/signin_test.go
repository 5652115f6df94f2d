package account_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/words"
)

func (c *clinic) withLogin(name, login, password string) account.PersonID {
	c.Helper()
	id := c.person(name, c.surgery)
	c.no(c.s.CreateLoginWithPassword(context.Background(), account.System(), id, login, password))
	return id
}

func (c *clinic) signIn(login, password string) (account.SignedIn, error) {
	return c.s.SignIn(context.Background(), account.SignIn{Login: login, Password: password, Kind: account.WebSession, Address: "10.0.0.1"})
}

func TestSignInAndOut(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.withLogin("小美", "mei", "correct horse")
	in, err := c.signIn(" Mei ", "correct horse")
	c.no(err)
	v, info, err := c.s.Authenticate(ctx, in.Token.Reveal())
	c.no(err)
	if v.PersonID != id || v.Name != "小美" || info.Kind != account.WebSession || info.MustChange {
		t.Errorf("%+v %+v", v, info)
	}
	if in.Token.String() != "***" {
		t.Error("a token prints itself")
	}
	c.no(c.s.SignOut(ctx, in.Token.Reveal()))
	_, _, err = c.s.Authenticate(ctx, in.Token.Reveal())
	c.kind(err, errs.Unauthenticated)
	_, _, err = c.s.Authenticate(ctx, "nonsense")
	c.kind(err, errs.Unauthenticated)
}

func TestOneAnswerForEveryWrongDoor(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.withLogin("小美", "mei", "correct horse")
	_, wrong := c.signIn("mei", "wrong horse")
	_, unknown := c.signIn("nobody", "wrong horse")
	c.no(c.s.DisableLogin(ctx, c.hr, id))
	_, disabled := c.signIn("mei", "correct horse")
	for _, err := range []error{wrong, unknown, disabled} {
		c.kind(err, errs.Unauthenticated)
		if err.Error() != wrong.Error() {
			t.Errorf("%v differs from %v", err, wrong)
		}
	}
	c.no(c.s.EnableLogin(ctx, c.hr, id))
	_, err := c.signIn("mei", "correct horse")
	c.no(err)
}

func TestSixthTryIsRefusedAtEveryDoor(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	c.withLogin("小美", "mei", "correct horse")
	for range 5 {
		_, err := c.signIn("mei", "wrong")
		c.kind(err, errs.Unauthenticated)
		c.clock.Advance(10 * time.Second)
	}
	_, err := c.signIn("mei", "correct horse")
	c.kind(err, errs.TooMany)
	_, err = c.s.SignIn(ctx, account.SignIn{Login: "mei", Password: "correct horse", Kind: account.APISession, Address: "10.0.0.2"})
	c.kind(err, errs.TooMany)
	c.clock.Advance(15 * time.Minute)
	_, err = c.signIn("mei", "correct horse")
	c.no(err)
}

func TestKnownDeviceEntersWhileStrangersGuess(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	c.withLogin("小美", "mei", "correct horse")
	in, err := c.signIn("mei", "correct horse")
	c.no(err)
	for range 6 {
		_, _ = c.signIn("mei", "wrong")
		c.clock.Advance(10 * time.Second)
	}
	_, err = c.signIn("mei", "correct horse")
	c.kind(err, errs.TooMany)
	_, err = c.s.SignIn(ctx, account.SignIn{Login: "mei", Password: "correct horse", Kind: account.WebSession, Address: "10.0.0.1", Device: in.Device})
	c.no(err)
}

func TestParallelGuessesAreCounted(t *testing.T) {
	c := newClinic(t)
	c.withLogin("小美", "mei", "correct horse")
	var looked sync.Map
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if _, err := c.signIn("mei", fmt.Sprint("wrong", i)); errs.Is(err, errs.Unauthenticated) {
				looked.Store(i, true)
			}
		})
	}
	wg.Wait()
	n := 0
	looked.Range(func(any, any) bool { n++; return true })
	if n != 3 { // the fourth would have to wait two seconds
		t.Errorf("%d of 20 parallel guesses were looked at", n)
	}
}

// A server that dies while passwords are being looked at leaves tries without an outcome: they lock nobody out for long.
func TestTriesThatWereCutShortAreForgotten(t *testing.T) {
	c := newClinic(t)
	c.withLogin("小美", "mei", "correct horse")
	_, err := c.db.SQL().Exec(`INSERT INTO login_attempt (at, login_sha256, address, outcome)
		SELECT $1, sha256('mei'), '10.0.0.1', 'open' FROM generate_series(1, 6)`, c.db.Now())
	c.no(err)
	_, err = c.signIn("mei", "correct horse")
	c.kind(err, errs.TooMany)
	c.clock.Advance(30 * time.Second)
	_, err = c.signIn("mei", "correct horse")
	c.no(err)
}

func TestAddressBudgetCountsFailuresAlone(t *testing.T) {
	c := newClinic(t)
	c.withLogin("小美", "mei", "correct horse")
	for range 8 {
		_, err := c.signIn("mei", "correct horse")
		c.no(err)
	}
	_, err := c.db.SQL().Exec(`INSERT INTO login_attempt (at, login_sha256, address, outcome)
		SELECT $1, sha256(i::text::bytea), '10.0.0.1', 'wrong' FROM generate_series(1, 100) i`, c.db.Now())
	c.no(err)
	_, err = c.signIn("mei", "correct horse")
	c.kind(err, errs.TooMany)
	c.clock.Advance(15*time.Minute + time.Second)
	_, err = c.signIn("mei", "correct horse")
	c.no(err)
}

func TestFirstPasswordMustBeChanged(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.person("小美", c.surgery)
	first, err := c.s.CreateLogin(ctx, c.hr, id, "mei")
	c.no(err)
	in, err := c.signIn("mei", first)
	c.no(err)
	v, info, err := c.s.Authenticate(ctx, in.Token.Reveal())
	c.no(err)
	if !in.MustChange || !info.MustChange || v.SignedIn() {
		t.Errorf("a first password opens %+v", v)
	}
	door := account.SignIn{Kind: account.WebSession, Address: "10.0.0.1"}
	_, err = c.s.ChooseFirstPassword(ctx, info, first, door)
	c.kind(err, errs.Invalid)
	_, err = c.s.ChooseFirstPassword(ctx, info, "12345678", door)
	c.kind(err, errs.Invalid)
	out, err := c.s.ChooseFirstPassword(ctx, info, "correct horse", door)
	c.no(err)
	if out.Token == in.Token {
		t.Error("the token stayed the same")
	}
	c.no(c.s.PollRevocations(ctx))
	_, _, err = c.s.Authenticate(ctx, in.Token.Reveal())
	c.kind(err, errs.Unauthenticated)
	v, _, err = c.s.Authenticate(ctx, out.Token.Reveal())
	c.no(err)
	if v.PersonID != id {
		t.Errorf("%+v", v)
	}
	_, err = c.s.ChangePassword(ctx, v, "wrong", "another horse", door)
	c.kind(err, errs.Invalid)
	_, err = c.s.ChangePassword(ctx, v, "correct horse", "another horse", door)
	c.no(err)
	_, err = c.signIn("mei", "another horse")
	c.no(err)
}

// Two processes: what one revokes, the other knows after its next poll.
func TestRevocationReachesTheOtherProcess(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	other, err := account.New(ctx, c.db, time.UTC)
	c.no(err)
	id := c.withLogin("小美", "mei", "correct horse")
	in, err := c.signIn("mei", "correct horse")
	c.no(err)
	token := in.Token.Reveal()
	c.no(other.PollRevocations(ctx))
	_, _, err = other.Authenticate(ctx, token)
	c.no(err)

	c.no(c.s.GrantRole(ctx, c.hr, id, account.Trainer, c.dept))
	c.no(other.PollRevocations(ctx))
	v, _, err := other.Authenticate(ctx, token)
	c.no(err)
	if !v.Can(account.CoursewareAuthor) {
		t.Error("a granted role is not seen")
	}
	c.no(c.s.DisableLogin(ctx, c.hr, id))
	c.clock.Advance(time.Second)
	c.no(other.PollRevocations(ctx))
	_, _, err = other.Authenticate(ctx, token)
	c.kind(err, errs.Unauthenticated)
}

func TestUnpolledCacheIsNotBelieved(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.withLogin("小美", "mei", "correct horse")
	in, err := c.signIn("mei", "correct horse")
	c.no(err)
	other, err := account.New(ctx, c.db, time.UTC)
	c.no(err)
	c.no(other.PollRevocations(ctx))
	_, _, err = other.Authenticate(ctx, in.Token.Reveal())
	c.no(err)
	c.no(c.s.DisableLogin(ctx, c.hr, id))
	c.clock.Advance(4 * time.Second)
	_, _, err = other.Authenticate(ctx, in.Token.Reveal())
	c.kind(err, errs.Unauthenticated)
}

func TestSessionsSlideAndEnd(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	id := c.withLogin("小美", "mei", "correct horse")
	in, err := c.signIn("mei", "correct horse")
	c.no(err)
	token := in.Token.Reveal()
	for range 3 {
		c.clock.Advance(11 * time.Hour)
		_, _, err := c.s.Authenticate(ctx, token)
		c.no(err)
	}
	c.clock.Advance(12*time.Hour + time.Second)
	_, _, err = c.s.Authenticate(ctx, token)
	c.kind(err, errs.Unauthenticated)

	in, err = c.signIn("mei", "correct horse")
	c.no(err)
	v, _, err := c.s.Authenticate(ctx, in.Token.Reveal())
	c.no(err)
	list, err := c.s.Sessions(ctx, v)
	c.no(err)
	if len(list) != 1 {
		t.Errorf("%d sessions", len(list))
	}
	c.no(c.s.SetLanguage(ctx, v, words.EN))
	v, _, err = c.s.Authenticate(ctx, in.Token.Reveal())
	c.no(err)
	if v.PersonID != id {
		t.Error("another person")
	}
	c.no(c.s.SignOutEverywhere(ctx, v))
	_, _, err = c.s.Authenticate(ctx, in.Token.Reveal())
	c.kind(err, errs.Unauthenticated)
}

// A lost phone is signed out from the desk; the desk stays in, and nobody signs out somebody else.
func TestOneSessionIsSignedOut(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	c.withLogin("小美", "mei", "correct horse")
	c.withLogin("小兰", "lan", "correct horse")
	enter := func(login string) (account.Viewer, string) {
		in, err := c.signIn(login, "correct horse")
		c.no(err)
		v, _, err := c.s.Authenticate(ctx, in.Token.Reveal())
		c.no(err)
		return v, in.Token.Reveal()
	}
	_, phone := enter("mei")
	v, desk := enter("mei")
	other, _ := enter("lan")
	c.kind(c.s.SignOutSession(ctx, other, account.Token(phone).Hash()), errs.NotFound)
	c.kind(c.s.SignOutSession(ctx, account.Viewer{}, account.Token(phone).Hash()), errs.Unauthenticated)
	_, _, err := c.s.Authenticate(ctx, phone)
	c.no(err)
	c.no(c.s.SignOutSession(ctx, v, account.Token(phone).Hash()))
	_, _, err = c.s.Authenticate(ctx, phone)
	c.kind(err, errs.Unauthenticated)
	_, _, err = c.s.Authenticate(ctx, desk)
	c.no(err)
	c.kind(c.s.SignOutSession(ctx, v, account.Token(phone).Hash()), errs.NotFound)
}

func TestFirstAdminLink(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	_, err := c.s.FirstAdmin(ctx, c.hr, "root", "美丽医疗")
	c.kind(err, errs.Forbidden)
	old, err := c.s.FirstAdmin(ctx, account.Operator("root"), "chief", "美丽医疗")
	c.no(err)
	link, err := c.s.FirstAdmin(ctx, account.Operator("root"), "chief", "美丽医疗")
	c.no(err)
	_, err = c.s.LinkPerson(ctx, old)
	c.kind(err, errs.NotFound)
	door := account.SignIn{Kind: account.WebSession, Address: "10.0.0.1"}
	in, err := c.s.UseLink(ctx, link, "correct horse", door)
	c.no(err)
	v, _, err := c.s.Authenticate(ctx, in.Token.Reveal())
	c.no(err)
	if !v.Can(account.AdminSettings) || v.Login != "chief" {
		t.Errorf("%+v", v)
	}
	_, err = c.s.UseLink(ctx, link, "correct horse", door)
	c.kind(err, errs.NotFound)
	late, err := c.s.FirstAdmin(ctx, account.Operator("root"), "chief", "美丽医疗")
	c.no(err)
	c.clock.Advance(24 * time.Hour)
	_, err = c.s.UseLink(ctx, late, "correct horse", door)
	c.kind(err, errs.NotFound)
	c.no(c.s.Tidy(ctx, c.db.Now()))
}
