package backup

import "testing"

func TestWithoutPassword(t *testing.T) {
	for _, c := range []struct{ dsn, shown, password string }{
		{"postgres://peikao:s%40cret@db:5432/clinic?sslmode=require", "postgres://peikao@db:5432/clinic?sslmode=require", "s@cret"},
		{"postgresql://db/clinic?password=secret&user=peikao", "postgresql://db/clinic?user=peikao", "secret"},
		{"postgres:///clinic?host=%2Frun%2Fpostgresql", "postgres:///clinic?host=%2Frun%2Fpostgresql", ""},
		{"postgres://peikao@db/clinic", "postgres://peikao@db/clinic", ""},
		{"host=db password=secret dbname=clinic", "host=db dbname=clinic", "secret"},
		{`host=db dbname=clinic password = 'it\'s a \\ secret'`, "host=db dbname=clinic", `it's a \ secret`},
		{`password=s\ cret host=db`, "host=db", "s cret"},
		{"host='/tmp/a' port=5432 user=postgres dbname='peikao' sslmode=disable", "host='/tmp/a' port=5432 user=postgres dbname='peikao' sslmode=disable", ""},
	} {
		if shown, password := withoutPassword(c.dsn); shown != c.shown || password != c.password {
			t.Errorf("%s: %s, %q", c.dsn, shown, password)
		}
	}
}
