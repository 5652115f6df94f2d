package draft

import (
	"slices"
	"strconv"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
)

// The names of tags under which our own exports keep what a foreign format has no place for: 难度=3.
const (
	tagType       = "题型"
	tagPoint      = "知识点"
	tagDifficulty = "难度"
	tagKey        = "重点"
	tagRedLine    = "红线"
	tagPolicy     = "多选计分"
	tagPartial    = "部分得分"
	tagLaw        = "法规"
	tagArticle    = "条款"
	tagEdition    = "版本"
	tagStatus     = "核对状态"
	tagMarkdown   = "Markdown"
)

const yes = "是"

var policies = map[qb.MultiplePolicy]string{qb.PolicyPartial: "少选得部分分", qb.PolicyPerOption: "每项计分", qb.PolicyNone: "全对得分", qb.PolicyDefault: "默认"}

// Tags are what a question has beside its texts and its key, each as name=value.
func Tags(q qb.Question) (tags []string) {
	add := func(name, value string) {
		if value != "" {
			tags = append(tags, name+"="+value)
		}
	}
	add(tagType, q.Type.Name())
	for _, p := range q.KnowledgePoints {
		add(tagPoint, p)
	}
	add(tagDifficulty, strconv.Itoa(q.Difficulty))
	add(tagKey, yesOf(q.KeyQuestion))
	add(tagRedLine, yesOf(q.RedLine))
	add(tagMarkdown, yesOf(q.Markdown))
	if q.Type == qb.Multiple || q.Type == qb.Labelling {
		add(tagPolicy, policies[q.MultiplePolicy])
	}
	if q.PartialPercent > 0 {
		add(tagPartial, strconv.Itoa(q.PartialPercent))
	}
	add(tagLaw, q.Source.Law)
	add(tagArticle, q.Source.Article)
	add(tagEdition, q.Source.Edition)
	add(tagStatus, q.Source.Status)
	return tags
}

// IsOurs reports whether Tags wrote them.
func IsOurs(tags []string) bool {
	return slices.ContainsFunc(tags, func(t string) bool { return strings.HasPrefix(t, tagType+"=") })
}

func yesOf(is bool) string {
	if is {
		return yes
	}
	return ""
}

// tags puts back what Tags wrote; a tag of somebody else is named.
func (f *filler) tags(tags []string) {
	points := []string{}
	var unknown []string
	for _, tag := range tags {
		name, value, ok := strings.Cut(tag, "=")
		switch {
		case !ok:
			unknown = append(unknown, tag)
		case name == tagPoint:
			points = append(points, value)
		case !f.tag(name, value):
			unknown = append(unknown, tag)
		}
	}
	if len(points) > 0 {
		f.q.KnowledgePoints = points // the category is the first of them alone
	}
	if len(unknown) > 0 {
		f.problem(qb.Warning, qb.FieldPoints, "tags_dropped", "标签没有导入：%.100s", strings.Join(unknown, "、"))
	}
}

func (f *filler) tag(name, value string) bool {
	number, err := strconv.Atoi(value)
	switch name {
	case tagType:
		f.retype(value)
	case tagDifficulty:
		if err != nil {
			return false
		}
		f.q.Difficulty = number
	case tagKey:
		f.q.KeyQuestion = value == yes
	case tagRedLine:
		f.q.RedLine = value == yes
	case tagMarkdown:
		// the reader looked at it before
	case tagPartial:
		if err != nil {
			return false
		}
		f.q.PartialPercent = number
	case tagPolicy:
		return f.policyTag(value)
	case tagLaw:
		f.q.Source.Law = value
	case tagArticle:
		f.q.Source.Article = value
	case tagEdition:
		f.q.Source.Edition = value
	case tagStatus:
		f.q.Source.Status = value
	default:
		return false
	}
	return true
}

func (f *filler) policyTag(value string) bool {
	for policy, word := range policies {
		if word == value {
			f.q.MultiplePolicy = policy
			return true
		}
	}
	return false
}

// retype: an essay, a short answer and a recording are written alike. The reader looked at judgements before.
func (f *filler) retype(name string) {
	for _, t := range qb.Types {
		if t.Name() == name && t.ByPeople() && f.q.Type.ByPeople() {
			f.q.Type = t
		}
	}
}
