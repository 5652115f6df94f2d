package demo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/account"
)

// key is the seed of a purpose.
func key(seed int64, purpose string) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, purpose))
}

// makeOrganisation sets up units, posts, people, roles and accounts.
func (c *clinic) makeOrganisation(ctx context.Context) error {
	system := account.System()
	for i, u := range units {
		id, err := c.Accounts.CreateUnit(ctx, system, c.units[u.parent], u.kind, u.name, i)
		if err != nil {
			return err
		}
		c.units[u.key] = id
	}
	byCode := map[string]account.PostID{}
	for _, p := range posts {
		id, err := c.Accounts.CreatePost(ctx, system, p)
		if err != nil {
			return err
		}
		byCode[p.Code] = id
	}
	for i, m := range c.people {
		if err := c.employ(ctx, m, i, byCode[m.Post]); err != nil {
			return fmt.Errorf("%s: %w", m.No, err)
		}
	}
	return nil
}

// employ makes a person with roles and, when somebody may sign in as them, an account. Phone numbers begin with 100, which no
// telephone in China does.
func (c *clinic) employ(ctx context.Context, m *member, no int, post account.PostID) (err error) {
	hired, err := time.Parse(time.DateOnly, m.Hired)
	if err != nil {
		return err
	}
	system := account.System()
	m.id, err = c.Accounts.CreatePerson(ctx, system, account.NewPerson{
		PersonInput: account.PersonInput{EmployeeNo: m.No, Name: m.Name, Phone: fmt.Sprintf("1000000%04d", no+1), HiredOn: &hired},
		UnitID:      c.units[m.Unit], PostID: post,
	})
	if err != nil {
		return err
	}
	for _, g := range m.Grants {
		if err := c.Accounts.GrantRole(ctx, system, m.id, g.role, c.units[g.unit]); err != nil {
			return err
		}
	}
	if m.Login != "" {
		if err := c.Accounts.CreateLoginWithPassword(ctx, system, m.id, m.Login, password(c.secret, m.Login)); err != nil {
			return err
		}
	}
	m.viewer, err = c.Accounts.ViewerFor(ctx, m.id)
	return err
}
