package story

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/app/apptest"
)

const secretWord = "correct horse battery"

// clinic is the program with the people of the story.
type clinic struct {
	*apptest.App
	t    *testing.T
	unit account.UnitID
}

// cast are the people: log-in, name, roles.
var cast = []struct {
	login, name string
	post        string
	roles       []account.Role
}{
	{"peixun", "周培", "trainer", []account.Role{account.Trainer}},
	{"renshi", "何人", "hr", []account.Role{account.HR}},
	{"zhuguan", "沈主", "lead", []account.Role{account.Superior}},
	{"jiaxiu", "贾秀", "online", []account.Role{account.Consultant}},
	{"yinan", "易楠", "online", []account.Role{account.Consultant}},
}

func newClinic(t *testing.T) *clinic {
	t.Helper()
	ctx, root := context.Background(), account.System()
	c := &clinic{App: apptest.New(t, app.Options{}), t: t}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	company, err := c.Accounts.CreateUnit(ctx, root, 0, account.Company, "美丽医疗", 0)
	check(err)
	c.unit, err = c.Accounts.CreateUnit(ctx, root, company, account.Department, "网络咨询部", 0)
	check(err)
	posts := map[string]account.PostID{}
	for _, p := range []account.Post{
		{Code: "online", Name: "网络咨询员", Kind: "online"}, {Code: "lead", Name: "咨询主管", Kind: "other"},
		{Code: "trainer", Name: "培训师", Kind: "other"}, {Code: "hr", Name: "人事专员", Kind: "other"},
	} {
		posts[p.Code], err = c.Accounts.CreatePost(ctx, root, p)
		check(err)
	}
	for i, one := range cast {
		unit := company
		if one.post == "online" || one.post == "lead" {
			unit = c.unit
		}
		id, err := c.Accounts.CreatePerson(ctx, root, account.NewPerson{
			PersonInput: account.PersonInput{EmployeeNo: "S" + strconv.Itoa(100+i), Name: one.name}, UnitID: unit, PostID: posts[one.post],
		})
		check(err)
		for _, r := range one.roles {
			check(c.Accounts.GrantRole(ctx, root, id, r, company))
		}
		check(c.Accounts.CreateLoginWithPassword(ctx, root, id, one.login, secretWord))
	}
	return c
}

// questionFile is a trainer's Excel file in the layout of a common Chinese exam site, with 重点 and 知识点 beside it.
// The right answer to question n is its n-th option, counted round.
func questionFile(t *testing.T, n int) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	sheet := "试题内容"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	rows := [][]any{{"题干（必填）", "题型 （必填）", "选项 A", "选项 B", "选项 C", "选项 D", "正确答案\n（必填）", "解析\n（勿删）", "章节\n（勿删）", "难度", "重点"}}
	for i := range n {
		rows = append(rows, []any{
			"第" + strconv.Itoa(i+1) + "位顾客咨询时，哪一种回复合规？", "单选题", "回复甲" + strconv.Itoa(i), "回复乙" + strconv.Itoa(i), "回复丙" + strconv.Itoa(i), "回复丁" + strconv.Itoa(i),
			string(rune('A' + i%4)), "只有这一种没有承诺效果。", "2/异议：效果与安全", "适中", "是",
		})
	}
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, "A"+strconv.Itoa(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "题库.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// pictureFile is a page of courseware.
func pictureFile(t *testing.T) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 800, 600))
	for x := range 800 {
		for y := range 600 {
			img.Set(x, y, color.RGBA{uint8(x / 4), 120, uint8(y / 3), 255})
		}
	}
	path := filepath.Join(t.TempDir(), "回复要点.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	return path
}
