package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/peikao/peikao/internal/platform/errs"
)

func TestSentence(t *testing.T) {
	plain := errors.New("no space left")
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"another's error": {plain, []string{"no space left"}},
		"by its words":    {errs.New(errs.NotFound, "error.not_found"), []string{"没有找到"}},
		"a wrong value":   {errs.InvalidFields(errs.NewField("login", "error.account.login")), []string{"login：登录名"}},
		"with its cause":  {fmt.Errorf("import: %w", errs.New(errs.NotFound, "error.not_found").With(plain)), []string{"没有找到", "no space left"}},
		"several":         {errors.Join(plain, errs.New(errs.NotFound, "error.not_found")), []string{"no space left\n没有找到"}},
		"without words":   {errs.New(errs.Internal, "none.such"), []string{"none.such"}},
	} {
		got := sentence(c.err, func(field string) string { return field })
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q", name, got)
			}
		}
		if strings.Contains(got, "error.") {
			t.Errorf("%s: a key is shown: %q", name, got)
		}
	}
}

// A name that no log-in may have is refused in words, by the command itself.
func TestRefusalsOfCommandsAreWords(t *testing.T) {
	code, _, errOut := ended(t, program(dataDir(t), "people", "admin", "坏 名字"))
	if code != 1 || !strings.Contains(errOut, "<login>：登录名") || strings.Contains(errOut, "error.account") {
		t.Errorf("exit code %d: %s", code, errOut)
	}
}

// What is wrong is named as it is typed: a flag with its dashes, a value without a flag in brackets; a variable beside its flag.
func TestWrongValuesAreNamedAsTyped(t *testing.T) {
	var c commands
	parser, err := kong.New(&c, kong.Vars{"listen": "", "data": ""})
	if err != nil {
		t.Fatal(err)
	}
	command, err := parser.Parse([]string{"people", "admin", "chef"})
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{"login": "<login>", "organisation": "--organisation", "database_url": "--database-url", "employee_no": "employee_no"} {
		if got := asTyped(command, field); got != want {
			t.Errorf("%s is %q", field, got)
		}
	}
	const faults = "LISTEN: x is not host:port\nTLS_CERT and TLS_KEY: set both or none\nLOG_LEVEL: loud"
	if got := withFlags(faults); got != "--listen (LISTEN): x is not host:port\nTLS_CERT and TLS_KEY: set both or none\n--log-level (LOG_LEVEL): loud" {
		t.Errorf("%s", got)
	}
}
