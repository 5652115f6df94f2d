package account_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/errs"
)

func readRows(t *testing.T, name string) []account.ImportRow {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := account.ReadPeople(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTemplateReadsBack(t *testing.T) {
	data, err := account.Template()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := account.ReadPeople("template.xlsx", data)
	if err != nil || len(rows) != 1 || rows[0].Line != 2 || rows[0].Cells[1] != "王小美" {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestReadPeople(t *testing.T) {
	const text = "\xef\xbb\xbf岗位,工号*,姓名,部门路径\n\n网络咨询员, A900 ,李四,东院\n,,,\n网络咨询员,A901,王五,西院\n"
	rows, err := account.ReadPeople("a.csv", []byte(text))
	if err != nil || len(rows) != 2 || rows[0].Line != 3 || rows[1].Line != 5 || rows[0].Cells[0] != "A900" || rows[0].Cells[5] != "网络咨询员" {
		t.Errorf("%+v, %v", rows, err)
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(strings.TrimPrefix(text, "\xef\xbb\xbf")))
	if err != nil {
		t.Fatal(err)
	}
	again, err := account.ReadPeople("a.csv", gbk)
	if err != nil || len(again) != 2 || again[1].Cells[1] != "王五" {
		t.Errorf("GBK: %+v, %v", again, err)
	}
	for name, data := range map[string]string{
		"empty.csv": "", "header.csv": "工号,姓名,部门路径,岗位\n", "column.csv": "工号,姓名\nA1,李四\n", "zip.xlsx": "no zip", "quote.csv": "工号,姓名,部门路径,岗位\n\"a,b\n",
	} {
		if _, err := account.ReadPeople(name, []byte(data)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever somebody uploads, reading it ends with rows or with words about the file.
func FuzzReadPeople(f *testing.F) {
	f.Add("a.csv", []byte("工号,姓名,部门路径,岗位\nA1,李四,东院,网络咨询员\n"))
	f.Add("a.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		rows, err := account.ReadPeople(name, data)
		if err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%v", err)
		}
		for _, r := range rows {
			if len(r.Cells) != len(account.ImportColumns) {
				t.Errorf("row of %d cells", len(r.Cells))
			}
		}
	})
}

func TestImportNamesEveryProblemAtItsPlace(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	c.withLogin("小美", "mei", "correct horse")
	plan, err := c.s.PreviewPeople(ctx, c.hr, readRows(t, "problems.csv"))
	c.no(err)
	var got []string
	for _, p := range plan.Problems {
		got = append(got, p.String())
	}
	want := []string{
		"2 工号: error.account.employee_no",
		"3 姓名: error.account.person_name",
		"4 手机: error.account.phone",
		"4 邮箱: error.account.email",
		"5 入职日期: error.account.import_date",
		"6 部门路径: error.account.import_unit",
		"7 部门路径: error.account.import_outside",
		"8 岗位: error.account.import_post",
		"9 角色: error.account.import_role",
		"10 角色: error.account.may_not_grant",
		"11 登录名: error.account.login",
		"12 登录名: error.account.login_taken",
		"13 工号: error.account.import_twice",
		"14 部门路径: error.field.required",
		"14 岗位: error.field.required",
		"15 登录名: error.account.import_twice",
		"16 手机: error.account.phone",
		"16 邮箱: error.account.email",
		"16 部门路径: error.account.import_unit",
		"16 岗位: error.account.import_post",
		"16 入职日期: error.account.import_date",
		"16 角色: error.account.import_role",
		"16 登录名: error.account.login",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, r := range plan.Rows {
		faulty := slices.ContainsFunc(plan.Problems, func(p account.ImportProblem) bool { return p.Line == r.Line })
		if faulty != (r.Act == account.ImportFaulty) {
			t.Errorf("line %d counts as %s", r.Line, r.Act)
		}
	}
	_, err = c.s.ImportPeople(ctx, c.hr, readRows(t, "problems.csv"))
	c.kind(err, errs.Conflict)
	if got := c.names(c.hr, account.Filter{}); len(got) != 2 {
		t.Errorf("something was imported: %v", got)
	}
}

func TestImportCreatesUpdatesAndLeavesAlone(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	rows := readRows(t, "good.csv")
	id, err := c.s.KeepImport(ctx, c.hr, "good.csv", rows)
	c.no(err)
	_, plan, err := c.s.KeptImport(ctx, c.hr, id)
	c.no(err)
	if plan.Count(account.ImportNew) != 3 || plan.NewLogins() != 2 || len(plan.Problems) != 0 {
		t.Fatalf("%+v", plan)
	}
	_, err = c.s.ApplyImport(ctx, c.admin, id)
	c.kind(err, errs.NotFound) // another's upload
	result, err := c.s.ApplyImport(ctx, c.hr, id)
	c.no(err)
	if result.Created != 3 || len(result.Logins) != 2 {
		t.Fatalf("%+v", result)
	}
	in, err := c.signIn(result.Logins[0].Login, result.Logins[0].Password)
	c.no(err)
	if !in.MustChange {
		t.Error("a first password need not be changed")
	}
	_, err = c.s.ApplyImport(ctx, c.hr, id)
	c.kind(err, errs.NotFound) // once
	var left string
	c.no(c.db.SQL().QueryRow(`SELECT rows::text FROM people_import WHERE id = $1`, int64(id)).Scan(&left))
	if left != "[]" {
		t.Errorf("the file's rows stay: %s", left)
	}

	again, err := c.s.PreviewPeople(ctx, c.hr, rows)
	c.no(err)
	if again.Count(account.ImportUnchanged) != 3 || len(again.Problems) != 0 {
		t.Errorf("a second time: %+v", again)
	}
	rows[0].Cells[4], rows[0].Cells[2] = "东院/网络咨询部/妇科组", ""
	update, err := c.s.PreviewPeople(ctx, c.hr, rows)
	c.no(err)
	if update.Rows[0].Act != account.ImportUpdate || !slices.Equal(update.Rows[0].Changes, []string{"部门路径", "角色"}) {
		t.Errorf("%+v", update.Rows[0])
	}
	_, err = c.s.ImportPeople(ctx, c.hr, rows)
	c.no(err)
	if got := c.names(c.hr, account.Filter{UnitID: c.gynaecology}); !slices.Contains(got, "王小美") {
		t.Errorf("not moved: %v", got)
	}
}

func TestImportReadsExcelsOwnDatesAndNumbers(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for i, v := range []any{"工号", "姓名", "手机", "部门路径", "岗位", "入职日期"} {
		cell, _ := excelize.CoordinatesToCellName(i+1, 1)
		_ = f.SetCellValue("Sheet1", cell, v)
	}
	for i, v := range []any{1001, "李四", 13812345678, "东院", "网络咨询员", 45352} {
		cell, _ := excelize.CoordinatesToCellName(i+1, 2)
		_ = f.SetCellValue("Sheet1", cell, v)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := account.ReadPeople("x.XLSX", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	c := newClinic(t)
	plan, err := c.s.PreviewPeople(context.Background(), c.hr, rows)
	c.no(err)
	in := plan.Rows[0].Input
	if len(plan.Problems) != 0 || in.EmployeeNo != "1001" || in.Phone != "13812345678" || in.HiredOn.Format("2006-01-02") != "2024-03-01" {
		t.Errorf("%+v %+v", plan.Problems, in)
	}
}

func TestImportFindsAUnitByTheEndOfItsPath(t *testing.T) {
	c, ctx := newClinic(t), context.Background()
	west := c.unit(c.west, account.Department, "网络咨询部")
	gynaecology := c.unit(west, account.Group, "妇科组")
	skin := c.unit(c.west, account.Department, "皮肤科")
	all := c.viewer(c.person("总管", c.root), account.Admin, c.root)
	for _, tc := range []struct {
		viewer     account.Viewer
		path       string
		want       account.UnitID
		key, named string
	}{
		{c.hr, "妇科组", c.gynaecology, "", ""},
		{c.hr, " 网络咨询部 > 妇科组 ", c.gynaecology, "", ""},
		{c.hr, "咨询部/妇科组", 0, "error.account.import_unit", ""},
		{c.hr, "皮肤科", skin, "error.account.import_outside", ""},
		{c.hr, "西院/网络咨询部/妇科组", gynaecology, "error.account.import_outside", ""},
		{all, "妇科组", 0, "error.account.import_several", "东院/网络咨询部/妇科组、西院/网络咨询部/妇科组"},
		{all, "西院/网络咨询部", west, "", ""},
		{all, "美丽医疗/西院/网络咨询部/妇科组", gynaecology, "", ""},
		{all, "皮肤科", skin, "", ""},
		{all, "美丽医疗", c.root, "", ""},
		{all, "美丽医疗/美丽医疗", 0, "error.account.import_unit", ""},
	} {
		cells := make([]string, len(account.ImportColumns))
		cells[0], cells[1], cells[4], cells[5] = "Z001", "王小美", tc.path, "网络咨询员"
		plan, err := c.s.PreviewPeople(ctx, tc.viewer, []account.ImportRow{{Line: 2, Cells: cells}})
		c.no(err)
		if got := plan.Rows[0].UnitID; got != tc.want {
			t.Errorf("%s: unit %d, want %d", tc.path, got, tc.want)
		}
		switch {
		case tc.key == "" && len(plan.Problems) > 0:
			t.Errorf("%s: %v", tc.path, plan.Problems)
		case tc.key == "":
		case len(plan.Problems) != 1 || plan.Problems[0].Key != tc.key:
			t.Errorf("%s: %v, want %s", tc.path, plan.Problems, tc.key)
		case tc.named != "" && plan.Problems[0].Args["units"] != tc.named:
			t.Errorf("%s: names %v", tc.path, plan.Problems[0].Args["units"])
		}
	}
}

func TestImportFindsARolesUnitByTheEndOfItsPath(t *testing.T) {
	c := newClinic(t)
	cells := make([]string, len(account.ImportColumns))
	cells[0], cells[1], cells[4], cells[5], cells[7] = "Z001", "王小美", "东院", "网络咨询员", "组长@妇科组"
	plan, err := c.s.PreviewPeople(context.Background(), c.admin, []account.ImportRow{{Line: 2, Cells: cells}})
	c.no(err)
	if len(plan.Problems) > 0 || len(plan.Rows[0].Grants) != 1 || plan.Rows[0].Grants[0].UnitID != c.gynaecology {
		t.Errorf("%v %+v", plan.Problems, plan.Rows[0].Grants)
	}
}
