package markup

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/peikao/peikao/questionbank/formattest"
	"github.com/peikao/peikao/questionbank/xmlread"
)

func TestFromHTML(t *testing.T) {
	for html, want := range map[string]string{
		"一 \n\t 二":                                                      "一 二",
		"<p>一</p>\n<p>二<br>三</p>":                                       "一\n\n二\n三",
		"<p>一<p>二":                                                      "一\n\n二",
		"<div>一</div><div>二</div>":                                      "一\n二",
		"a<br><br/>b":                                                   "a\n\nb",
		"&lt;甲&gt;&nbsp;&nbsp;&amp;&#20057;&hellip;":                    `\<甲\>  &乙…`,
		"下列<b>不</b>正确的<em> 是 </em>什么":                                   "下列**不**正确的 *是* 什么",
		"<b><strong>重</strong></b><b> </b><del>旧</del>":                 "**重** ~~旧~~",
		"<b>一<br>二</b>":                                                 "一\n二",
		"<h2>题</h2>文":                                                   "**题**\n\n文",
		"选：<ul><li>甲<li>乙<ul><li>丙</ul></ul>完":                          "选：\n\n- 甲\n- 乙\n  - 丙\n\n完",
		"<ol><li><p>甲</p></li><li>乙</li></ol>":                          "1. 甲\n2. 乙",
		"<table><tr><th>项<th>价<tr><td>a|b</table>":                      "| 项 | 价 |\n| --- | --- |\n| a\\|b |  |",
		"<table><tr><td>一</td></tr><tr><td>二</table>":                   "一\n二",
		"10 cm<sup>2</sup>、H<sub>2</sub>O、x<sup>ab</sup>":               "10 cm²、H₂O、x^(ab)",
		`看<img src="x/%E5%9B%BE.png">图<img src=y alt="一  二">`:           `看[图片：图.png]图[图片：一 二]`,
		`<audio controls><source src="a.mp3"></audio><video src=v.mp4>`: "[音频：a.mp3][视频：v.mp4]",
		`<a href="https://a.cn/x">网</a> <a href="#1">脚注</a> <a href="@@PLUGINFILE@@/a.pdf">讲义</a>`: "[网](https://a.cn/x) 脚注 讲义[文件：讲义]",
		`<object type="image/png" data="p.png">替代</object>`:                                        "[图片：p.png]替代",
		"<pre>a\n  b</pre>": "a\n  b",
		"<script>x</script><style>y</style>甲<!-- z -->": "甲",
		"甲</b></p><p": "甲",
		"":            "",
	} {
		if got := FromHTML(html, Options{Markdown: true}).Text; got != want {
			t.Errorf("%s\n got %q\nwant %q", html, got, want)
		}
	}
}

// Plain text has no marks; where they would say more, Rich tells.
func TestPlainText(t *testing.T) {
	for html, want := range map[string]struct {
		text string
		rich bool
	}{
		"2 * 3 &lt; 7<br>[x] 1. 一":    {"2 * 3 < 7\n[x] 1. 一", false},
		"<ul><li>甲<li>乙</ul>":         {"- 甲\n- 乙", false},
		"<p>下列<b>不</b>对</p>":          {"下列不对", true},
		"<a href='http://a.cn'>网</a>": {"网 http://a.cn", true},
		"<b> </b>":                    {"", false},
	} {
		if got := FromHTML(html, Options{}); got.Text != want.text || got.Rich != want.rich {
			t.Errorf("%s: got %+v", html, got)
		}
	}
	if got := FromHTML("2*3<p>- x<p>12. y<p>#z", Options{Markdown: true}).Text; got != "2\\*3\n\n\\- x\n\n12\\. y\n\n\\#z" {
		t.Errorf("not escaped: %s", got)
	}
}

func TestLostIsNamedOnce(t *testing.T) {
	got := FromHTML("<u>一</u><u>二</u><iframe src='x'></iframe><math><mtable><mtr/></mtable></math>", Options{})
	if got.Text != "一二" || strings.Join(got.Lost, ";") != "下划线;嵌入的网页;公式的排版" {
		t.Fatalf("got %+v", got)
	}
}

func TestFormula(t *testing.T) {
	for math, want := range map[string]string{
		"<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>":                               "E=mc²",
		"<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac><msqrt><mi>x</mi></msqrt>": "(a)/(b+1)√(x)",
		"<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>":                                             "x_(i)²",
	} {
		if got := FromHTML("<math>"+math+"</math>", Options{}); got.Text != want || got.Lost != nil {
			t.Errorf("%s: got %+v", math, got)
		}
	}
}

func TestOptions(t *testing.T) {
	root, err := xmlread.Parse([]byte(`<p>一<gap id="1"/>二<img src="a.png" alt="图"/></p>`))
	if err != nil {
		t.Fatal(err)
	}
	got := FromNodes([]*xmlread.Node{root}, Options{
		Media:   func(m Media) string { return "![" + m.Alt + "](" + m.Src + ")" },
		Element: func(n *xmlread.Node) (string, bool) { return "____", n.Name == "gap" },
	})
	if got.Text != "一____二![图](a.png)" {
		t.Fatalf("got %+v", got)
	}
}

// Deep and endless HTML takes linear time.
func TestHostileHTML(t *testing.T) {
	for _, s := range []string{"<b>", "<table><tr><td>", "<li>", "<ul><li>", "<p", "</p>", "<a href=x>", "<!--", "&lt;"} {
		formattest.CheckBounded(t, func() { FromHTML(strings.Repeat(s, 1<<20/len(s)), Options{}) })
	}
}

// Text written as XHTML is read as it was, but for white space at its ends.
func TestToXHTMLAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := strings.TrimSpace(rapid.StringOf(rapid.SampledFrom([]rune("甲乙a<>&\"' \n\t\u00a0*|_-1."))).Draw(t, "text"))
		root, err := xmlread.Parse([]byte("<d>" + ToXHTML(want, nil) + "</d>"))
		if err != nil {
			t.Fatal(err)
		}
		if got := FromNodes([]*xmlread.Node{root}, Options{}); got.Text != want {
			t.Fatalf("got %q, want %q", got.Text, want)
		}
	})
}
