package demo

// lesson is a short course for one of the five areas: slides, and a video that goes over their headings.
type lesson struct {
	area           int
	title, english string
	summary        string
	topics         []string // knowledge points that it trains, so that a retraining can choose it
	slides         []slide
}

// slide is a page. English is what stands there when the machine has no Chinese font.
type slide struct {
	title, english string
	lines          []string
	plain          []string // in English
}

var lessons = []lesson{
	{
		area: 1, title: "注射美容：原理、适应与风险信号", english: "Injectables: what they do, whom they suit, warning signs",
		summary: "透明质酸与肉毒毒素各解决什么问题，哪些人不适合，术后出现什么必须立刻上报医生。",
		topics:  []string{"透明质酸填充", "肉毒毒素", "适应症、禁忌症、特殊人群", "并发症的识别与上报"},
		slides: []slide{
			{"两类材料，两种思路", "Two materials, two ideas",
				[]string{"透明质酸：填补容量与轮廓，注射后可见形态变化", "肉毒毒素：放松肌肉，改善动态纹，几天后逐渐起效", "维持多久因人而异，以医生面诊和产品说明书为准", "咨询员说明原理，不判断用哪一种、用多少"},
				[]string{"Hyaluronic acid fills; botulinum toxin relaxes muscle.", "How long it lasts differs: the doctor and the label decide."}},
			{"先问清楚，再约面诊", "Ask first, then book the doctor",
				[]string{"妊娠与哺乳、未成年、瘢痕体质、自身免疫疾病", "正在使用抗凝药、近期做过其他注射或手术", "过敏史、疱疹史、既往注射的反应", "问到的如实记录并转给医生，不自行下结论"},
				[]string{"Pregnancy, age, scars, autoimmune disease, blood thinners.", "Record the answers and hand them to the doctor."}},
			{"三个红色信号", "Three red signals",
				[]string{"皮肤发白、花斑样改变、剧烈疼痛：警惕血管栓塞", "视物模糊、复视、眼痛：按急症处理", "呼吸或吞咽困难、全身皮疹：按急症处理", "立即电话上报值班医生，请客户马上回院，不要安抚了事"},
				[]string{"Blanching and severe pain; any change of vision;", "trouble with breathing. Call the doctor on duty at once."}},
		},
	},
	{
		area: 2, title: "网电沟通：从第一句话到预约到院", english: "Chat and phone: from the first words to the visit",
		summary: "接待开场、需求探询、异议回应和预约的完整话术结构，以及每一步的禁语。",
		topics:  []string{"接待开场与礼仪", "需求探询与提问", "异议：价格", "异议：效果与安全", "预约与到院"},
		slides: []slide{
			{"开场与探询", "Opening and exploring",
				[]string{"先报机构与姓名，再问怎么称呼、方便多久", "用开放问题问困扰、期望和顾虑，一次只问一个", "复述客户的原话，请对方确认", "病史和用药要问，但不评价、不诊断"},
				[]string{"Say who you are; ask one open question at a time.", "Repeat what you heard. Never diagnose."}},
			{"回应异议", "Answering objections",
				[]string{"价格：说明包含什么、由谁操作、退改规则，不攀比", "效果：说明因人而异，不承诺、不给百分比", "安全：说明资质、流程和可能的风险", "竞品：只讲自己的事实，不评价同行"},
				[]string{"Price: what is included. Effect: never a promise.", "Safety: qualifications and risks. Never judge others."}},
			{"预约与留痕", "Booking and records",
				[]string{"约定时间、医生、需要带的资料和停用事项由医生确认", "发送预约确认，提前一天提醒", "未到院当天回访，问原因不责备", "通话与聊天当日归档，敏感信息只放进客户档案"},
				[]string{"Confirm time and doctor; remind a day before.", "File the record on the same day."}},
		},
	},
	{
		area: 3, title: "接待流程五步与投诉处理", english: "Five steps of reception, and complaints",
		summary: "登记、需求、介绍、风险告知、术前沟通；投诉的受理、分级、时限和升级。",
		topics:  []string{"接待流程五步", "首次响应与超时", "投诉受理与分级", "投诉处理时限与升级", "回访"},
		slides: []slide{
			{"五步走完一步不少", "Five steps, none left out",
				[]string{"登记：身份、来源、联系方式与授权", "需求：困扰、期望、预算、时间", "介绍：项目、医生、价格与退改规则", "风险告知与术前沟通：医生主导，咨询员协助记录"},
				[]string{"Register, need, introduction, risks, talk before treatment.", "The doctor leads the last two."}},
			{"接到投诉的头十分钟", "The first ten minutes of a complaint",
				[]string{"先听完，不打断、不辩解", "复述事实与诉求，登记时间、项目、照片", "涉及身体不适的，先转医生，再谈其他", "告诉客户下一步由谁、在什么时间之前回复"},
				[]string{"Listen to the end. Write down facts and wishes.", "Health first: the doctor. Then who answers by when."}},
			{"分级与升级", "Levels and escalation",
				[]string{"一般：本人当日答复，组长知情", "较重：组长接手，主管限时答复", "严重：身体损害、媒体、监管——立即上报院办", "结束后回访满意度，写进案例供培训使用"},
				[]string{"Small: same day. Serious: the lead takes over.", "Harm, media, authorities: to the management at once."}},
		},
	},
	{
		area: 4, title: "医疗广告与沟通红线", english: "Medical advertising and the red lines",
		summary: "医疗广告审查、禁止内容、绝对化用语、个人信息与肖像授权：一句话说错，罚的是机构，伤的是人。",
		topics:  []string{"医疗广告", "广告法", "医疗美容广告执法指南", "个人信息与敏感个人信息、肖像"},
		slides: []slide{
			{"发布之前", "Before anything is published",
				[]string{"医疗广告须先取得《医疗广告审查证明》，按审查内容发布", "朋友圈、短视频、直播间的推介同样可能构成广告", "广告应当让人一眼看出是广告", "改一个字、换一张图，都要重新确认"},
				[]string{"An advertisement needs the review certificate first.", "Posts and live streams can be advertisements too."}},
			{"不能说的", "What must not be said",
				[]string{"保证效果、保证安全、治愈率、有效率", "最好、第一、顶级等绝对化用语", "用患者或医生的名义、形象作证明", "制造容貌焦虑，诱导贷款消费"},
				[]string{"No guarantees, no rates, no superlatives.", "No patients or doctors as proof. No loans."}},
			{"照片与信息", "Pictures and data",
				[]string{"对比照须有客户单独、书面的授权，可随时撤回", "健康信息属于敏感个人信息，只用于说明过的目的", "截图先去掉姓名、电话、头像", "离开座位锁屏，不用私人账号存客户资料"},
				[]string{"Before-and-after pictures need written consent.", "Health data are sensitive: one purpose only."}},
		},
	},
	{
		area: 5, title: "新设备新材料：怎样看证据", english: "New devices and materials: how to read evidence",
		summary: "注册证看什么、宣传册不等于证据、AI 工具怎样合规使用。",
		topics:  []string{"新设备与新材料怎样看证据", "监管新规的要点与生效日", "常见谣言与求证", "数据与AI工具的合规使用"},
		slides: []slide{
			{"先看注册证", "Look at the certificate first",
				[]string{"查注册证编号、适用范围、有效期与持有人", "适用范围以外的用途，不介绍、不推荐", "来源不明的药品和器械，拒绝并上报", "疑问交给医生和采购，不替厂家背书"},
				[]string{"Number, intended use, validity, holder.", "Nothing outside the intended use."}},
			{"宣传不等于证据", "A brochure is no evidence",
				[]string{"看研究对象是谁、多少人、随访多久", "个案照片不能代表一般效果", "厂家数据要注明来源与日期", "说“目前资料显示”，不说“已经证明”"},
				[]string{"Who was studied, how many, for how long?", "One picture is not the usual effect."}},
			{"用 AI 工具的规矩", "Rules for AI tools",
				[]string{"不把客户姓名、电话、病史、照片发给外部工具", "生成的文案先过审查，再对外", "机器的回答不能代替医生的判断", "由人负责：谁发送，谁核对"},
				[]string{"No customer data into outside tools.", "A person checks and answers for every text."}},
		},
	},
}
