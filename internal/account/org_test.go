package account_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// rule:E06
func TestTreeIsReadDownwards(t *testing.T) {
	c := newClinic(t)
	tree, err := c.s.Tree(context.Background(), c.admin)
	c.no(err)
	var names []string
	for _, u := range tree.InOrder() {
		names = append(names, u.Name)
	}
	want := []string{"美丽医疗", "东院", "网络咨询部", "妇科组", "整形组", "西院"}
	if !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	if p := tree.Path(c.surgery); p != "东院/网络咨询部/整形组" {
		t.Errorf("path %q", p)
	}
	if p := tree.Path(c.root); p != "美丽医疗" {
		t.Errorf("root's path %q", p)
	}
	if below := tree.Below(c.dept); len(below) != 3 {
		t.Errorf("below: %v", below)
	}
}

func TestHeadcountsIncludeAllBelow(t *testing.T) {
	tree := account.Tree{{ID: 1, People: 1}, {ID: 2, ParentID: 1}, {ID: 5, ParentID: 1, People: 7}, {ID: 3, ParentID: 2, People: 2}, {ID: 4, ParentID: 3, People: 4}}
	want := map[account.UnitID]int{1: 14, 2: 6, 3: 6, 4: 4, 5: 7}
	if got := tree.Headcounts(); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestKindsGoDownTheTree(t *testing.T) {
	for _, c := range []struct {
		parent, child account.UnitKind
		want          bool
	}{
		{account.Company, account.Branch, true}, {account.Company, account.Group, true}, {account.Company, account.Company, false},
		{account.Branch, account.Branch, false}, {account.Department, account.Department, true},
		{account.Department, account.Branch, false}, {account.Group, account.Group, false}, {account.Group, "", false},
	} {
		if got := c.parent.MayHold(c.child); got != c.want {
			t.Errorf("%s below %s: %v", c.child, c.parent, got)
		}
	}
}

func TestMoveCarriesTheSubtreeAndRefusesCircles(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	lead := c.viewer(c.person("李西", c.west), account.Lead, c.west)
	if lead.Scope(account.ExamResultsRead).HasUnit(c.surgery) {
		t.Fatal("west reaches surgery before the move")
	}
	c.no(c.s.MoveUnit(ctx, c.admin, c.dept, c.west))
	lead, err := c.s.ViewerFor(ctx, lead.PersonID)
	c.no(err)
	if !lead.Scope(account.ExamResultsRead).HasUnit(c.surgery) {
		t.Error("west does not reach surgery after the move")
	}
	c.kind(c.s.MoveUnit(ctx, account.System(), c.dept, c.surgery), errs.Invalid)
	c.kind(c.s.MoveUnit(ctx, c.admin, c.root, c.west), errs.Conflict)
	inner := c.unit(c.dept, account.Department, "夜班")
	c.kind(c.s.MoveUnit(ctx, c.admin, c.dept, inner), errs.Invalid) // a kind that fits, and still a circle
}

func TestUnitsAreEditedInsideTheScopeOnly(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	c.kind(c.s.RenameUnit(ctx, c.hr, c.west, "西", 0), errs.NotFound)
	c.no(c.s.RenameUnit(ctx, c.hr, c.dept, "网电部", 3))
	c.kind(c.s.RenameUnit(ctx, c.hr, c.surgery, "妇科组", 0), errs.Invalid)
	c.kind(c.s.RenameUnit(ctx, c.hr, c.surgery, "a/b", 0), errs.Invalid)
	_, err := c.s.CreateUnit(ctx, c.hr, c.west, account.Department, "新部门", 0)
	c.kind(err, errs.Invalid)
	_, err = c.s.CreateUnit(ctx, c.admin, 0, account.Company, "另一家", 0)
	c.kind(err, errs.Invalid)
	_, err = c.s.CreateUnit(ctx, account.System(), 0, account.Company, "另一家", 0)
	c.kind(err, errs.Conflict)
}

func TestRetireOnlyWhatIsEmpty(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	c.kind(c.s.RetireUnit(ctx, c.hr, c.dept), errs.Conflict)
	id := c.person("小美", c.surgery)
	c.kind(c.s.RetireUnit(ctx, c.hr, c.surgery), errs.Conflict)
	c.no(c.s.Transfer(ctx, c.hr, id, c.gynaecology, c.online, *c.day(0)))
	c.no(c.s.RetireUnit(ctx, c.hr, c.surgery))
	c.kind(c.s.RetirePost(ctx, c.hr, c.online), errs.Conflict)
	_, err := c.s.CreatePost(ctx, c.hr, account.Post{Code: "online", Name: "别名", Kind: "online"})
	c.kind(err, errs.Invalid)
}

// However units are moved, the closure is what the parents say.
func TestClosureFollowsEveryMove(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	random := rand.New(rand.NewPCG(1, 2))
	units := []account.UnitID{c.dept}
	for i := range 8 {
		units = append(units, c.unit(units[random.IntN(len(units))], account.Department, fmt.Sprint("部门", i)))
	}
	moved := 0
	for range 40 {
		from, to := units[random.IntN(len(units))], units[random.IntN(len(units))]
		switch err := c.s.MoveUnit(ctx, account.System(), from, to); {
		case err == nil:
			moved++
		case !errs.Is(err, errs.Invalid):
			t.Fatal(err)
		}
		var wrong int
		c.no(c.db.SQL().QueryRow(`
			WITH RECURSIVE true_tree AS (
				SELECT id AS unit_id, id AS ancestor_id, 0 AS depth FROM org_unit
				UNION ALL SELECT t.unit_id, u.parent_id, t.depth + 1 FROM true_tree t JOIN org_unit u ON u.id = t.ancestor_id WHERE u.parent_id IS NOT NULL
			)
			SELECT count(*) FROM true_tree FULL JOIN org_ancestor o USING (unit_id, ancestor_id, depth)
			WHERE o.unit_id IS NULL OR NOT EXISTS (SELECT 1 FROM true_tree x WHERE x.unit_id = o.unit_id AND x.ancestor_id = o.ancestor_id AND x.depth = o.depth)`).Scan(&wrong))
		if wrong != 0 {
			t.Fatalf("%d links of the closure are wrong", wrong)
		}
	}
	if moved < 5 {
		t.Errorf("only %d moves happened", moved)
	}
}
