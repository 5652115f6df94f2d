package account

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"github.com/peikao/peikao/internal/platform/errs"
)

// Person is one of the clinic's people with the place where they stand today
// or, after leaving, stood last. Phone is masked wherever a list or a page
// shows it; the whole number comes from Service.ShowPhone alone.
type Person struct {
	ID         PersonID   `db:"id"`
	EmployeeNo string     `db:"employee_no"`
	Name       string     `db:"name"`
	Pinyin     string     `db:"pinyin"`
	Phone      string     `db:"phone"`
	Email      string     `db:"email"`
	Language   string     `db:"language"`
	HiredOn    *time.Time `db:"hired_on"`
	LeftOn     *time.Time `db:"left_on"`
	Version    int        `db:"version"`
	UnitID     UnitID     `db:"unit_id"`
	UnitName   string     `db:"unit_name"`
	PostID     PostID     `db:"post_id"`
	PostName   string     `db:"post_name"`
}

// Left tells whether the person has left the clinic.
func (p Person) Left() bool { return p.LeftOn != nil }

// PersonInput is what HR types about a person; dates are days of the clinic.
type PersonInput struct {
	EmployeeNo string
	Name       string
	Phone      string
	Email      string
	HiredOn    *time.Time
}

var (
	employeeNoShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
	phoneShape      = regexp.MustCompile(`^(\+?[0-9][0-9-]{5,18})?$`)
	emailShape      = regexp.MustCompile(`^([^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+)?$`)
	loginShape      = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)
)

const (
	maxNameLength  = 40
	maxEmailLength = 254
)

// Clean brings what was typed or pasted from a sheet to the stored form:
// full-width digits become narrow, spaces around and inside numbers go.
func (in PersonInput) Clean() PersonInput {
	in.EmployeeNo = strings.TrimSpace(narrow(in.EmployeeNo))
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	in.Phone = strings.NewReplacer(" ", "", "(", "", ")", "").Replace(strings.TrimSpace(narrow(in.Phone)))
	in.Email = strings.TrimSpace(narrow(in.Email))
	return in
}

// Check names every wrong field; dates lie between 1950 and today.
func (in PersonInput) Check(today time.Time) []errs.Field {
	var bad []errs.Field
	if !employeeNoShape.MatchString(in.EmployeeNo) {
		bad = append(bad, errs.NewField("employee_no", "error.account.employee_no"))
	}
	if n := len([]rune(in.Name)); n == 0 || n > maxNameLength || strings.ContainsFunc(in.Name, unicode.IsControl) {
		bad = append(bad, errs.NewField("name", "error.account.person_name"))
	}
	if !phoneShape.MatchString(in.Phone) {
		bad = append(bad, errs.NewField("phone", "error.account.phone"))
	}
	if !emailShape.MatchString(in.Email) || len(in.Email) > maxEmailLength {
		bad = append(bad, errs.NewField("email", "error.account.email"))
	}
	if in.HiredOn != nil && (in.HiredOn.Year() < 1950 || in.HiredOn.After(today)) {
		bad = append(bad, errs.NewField("hired_on", "error.account.hired_on"))
	}
	return bad
}

// MaskPhone hides the middle of a number: 138****1234. Short numbers keep
// their last two digits alone.
func MaskPhone(phone string) string {
	switch n := len(phone); {
	case n == 0:
		return ""
	case n >= 11:
		return phone[:n-8] + "****" + phone[n-4:]
	case n > 4:
		return strings.Repeat("*", n-4) + phone[n-4:]
	default:
		return strings.Repeat("*", n)
	}
}

// narrow turns full-width letters and digits, as Chinese keyboards write them,
// into ASCII.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\uff01' && r <= '\uff5e':
			return r - '\uff01' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}

// surnames are read differently in a name than in a text.
var surnames = map[string]string{
	"单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "任": "ren", "区": "ou", "查": "zha", "朴": "piao",
	"翟": "zhai", "华": "hua", "覃": "qin", "缪": "miao", "乐": "yue", "冼": "xian", "召": "shao", "盖": "ge",
	"秘": "bi", "尹": "yin", "纪": "ji", "宁": "ning", "洗": "xian", "佴": "nai", "逄": "pang", "员": "yun",
}

// Pinyin spells a name for search and sorting: "张小美" → "zhangxiaomei", "zxm".
// Letters and digits in the name stay as they are, in lower case.
func Pinyin(name string) (full, initials string) {
	var whole, first strings.Builder
	for i, r := range []rune(name) {
		syllable := spell(r, i == 0)
		if syllable == "" {
			continue
		}
		whole.WriteString(syllable)
		first.WriteByte(syllable[0])
	}
	return whole.String(), first.String()
}

func spell(r rune, surname bool) string {
	if surname && surnames[string(r)] != "" {
		return surnames[string(r)]
	}
	if r < unicode.MaxASCII {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToLower(r))
		}
		return ""
	}
	if s := pinyin.SinglePinyin(r, pinyin.NewArgs()); len(s) > 0 {
		return s[0]
	}
	return ""
}
