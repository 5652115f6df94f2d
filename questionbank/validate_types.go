package questionbank

import (
	"slices"
	"strings"
)

// byType looks at what the type asks for: options, rows, gaps, segments and the key.
func (v *validation) byType(q Question) {
	if q.Type == "" {
		v.fail(FieldType, "type_missing", "没有题型")
		return
	}
	if _, ok := typeNames[q.Type]; !ok {
		v.fail(FieldType, "type_unknown", "不认识的题型“%.20s”", q.Type)
		return
	}
	if !q.Type.HasOptions() && len(q.Options) > 0 {
		v.fail(FieldOptions, "options_unwanted", "%s没有选项", q.Type.Name())
	}
	if q.Type != Matching && len(q.Rows) > 0 {
		v.fail(FieldRows, "rows_unwanted", "%s没有匹配项", q.Type.Name())
	}
	if q.Type.HasOptions() {
		v.options(q)
	}
	if !v.keyShape(q) {
		return
	}
	switch q.Type {
	case Single, Multiple, Ordering:
		v.choiceKey(q)
	case TrueFalse:
		v.trueFalse(q)
	case Blank:
		v.blank(q)
	case Judgement:
		v.grades(q)
	case Matching:
		v.matching(q)
	case Labelling:
		v.labelling(q)
	case Short, Essay, Spoken:
		v.rubric(q)
	}
}

// keyShape refuses a key in another type's fields: a question has one answer, in one form.
func (v *validation) keyShape(q Question) bool {
	k := q.Key
	people, gaps, grades := k.Model != "" || k.Rubric != nil, k.Gaps != nil, k.Grades != nil
	want := "应是选项编号"
	switch {
	case q.Type.ByPeople():
		people, want = k.Choices != nil, "应是参考答案和评分标准"
	case q.Type == Blank:
		gaps, want = k.Choices != nil, "应逐空列出"
	case q.Type == Judgement:
		grades, want = k.Choices != nil, "应是每个选项的红黄绿"
	case q.Type == TrueFalse:
		want = "应是“正确”或“错误”"
	case q.Type == Labelling:
		want = "应是片段的编号"
	}
	if people || gaps || grades {
		v.fail(FieldKey, "key_shape", "%s的答案%s", q.Type.Name(), want)
		return false
	}
	return true
}

func (v *validation) options(q Question) {
	if least := leastOptions(q.Type); len(q.Options) < least {
		v.fail(FieldOptions, "options_few", "%s至少要有 %d 个选项", q.Type.Name(), least)
	}
	if most := mostOptions(q.Type); len(q.Options) > most {
		v.fail(FieldOptions, "options_many", "选项多于 %d 个", most)
	}
	ids, texts := map[string]bool{}, map[string]string{}
	for _, o := range q.Options {
		f := OptionField(o.ID)
		if !validOptionID(o.ID) {
			v.fail(FieldOptions, "option_id", "选项编号“%.20s”不在 a–h 之内", o.ID)
			continue
		}
		if ids[o.ID] {
			v.fail(f, "option_id_twice", "选项 %s 出现两次", Letter(o.ID))
		}
		ids[o.ID] = true
		v.text(f, o.Text, MaxOptionRunes)
		v.mediaList(f, mediaOf(o))
		folded := Fold(o.Text)
		if folded == "" && o.Media != (Media{}) {
			continue // a picture says it
		} else if folded == "" {
			v.fail(f, "option_empty", "选项 %s 为空", Letter(o.ID))
		} else if other, ok := texts[folded]; ok {
			v.warn(f, "options_equal", "选项 %s 与选项 %s 相同", Letter(o.ID), Letter(other))
		} else {
			texts[folded] = o.ID
		}
	}
}

func leastOptions(t Type) int {
	if t == Judgement || t == Ordering {
		return 3
	}
	return 2
}

func mostOptions(t Type) int {
	if t == Judgement {
		return 5
	}
	return MaxOptions
}

func mediaOf(o Option) []Media {
	if o.Media == (Media{}) {
		return nil
	}
	return []Media{o.Media}
}

func validOptionID(id string) bool { return len(id) == 1 && id[0] >= 'a' && id[0] < 'a'+MaxOptions }

func (v *validation) choiceKey(q Question) {
	if len(q.Key.Choices) == 0 {
		v.fail(FieldKey, "key_missing", "没有正确答案")
	}
	for i, id := range q.Key.Choices {
		if _, ok := q.Option(id); !ok {
			v.fail(FieldKey, "key_unknown", "答案“%.20s”不是选项之一", Letter(id))
		}
		if slices.Contains(q.Key.Choices[:i], id) {
			v.fail(FieldKey, "key_twice", "答案 %.20s 写了两次", Letter(id))
		}
	}
	switch {
	case q.Type == Ordering && len(q.Key.Choices) != len(q.Options):
		v.fail(FieldKey, "order_incomplete", "正确顺序应包含全部 %d 个选项", len(q.Options))
	case q.Type == Single && len(q.Key.Choices) > 1:
		v.fail(FieldKey, "key_many", "单选题有 %d 个答案", len(q.Key.Choices))
	case q.Type == Multiple && len(q.Key.Choices) == 1:
		v.warn(FieldKey, "key_one", "多选题只有一个答案")
	}
}

func (v *validation) trueFalse(q Question) {
	if len(q.Key.Choices) != 1 || q.Key.Choices[0] != "true" && q.Key.Choices[0] != "false" {
		v.fail(FieldKey, "key_shape", "判断题的答案应是“正确”或“错误”")
	}
}

func (v *validation) blank(q Question) {
	gaps := CountGaps(q.Stem)
	switch {
	case gaps == 0:
		v.fail(FieldStem, "gap_missing", "填空题的题干里没有空（____）")
	case gaps > MaxGaps:
		v.fail(FieldStem, "gaps_many", "空多于 %d 个", MaxGaps)
	case len(q.Key.Gaps) != gaps:
		v.fail(FieldKey, "gaps_differ", "题干有 %d 个空，答案有 %d 个", gaps, len(q.Key.Gaps))
	}
	for i, accepted := range q.Key.Gaps {
		if len(accepted) == 0 {
			v.fail(FieldKey, "key_missing", "第 %d 空没有答案", i+1)
		}
		for _, text := range accepted {
			v.text(FieldKey, text, MaxBlankRunes)
			if Fold(text) == "" {
				v.fail(FieldKey, "key_empty", "第 %d 空有一个空白的答案", i+1)
			}
			if _, isNumber := ParseNumber(text); !isNumber && strings.Contains(text, "±") {
				v.warn(FieldKey, "number_unread", "“%.40s”不是“数±误差 单位”的写法，只接受一字不差的作答", text)
			}
		}
	}
}

func (v *validation) rubric(q Question) {
	v.text(FieldKey, q.Key.Model, MaxModelRunes)
	if strings.TrimSpace(q.Key.Model) == "" {
		v.fail(FieldKey, "model_missing", "没有参考答案")
	}
	if n := len(q.Key.Rubric); n == 0 || n > MaxCriteria {
		v.fail(FieldRubric, "rubric_size", "评分标准应有 1 到 %d 条", MaxCriteria)
		return
	}
	sum := 0
	for i, c := range q.Key.Rubric {
		v.text(FieldRubric, c.Text, maxShortRunes)
		if strings.TrimSpace(c.Text) == "" {
			v.fail(FieldRubric, "criterion_empty", "评分标准第 %d 条没有内容", i+1)
		}
		if c.Percent < 1 || c.Percent > 100 {
			v.fail(FieldRubric, "criterion_percent", "评分标准第 %d 条的占比应在 1%% 到 100%% 之间", i+1)
		}
		sum += c.Percent
	}
	if sum != 100 {
		v.fail(FieldRubric, "rubric_sum", "评分标准的占比合计 %d%%，应为 100%%", sum)
	}
}

func (v *validation) grades(q Question) {
	greens := 0
	for i, g := range q.Key.Grades {
		f := OptionField(g.Option)
		if _, ok := q.Option(g.Option); !ok {
			v.fail(FieldGrades, "key_unknown", "红黄绿里的“%.20s”不是选项之一", Letter(g.Option))
			continue
		}
		if slices.ContainsFunc(q.Key.Grades[:i], func(o OptionGrade) bool { return o.Option == g.Option }) {
			v.fail(f, "key_twice", "选项 %s 的红黄绿写了两次", Letter(g.Option))
		}
		switch g.Grade {
		case Green:
			greens++
		case Yellow, Red:
		default:
			v.fail(f, "grade_unknown", "选项 %s 的等级“%.20s”不是绿、黄、红之一", Letter(g.Option), g.Grade)
		}
		v.text(f, g.Reason, MaxReasonRunes)
		if strings.TrimSpace(g.Reason) == "" {
			v.warn(f, "reason_missing", "选项 %s 没有写明理由", Letter(g.Option))
		}
	}
	for _, o := range q.Options {
		if q.Key.Grade(o.ID) == "" {
			v.fail(FieldGrades, "grade_missing", "选项 %s 没有红黄绿", Letter(o.ID))
		}
	}
	if greens == 0 {
		v.fail(FieldGrades, "green_missing", "没有一个选项是绿")
	}
}

func (v *validation) matching(q Question) {
	if n := len(q.Rows); n < 2 || n > MaxRows {
		v.fail(FieldRows, "rows_size", "匹配项应有 2 到 %d 个", MaxRows)
	}
	for i, row := range q.Rows {
		v.text(FieldRows, row, MaxOptionRunes)
		switch {
		case Fold(row) == "":
			v.fail(FieldRows, "row_empty", "第 %d 个匹配项为空", i+1)
		case slices.ContainsFunc(q.Rows[:i], func(s string) bool { return Fold(s) == Fold(row) }):
			v.warn(FieldRows, "rows_equal", "第 %d 个匹配项与前面的相同", i+1)
		}
	}
	if len(q.Key.Choices) != len(q.Rows) {
		v.fail(FieldKey, "rows_differ", "有 %d 个匹配项，答案有 %d 个", len(q.Rows), len(q.Key.Choices))
	}
	for i, id := range q.Key.Choices {
		if _, ok := q.Option(id); !ok {
			v.fail(FieldKey, "key_unknown", "第 %d 个匹配项的答案“%.20s”不是选项之一", i+1, Letter(id))
		}
	}
}

func (v *validation) labelling(q Question) {
	segments := Segments(q.Stem)
	if n := len(segments); n < 2 || n > MaxSegments {
		v.fail(FieldStem, "segments_size", "标注题的题干里应有 2 到 %d 个片段，写成 [[片段]]；现在有 %d 个", MaxSegments, n)
	}
	for _, p := range Pieces(q.Stem) {
		if p.ID == "" && (strings.Contains(p.Text, "[[") || strings.Contains(p.Text, "]]")) {
			v.warn(FieldStem, "segment_open", "题干里的 [[ 与 ]] 不成对")
			break
		}
	}
	for _, s := range segments {
		if strings.TrimSpace(s.Text) == "" {
			v.fail(FieldStem, "segment_empty", "第 %s 个片段为空", s.ID)
		}
	}
	if len(q.Key.Choices) == 0 {
		v.fail(FieldKey, "key_missing", "没有正确答案")
	}
	for i, id := range q.Key.Choices {
		if !slices.ContainsFunc(segments, func(s Option) bool { return s.ID == id }) {
			v.fail(FieldKey, "key_unknown", "答案“%.20s”不是片段的编号", id)
		}
		if slices.Contains(q.Key.Choices[:i], id) {
			v.fail(FieldKey, "key_twice", "答案 %.20s 写了两次", id)
		}
	}
	if n := len(segments); n > 0 && len(q.Key.Choices) == n {
		v.warn(FieldKey, "segments_all", "全部片段都是答案：全选就得满分")
	}
}

// marking looks at the policy, the part of an incomplete answer, the length of a spoken one, and the red line.
func (v *validation) marking(q Question) {
	switch q.MultiplePolicy {
	case PolicyDefault, PolicyPartial, PolicyPerOption, PolicyNone:
	default:
		v.fail(FieldPolicy, "policy_unknown", "不认识的多选计分方式“%.20s”", q.MultiplePolicy)
	}
	partial := q.Type.hasPolicy() && (q.MultiplePolicy == PolicyDefault || q.MultiplePolicy == PolicyPartial)
	switch {
	case q.PartialPercent == 0:
	case q.PartialPercent < 1 || q.PartialPercent > 99:
		v.fail(FieldPartial, "percent_range", "部分得分应在 1%% 到 99%% 之间")
	case !partial && q.Type != Judgement:
		v.fail(FieldPartial, "percent_unwanted", "这道题没有部分得分")
	}
	switch {
	case q.Seconds == 0:
	case q.Type != Spoken:
		v.fail(FieldSeconds, "seconds_unwanted", "%s没有录音时限", q.Type.Name())
	case q.Seconds < MinSeconds || q.Seconds > MaxSeconds:
		v.fail(FieldSeconds, "seconds_range", "录音时限应在 %d 到 %d 秒之间", MinSeconds, MaxSeconds)
	}
	if q.RedLine && q.Type.ByPeople() {
		v.fail(FieldRedLine, "red_line_people", "%s由人评分，不能作红线题", q.Type.Name())
	}
}

// media looks at every file that is named, and at the stimulus.
func (v *validation) media(q Question) {
	v.mediaList(FieldMedia, q.Media)
	v.mediaList(FieldExplanation, q.ExplanationMedia)
	if q.Stimulus == nil {
		return
	}
	s := *q.Stimulus
	if !IsObject(s.ID) {
		v.fail(FieldStimulus, "stimulus_id", "材料的编号“%.20s”只能用文字、数字和 - _ . /，最多 200 个", s.ID)
	}
	v.text(FieldStimulus, s.Title, maxShortRunes)
	v.text(FieldStimulus, s.Text, MaxStimulusRunes)
	v.mediaList(FieldStimulus, s.Media)
	if strings.TrimSpace(s.Text) == "" && len(s.Media) == 0 {
		v.fail(FieldStimulus, "stimulus_empty", "材料没有内容")
	}
}

func (v *validation) mediaList(f Field, all []Media) {
	if len(all) > MaxMedia {
		v.fail(f, "media_many", "图片与音视频多于 %d 个", MaxMedia)
	}
	for _, m := range all {
		switch m.Kind {
		case Image, Audio, Video:
		default:
			v.fail(f, "media_kind", "“%.20s”不是图片、音频或视频", m.Kind)
		}
		if !IsObject(m.Object) {
			v.fail(f, "media_object", "“%.40s”不是文件的编号或路径", m.Object)
		}
		v.text(f, m.Alt, maxShortRunes)
		if strings.TrimSpace(m.Alt) == "" {
			v.warn(f, "media_alt", "“%.40s”没有文字说明，看不见或听不见的人无法作答", m.Object)
		}
	}
}
