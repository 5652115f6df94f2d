package account

import (
	"regexp"

	"github.com/peikao/peikao/internal/platform/errs"
)

// PostKind says which of the examined kinds of staff a post belongs to (C02:
// online, phone, operations); lead and other are the rest.
type PostKind string

// PostKinds lists the kinds in the order of the form.
var PostKinds = []PostKind{"online", "phone", "operations", "lead", "other"}

// WordKey is the key of the kind's name in the words files.
func (k PostKind) WordKey() string { return "account.post_kind." + string(k) }

// Post is what a person does in a unit.
type Post struct {
	ID   PostID   `db:"id"`
	Code string   `db:"code"`
	Name string   `db:"name"`
	Kind PostKind `db:"kind"`
}

var postCode = regexp.MustCompile(`^[a-z0-9_-]{1,40}$`)

func (p Post) check() []errs.Field {
	var bad []errs.Field
	if !postCode.MatchString(p.Code) {
		bad = append(bad, errs.NewField("code", "error.account.post_code"))
	}
	if n := len([]rune(p.Name)); n == 0 || n > 40 {
		bad = append(bad, errs.NewField("name", "error.account.name"))
	}
	for _, k := range PostKinds {
		if k == p.Kind {
			return bad
		}
	}
	return append(bad, errs.NewField("kind", "error.account.choose"))
}
