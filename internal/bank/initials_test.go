package bank

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestInitialWords(t *testing.T) {
	for stem, want := range map[string]string{
		"玻尿酸":       "@bns @ns",
		"玻尿酸 注射":    "@bns @ns @zs",
		"玻尿酸，Q开关":   "@bns @kg @ns",
		"一":         "",
		"BTX 100u？": "",
		"银行卡":       "@hk @hq @xk @xq @yhk @yhq @yxk @yxq", // 行 and 卡 are read in two ways
		"重复":        "@cf @zf",
		"㐀玻尿":       "@bn", // a character without a letter ends a run
	} {
		if got := initialWords(stem); got != want {
			t.Errorf("%q: %q, want %q", stem, got, want)
		}
	}
}

func TestInitialsTerm(t *testing.T) {
	for word, want := range map[string]string{
		"b": "", "bn": "'@bn':*", "bns": "'@bns'", "bnsz": "('@bns' & '@nsz')", "b12": "", "é": "", "q4": "", "": "",
	} {
		if got := initialsTerm(word); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

// The words of the house are spelt as people spell them.
func TestUsualInitials(t *testing.T) {
	for text, letters := range map[string]string{
		"玻尿酸": "bns", "热玛吉": "rmj", "水光针": "sgz", "肉毒素": "rds", "双眼皮": "syp", "皮肤科": "pfk", "医疗广告": "ylgg", "咨询员": "zxy", "激光脱毛": "jgtm", "光子嫩肤": "gznf",
		"术后护理": "shhl", "降低": "jd", "投降": "tx", "成长": "cz", "长期": "cq", "重点": "zd", "重新": "cx", "调整": "tz", "强调": "qd", "音乐": "yy", "快乐": "kl", "银行": "yh", "行为": "xw",
		"会计": "kj", "会员": "hy", "效率": "xl", "率先": "sx", "弹力": "tl", "子弹": "zd", "模样": "my", "还款": "hk", "系统": "xt", "学校": "xx", "校对": "jd", "参考": "ck", "人参": "rs", "藏族": "zz", "收藏": "sc",
		"单位": "dw", "色素": "ss", "石头": "st", "认识": "rs", "折扣": "zk", "属于": "sy", "粘膜": "nm", "便宜": "py", "方便": "fb", "提供": "tg", "恶心": "ex", "车辆": "cl", "见效": "jx", "解释": "js", "强度": "qd",
		"切口": "qk", "圈内": "qn", "卡介苗": "kjm", "秘密": "mm", "屏蔽": "pb", "薄弱": "br", "纤维": "xw", "吓人": "xr", "血管": "xg", "疟疾": "nj", "尾部": "wb", "种类": "zl", "盛大": "sd", "曾经": "cj", "传播": "cb", "朝阳": "cy",
	} {
		words := strings.Fields(initialWords(text))
		for _, term := range strings.Split(strings.Trim(initialsTerm(letters), "()"), " & ") {
			word, prefix := strings.CutSuffix(strings.Trim(term, "'"), "':*")
			if !slices.ContainsFunc(words, func(w string) bool { return w == word || prefix && strings.HasPrefix(w, word) }) {
				t.Errorf("%s does not find %s: %v", letters, text, words)
			}
		}
	}
}

// The first letters of any stretch of two characters or more find its text, by each character's usual reading.
func TestInitialsOfEveryStretch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(rapid.StringOfN(rapid.RuneFrom([]rune("客户问医生激光脱毛重长行会")), 2, 40, -1).Draw(t, "text"))
		from := rapid.IntRange(0, len(text)-2).Draw(t, "from")
		to := rapid.IntRange(from+2, len(text)).Draw(t, "to")
		letters := ""
		for _, r := range text[from:to] {
			letters += string(lettersOf()[r-firstRead][0])
		}
		words := strings.Fields(initialWords(string(text)))
		for _, term := range strings.Split(strings.Trim(initialsTerm(letters), "()"), " & ") {
			word, prefix := strings.CutSuffix(strings.Trim(term, "'"), "':*")
			if !slices.ContainsFunc(words, func(w string) bool { return w == word || prefix && strings.HasPrefix(w, word) }) {
				t.Fatalf("%s of %q is not in %v", term, string(text[from:to]), words)
			}
		}
	})
}

// A stem of characters that are all read in several ways stays small, and quick.
func TestInitialsAreBounded(t *testing.T) {
	stem := strings.Repeat("单藏参校", 2500)
	began := time.Now()
	if words := strings.Fields(initialWords(stem)); len(words) > 26*26*27 {
		t.Errorf("%d words", len(words))
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("%s", took)
	}
}
