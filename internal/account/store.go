package account

import (
	"context"
	_ "embed"
	"errors"

	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

//go:embed queries.sql
var queriesSQL string

//go:embed people.sql
var peopleSQL string

// store holds the feature's prepared statements. The directory's statement is
// prepared twice, once for searches and once for lists: PostgreSQL decides by
// the first five runs of a prepared statement whether to plan it anew for each
// search (1 ms among 100,000 people) or once for all (a second), and a few
// lists first would decide it for the searches.
type store struct {
	*db.Queries
	find, list *db.Queries
}

func openStore(ctx context.Context, d *db.DB) (store, error) {
	var s store
	var err error
	if s.Queries, err = d.Prepare(ctx, queriesSQL); err != nil {
		return s, err
	}
	if s.find, err = d.Prepare(ctx, peopleSQL); err != nil {
		return s, err
	}
	s.list, err = d.Prepare(ctx, peopleSQL)
	return s, err
}

// conflicts turns the name of a broken constraint into the field it is about.
var conflicts = db.Refusals{
	"person_employee_no": errs.InvalidFields(errs.NewField("employee_no", "error.account.employee_no_taken")),
	"account_login":      errs.InvalidFields(errs.NewField("login", "error.account.login_taken")),
	"account_pkey":       errs.New(errs.Conflict, "error.account.login_exists"),
	"org_unit_name":      errs.InvalidFields(errs.NewField("name", "error.account.unit_name_taken")),
	"org_unit_one_root":  errs.New(errs.Conflict, "error.account.one_root"),
	"org_unit_no_cycle":  errs.InvalidFields(errs.NewField("parent_id", "error.account.unit_cycle")),
	"post_code":          errs.InvalidFields(errs.NewField("code", "error.account.post_taken")),
	"post_name":          errs.InvalidFields(errs.NewField("name", "error.account.post_taken")),
	"person_days":        errs.InvalidFields(errs.NewField("left_on", "error.account.left_on")),
	"assignment_days":    errs.InvalidFields(errs.NewField("from_on", "error.account.from_on")),
	"assignment_from":    errs.InvalidFields(errs.NewField("from_on", "error.account.from_on")),
}

// explain gives a broken constraint the words for whoever filled in the form.
func explain(err error) error { return conflicts.Explain(err) }

// ifMissing replaces NotFound by a field error: an id chosen in a form that is
// not there any more, or outside the viewer's scope, is a wrong choice.
func ifMissing(err error, field string) error {
	var e *errs.Error
	if errors.As(err, &e) && e.Kind == errs.NotFound {
		return errs.InvalidFields(errs.NewField(field, "error.account.choose"))
	}
	return err
}
