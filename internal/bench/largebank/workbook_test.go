package largebank

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Words that questions are made of; together they give more stems than the bank holds.
var (
	subjects = strings.Fields("玻尿酸 肉毒素 光子嫩肤 水光针 线雕 热玛吉 超声炮 双眼皮 隆鼻 吸脂 脱毛 祛斑 果酸焕肤 微针 自体脂肪 面部填充 激光祛痘 瘦脸针 溶脂针 牙齿美白")
	moments  = strings.Fields("术前 术后 当天 三天内 一周内 恢复期 复诊时 面诊时 咨询时 签字前 付款前 投诉后 改约时 电话回访时 网上留言时")
	asked    = strings.Fields("饮食 防晒 用药 禁忌 护理 风险告知 价格说明 广告宣传 病历书写 客户安抚 预约改期 适应症 过敏史 随访 退费 肖像使用 隐私保护 转诊 麻醉 冰敷")
	answers  = strings.Fields("立即联系主诊医师 如实告知并记录 请客户签字确认 先行承诺效果 按流程转交专人 暂缓并说明原因 由咨询员自行决定 依照条文办理 提供书面材料 建议择日复诊")
	points   = strings.Fields("注射 光电 手术 皮肤 护理 话术 异议 回访 礼仪 投诉 档案 广告 执业 隐私 合同")
)

// workbook is an .xlsx of n questions in a layout that Chinese sites use, each unlike all others.
func workbook(b *testing.B, random *rand.Rand, file, n int) []byte {
	b.Helper()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	no(b, err)
	no(b, w.SetRow("A1", []any{"题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "难度", "知识点", "重点"}))
	one := func(words []string) string { return words[random.IntN(len(words))] }
	for i := range n {
		kind, key := "单选题", string(rune('A'+random.IntN(4)))
		if i%4 == 3 {
			kind, key = "多选题", "AC"
		}
		subject, moment, ask := one(subjects), one(moments), one(asked)
		stem := fmt.Sprintf("第 %d-%d 例：客户做%s，%s问到%s，同事又提起%s的%s，咨询师下列做法正确的是（ ）", file, i, subject, moment, ask, one(subjects), one(asked))
		options := random.Perm(len(answers))
		no(b, w.SetRow(fmt.Sprintf("A%d", i+2), []any{
			kind, stem, answers[options[0]], answers[options[1]], answers[options[2]], answers[options[3]], key,
			fmt.Sprintf("%s%s应当%s，并在病历中记录%s。", moment, subject, one(answers), ask), 1 + random.IntN(5),
			fmt.Sprintf("%d/%s", 1+random.IntN(5), one(points)), []string{"是", "否", "否"}[random.IntN(3)],
		}))
	}
	no(b, w.Flush())
	var out bytes.Buffer
	no(b, f.Write(&out))
	no(b, f.Close())
	return out.Bytes()
}

func no(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
