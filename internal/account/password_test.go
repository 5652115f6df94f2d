package account

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
)

func TestCheckPassword(t *testing.T) {
	for password, want := range map[string]string{
		"correct horse": "", "一二三四五六七八": "", "short": "error.account.password_short", "": "error.account.password_short",
		strings.Repeat("长", 129): "error.account.password_long", "12345678": "error.account.password_common", "PASSWORD": "error.account.password_common",
		"zzzzzzzzz": "error.account.password_common", "wang.xiaomei": "error.account.password_common", "EMPLOYEE01": "error.account.password_common",
	} {
		got := ""
		if bad := CheckPassword(password, "wang.xiaomei", "employee01"); bad != nil {
			got = bad.Key
		}
		if got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
}

// An unknown login must cost what a known one costs (threat 50): same
// parameters, same key length, and no password fits.
func TestDummyHashCostsTheSame(t *testing.T) {
	dummy, _, key, err := argon2id.DecodeHash(dummyHash)
	if err != nil {
		t.Fatal(err)
	}
	h := newHasher()
	real, err := h.hash(context.Background(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	params, _, realKey, err := argon2id.DecodeHash(real)
	if err != nil {
		t.Fatal(err)
	}
	if params.Memory != dummy.Memory || params.Iterations != dummy.Iterations || params.Parallelism != dummy.Parallelism || len(key) != len(realKey) {
		t.Errorf("dummy %+v, real %+v", dummy, params)
	}
	for stored, want := range map[string]bool{real: true, "": false} {
		if ok, err := h.matches(context.Background(), "correct horse", stored); err != nil || ok != want {
			t.Errorf("matches %q: %v, %v", stored, ok, err)
		}
	}
}

func TestSecretsDoNotPrintThemselves(t *testing.T) {
	a, b := newToken(), newToken()
	if a == b || len(a.Reveal()) != 43 || len(a.Hash()) != 32 {
		t.Error("a token is 256 random bits")
	}
	text, err := json.Marshal(map[string]any{"token": a})
	if err != nil {
		t.Fatal(err)
	}
	if s := fmt.Sprintf("%v %s %#v %s", a, a, SignedIn{Token: a}, text); strings.Contains(s, a.Reveal()) {
		t.Errorf("printed: %s", s)
	}
	if p, q := newFirstPassword(), newFirstPassword(); p == q || len(p) != 14 || CheckPassword(p, "", "") != nil {
		t.Errorf("first passwords %q, %q", p, q)
	}
}

func TestIDsAreDecimalStrings(t *testing.T) {
	b, err := json.Marshal(map[string]any{"person": PersonID(9007199254740993), "units": []UnitID{1}, "post": PostID(2)})
	if err != nil || string(b) != `{"person":"9007199254740993","post":"2","units":["1"]}` {
		t.Errorf("%s, %v", b, err)
	}
	var a Audience
	if err := json.Unmarshal([]byte(`{"unit_ids":["3"],"post_ids":["4"],"person_ids":[5]}`), &a); err != nil || a.UnitIDs[0] != 3 || a.PersonIDs[0] != 5 || a.Empty() {
		t.Errorf("%+v, %v", a, err)
	}
	for _, text := range []string{`"x"`, `"-1"`, `"0"`, `null`} {
		var id PersonID
		if json.Unmarshal([]byte(text), &id) == nil && id != 0 {
			t.Errorf("%s is id %d", text, id)
		}
	}
	for in, want := range map[string]UnitID{"12": 12, "": 0, "-3": 0, "x": 0, "99999999999999999999": 0} {
		if got := ParseID[UnitID](in); got != want {
			t.Errorf("ParseID(%q) = %d", in, got)
		}
	}
}
