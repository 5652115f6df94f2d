package account

import (
	"slices"

	"github.com/peikao/peikao/internal/platform/errs"
)

// Conflicts of interest (requirements, "Always"): pure checks that services
// call beside the permission, because a person may hold both roles.

// NotSelf refuses an act of a person on the own things: nobody marks, scores,
// records points on, decides on or grants roles to themself.
func NotSelf(v Viewer, subject PersonID) error {
	if v.PersonID != 0 && v.PersonID == subject {
		return errs.New(errs.Forbidden, "error.account.not_self")
	}
	return nil
}

// AnotherPerson refuses an act by somebody who took part in an earlier step:
// who marked does not decide the appeal, the second signature is another
// person's, the author does not publish the own version.
func AnotherPerson(v Viewer, earlier ...PersonID) error {
	if v.PersonID != 0 && slices.Contains(earlier, v.PersonID) {
		return errs.New(errs.Forbidden, "error.account.same_person")
	}
	return nil
}

// FirstSignature is the proposal of an act that takes two people: it needs a
// person, not the program, and not the one whom it is about.
func FirstSignature(v Viewer, subject PersonID) error {
	if v.PersonID == 0 {
		return errs.New(errs.Forbidden, "error.account.person_needed")
	}
	return NotSelf(v, subject)
}

// SecondSignature is the approval or refusal of such an act, by a person who
// neither proposed it nor is the one whom it is about.
func SecondSignature(v Viewer, proposer, subject PersonID) error {
	if err := FirstSignature(v, subject); err != nil {
		return err
	}
	return AnotherPerson(v, proposer)
}
