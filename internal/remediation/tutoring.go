package remediation

import (
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Form is how people are retrained beside the courses that they learn online (C56).
type Form string

const (
	InternalForm Form = "internal" // 内部强化
	ExternalForm Form = "external" // 外部辅导
)

// Forms are all of them, in the order in which pages show them.
var Forms = []Form{InternalForm, ExternalForm}

// maxAbout bounds what is said of a tutoring: what, by whom, when.
const maxAbout = 200

// Tutoring is a part of a retraining that happens face to face. HR confirms it; the person concerned cannot.
type Tutoring struct {
	Form        Form
	About       string
	ConfirmedAt *time.Time
	ConfirmedBy *account.PersonID
}

// tutorings are the forms that an assignment has something to say of.
func (a Assignment) tutorings() (forms, about []string) {
	for _, f := range Forms {
		if text := strings.TrimSpace(a.Tutoring[f]); text != "" {
			forms, about = append(forms, string(f)), append(about, text)
		}
	}
	return forms, about
}

// checkTutorings names what is too long, by the form's name.
func (a Assignment) checkTutorings() (wrong []errs.Field) {
	for _, f := range Forms {
		if len([]rune(strings.TrimSpace(a.Tutoring[f]))) > maxAbout {
			wrong = append(wrong, errs.NewField(string(f), "error.remediation.tutoring", "max", maxAbout))
		}
	}
	return wrong
}
