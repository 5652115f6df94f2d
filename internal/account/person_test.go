package account

import (
	"testing"
	"time"
)

func TestMaskPhone(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "13812345678": "138****5678", "+8613812345678": "+86138****5678",
		"12345": "*2345", "1234": "****", "010-12345678": "010-****5678",
	} {
		if got := MaskPhone(in); got != want {
			t.Errorf("MaskPhone(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPinyin(t *testing.T) {
	for _, c := range []struct{ name, full, initials string }{
		{"张小美", "zhangxiaomei", "zxm"},
		{"单丽", "shanli", "sl"},
		{"曾静", "zengjing", "zj"},
		{"吕梁", "lvliang", "ll"},
		{"Anna 王", "annawang", "annaw"},
		{"阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"},
		{"", "", ""},
	} {
		full, initials := Pinyin(c.name)
		if full != c.full || initials != c.initials {
			t.Errorf("Pinyin(%q) = %q, %q, want %q, %q", c.name, full, initials, c.full, c.initials)
		}
	}
}

func TestPersonInput(t *testing.T) {
	today := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	day := func(y int, m time.Month, d int) *time.Time { v := time.Date(y, m, d, 0, 0, 0, 0, time.UTC); return &v }
	good := PersonInput{EmployeeNo: "A001", Name: "张小美", Phone: "13812345678", Email: "a@b.cn", HiredOn: day(2020, 1, 1)}
	for name, c := range map[string]struct {
		change func(*PersonInput)
		field  string
	}{
		"good":            {func(*PersonInput) {}, ""},
		"full width":      {func(in *PersonInput) { in.EmployeeNo, in.Phone = "A001", "138 1234 5678" }, ""},
		"no phone":        {func(in *PersonInput) { in.Phone = "" }, ""},
		"no number":       {func(in *PersonInput) { in.EmployeeNo = " " }, "employee_no"},
		"formula":         {func(in *PersonInput) { in.EmployeeNo = "=1+1" }, "employee_no"},
		"no name":         {func(in *PersonInput) { in.Name = "  " }, "name"},
		"line in name":    {func(in *PersonInput) { in.Name = "张\x00" }, "name"},
		"letters":         {func(in *PersonInput) { in.Phone = "电话" }, "phone"},
		"e-mail":          {func(in *PersonInput) { in.Email = "nobody" }, "email"},
		"hired tomorrow":  {func(in *PersonInput) { in.HiredOn = day(2026, 3, 3) }, "hired_on"},
		"hired today":     {func(in *PersonInput) { in.HiredOn = day(2026, 3, 2) }, ""},
		"hired long past": {func(in *PersonInput) { in.HiredOn = day(1900, 1, 1) }, "hired_on"},
	} {
		in := good
		c.change(&in)
		bad := in.Clean().Check(today)
		switch {
		case c.field == "" && len(bad) != 0:
			t.Errorf("%s: %v", name, bad)
		case c.field != "" && (len(bad) != 1 || bad[0].Name != c.field):
			t.Errorf("%s: %v, want %s", name, bad, c.field)
		}
	}
}
