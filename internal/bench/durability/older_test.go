package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhatASchemaLeadsTo(t *testing.T) {
	for _, c := range []struct {
		then, now []string
		want      bool
	}{
		{[]string{"0010_a.sql", "0020_b.sql"}, []string{"0010_a.sql", "0020_b.sql", "0030_c.sql"}, true},
		{[]string{"0010_a.sql"}, []string{"0010_a.sql"}, false},
		{[]string{"0010_a.sql", "0030_c.sql"}, []string{"0010_a.sql", "0020_b.sql", "0030_c.sql"}, false},
		{nil, []string{"0010_a.sql"}, false},
	} {
		if got := leadsTo(c.then, c.now); got != c.want {
			t.Errorf("%v to %v: %v", c.then, c.now, got)
		}
	}
}

// Threat 30: an upgrade is tried from the release before; before the first one, from the newest state that the schema leads on from.
func TestWhereAnUpgradeStarts(t *testing.T) {
	root := t.TempDir()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	do := func(args ...string) string {
		t.Helper()
		out, err := git(t.Context(), root, append([]string{"-c", "user.name=t", "-c", "user.email=t@example.org"}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	do("init", "-q")
	if err := os.Mkdir(filepath.Join(root, "migrations"), 0o755); err != nil {
		t.Fatal(err)
	}
	commits := map[string]string{}
	names := []string{"0010_a.sql", "0020_b.sql", "0040_d.sql", "0030_late.sql"}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(root, "migrations", name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
		do("add", ".")
		do("commit", "-qm", name)
		commits[name] = do("rev-parse", "--short", "HEAD")
	}
	if ref, err := before(t.Context(), root, names); err != nil || ref != commits["0020_b.sql"] {
		t.Errorf("%s, %v of %v", ref, err, commits)
	}
	if ref, err := before(t.Context(), root, names[:1]); err == nil {
		t.Errorf("%s for a schema that nothing leads to", ref)
	}
	do("tag", "v1", commits["0010_a.sql"])
	if ref, err := before(t.Context(), root, names); err != nil || ref != "v1" {
		t.Errorf("%s, %v", ref, err)
	}
}
