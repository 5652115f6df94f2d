package formattest

import qb "github.com/peikao/peikao/questionbank"

// Samples are sound questions: at least one of each type, and among them everything that a question can have.
func Samples() []qb.Question {
	all := append(choiceSamples(), textSamples()...)
	return append(all, sortingSamples()...)
}

func options(texts ...string) (all []qb.Option) {
	for i, text := range texts {
		all = append(all, qb.Option{ID: string(rune('a' + i)), Text: text})
	}
	return all
}

// choiceSamples: the first is single, the second multiple with a law; other tests count on it.
func choiceSamples() []qb.Question {
	pictured := options("红肿消退中", "血管栓塞的征象", "")
	pictured[2].Media = qb.Media{Kind: qb.Image, Object: "media/bruise.jpg", Alt: "术后淤青"}
	chat := &qb.Stimulus{ID: "chat-01", Title: "一段线上对话", Text: "**客户**：打一针能瘦几斤？\n\n**咨询员**：我给您看看。",
		Media: []qb.Media{{Kind: qb.Audio, Object: "media/call.mp3", Alt: "客户来电录音，四十秒"}}}
	return []qb.Question{
		{Type: qb.Single, Stem: "客户问“打一针能保几年？”，合适的回复是", Options: options("以医生面诊为准", "保证三年", "永久有效", "别家都不如我们"),
			Key: qb.Key{Choices: []string{"a"}}, Explanation: "咨询员不承诺效果。", KnowledgePoints: []string{"2/项目说明"},
			Difficulty: 2, KeyQuestion: true},
		{Type: qb.Multiple, Stem: "医疗广告中不得出现的有 <表述>", Options: options("治愈率", "患者证明", "机构名称"),
			Key: qb.Key{Choices: []string{"a", "b"}}, MultiplePolicy: qb.PolicyNone, Explanation: "机构名称可以出现。",
			KnowledgePoints: []string{"4/医疗广告", "4/广告法"}, Difficulty: 3,
			Source: qb.Source{Law: "中华人民共和国广告法", Article: "第十六条", Edition: "2021-04-29"}},
		{Type: qb.Multiple, Stem: "回访时应当记录的有", Options: options("恢复情况", "客户的疑问", "同行报价", "下次联系时间"),
			Key: qb.Key{Choices: []string{"a", "b", "d"}}, MultiplePolicy: qb.PolicyPartial, PartialPercent: 40, Explanation: "同行报价与回访无关。",
			KnowledgePoints: []string{"3/回访"}, Difficulty: 2},
		{Type: qb.Multiple, Stem: "注射前要问清的有", Options: options("过敏史", "用药史", "年收入", "孕哺情况"),
			Key: qb.Key{Choices: []string{"a", "b", "d"}}, MultiplePolicy: qb.PolicyPerOption, Explanation: "收入与安全无关。",
			KnowledgePoints: []string{"1/适应症与禁忌症"}, Difficulty: 2},
		{Type: qb.TrueFalse, Stem: "面诊之前可以替医生确定注射剂量。", Key: qb.Key{Choices: []string{"false"}},
			Explanation: "剂量由医生决定。", KnowledgePoints: []string{"1/肉毒毒素"}, Difficulty: 1, KeyQuestion: true, RedLine: true},
		{Type: qb.Single, Stem: "客户发来术后**第二天**的照片，下列哪一项要立即上报？", Markdown: true, Options: pictured,
			Media: []qb.Media{{Kind: qb.Image, Object: "media/day2.webp", Alt: "鼻翼两侧的皮肤"}, {Kind: qb.Video, Object: "media/day2.mp4", Alt: "客户转头的录像"}},
			Key:   qb.Key{Choices: []string{"b"}}, Explanation: "见下图。", KnowledgePoints: []string{"1/并发症的识别与上报"}, Difficulty: 4,
			ExplanationMedia: []qb.Media{{Kind: qb.Image, Object: "media/vessels.png", Alt: "面部血管走向"}}},
		{Type: qb.Single, Stem: "对话里咨询员漏做了什么？", Stimulus: chat, Options: options("核对身份", "说明以面诊为准", "报价"),
			Key: qb.Key{Choices: []string{"b"}}, Explanation: "效果因人而异。", KnowledgePoints: []string{"2/项目说明"}, Difficulty: 3},
		{Type: qb.TrueFalse, Stem: "对话里咨询员承诺了效果。", Stimulus: chat, Key: qb.Key{Choices: []string{"false"}},
			Explanation: "没有承诺。", KnowledgePoints: []string{"2/项目说明"}, Difficulty: 2},
	}
}

func textSamples() []qb.Question {
	return []qb.Question{
		{Type: qb.Blank, Stem: "回访时先核对____，再询问____。", Key: qb.Key{Gaps: [][]string{{"身份", "客户身份"}, {"恢复情况"}}},
			Explanation: "先核对身份。", KnowledgePoints: []string{"3/回访"}, Difficulty: 5},
		{Type: qb.Blank, Stem: "在线首次响应应在____以内。", Key: qb.Key{Gaps: [][]string{{"30±0.5 秒 s", "半分钟"}}},
			Explanation: "三十秒。", KnowledgePoints: []string{"3/首次响应与超时"}, Difficulty: 2},
		{Type: qb.Short, Stem: "客户投诉术后淤青未消，写出你的回复。", Key: qb.Key{Model: "先致歉并倾听；\n再说明复诊流程。",
			Rubric: []qb.Criterion{{Text: "致歉，不辩解；不推责", Percent: 40}, {Text: "说明复诊流程", Percent: 60}}},
			Explanation: "先处理情绪，再处理问题。", KnowledgePoints: []string{"3/投诉处理"}, Difficulty: 4},
		{Type: qb.Essay, Stem: "结合一次接待，论述怎样做到说得清而不夸大。", Key: qb.Key{Model: "从需求、项目、风险三方面展开。",
			Rubric: []qb.Criterion{{Text: "有具体事例", Percent: 30}, {Text: "风险说得清楚", Percent: 50}, {Text: "条理", Percent: 20}}},
			Explanation: "事例要真实。", KnowledgePoints: []string{"2/项目说明"}, Difficulty: 5},
		{Type: qb.Spoken, Stem: "录一段六十秒的电话开场白。", Seconds: 60, Key: qb.Key{Model: "您好，这里是……",
			Rubric: []qb.Criterion{{Text: "自报机构与姓名", Percent: 50}, {Text: "语速平稳", Percent: 50}}},
			Explanation: "先自报家门。", KnowledgePoints: []string{"2/电话"}, Difficulty: 3},
	}
}

func sortingSamples() []qb.Question {
	return []qb.Question{
		{Type: qb.Judgement, Stem: "客户说：“别家保证效果，你们敢吗？”", Options: options("效果因人而异，以医生面诊为准", "我们的客户大多满意", "保证，不满意退款"),
			Key: qb.Key{Grades: []qb.OptionGrade{
				{Option: "a", Grade: qb.Green, Reason: "说清了边界"}, {Option: "b", Grade: qb.Yellow, Reason: "没有回答问题"}, {Option: "c", Grade: qb.Red, Reason: "承诺效果"}}},
			PartialPercent: 30, RedLine: true, Explanation: "任何时候都不承诺效果。", KnowledgePoints: []string{"2/异议：效果与安全"}, Difficulty: 2},
		{Type: qb.Matching, Stem: "把情形与应找的人对上。", Rows: []string{"客户问剂量", "客户要退款", "客户视力模糊"}, Options: options("主诊医师", "客服主管", "前台"),
			Key: qb.Key{Choices: []string{"a", "b", "a"}}, Explanation: "急症与医疗问题都找医师。", KnowledgePoints: []string{"3/交接与跨岗协作"}, Difficulty: 3},
		{Type: qb.Ordering, Stem: "把接待流程排好。", Options: options("了解需求", "登记", "告知风险", "介绍项目"),
			Key: qb.Key{Choices: []string{"b", "a", "d", "c"}}, Explanation: "先登记。", KnowledgePoints: []string{"3/接待流程"}, Difficulty: 2},
		{Type: qb.Labelling, Stem: "标出广告里的违法用语：\n本院[[成立十年]]，引进[[全国最好]]的设备，[[百分之百安全]]，[[欢迎预约]]。",
			Key: qb.Key{Choices: []string{"2", "3"}}, MultiplePolicy: qb.PolicyPerOption, RedLine: true, Explanation: "绝对化用语与安全断言。",
			KnowledgePoints: []string{"4/广告法"}, Difficulty: 3, Source: qb.Source{Law: "中华人民共和国广告法", Article: "第十六条", Edition: "2021-04-29"}},
	}
}
