package demo

import "github.com/peikao/peikao/internal/account"

// unit is a part of the invented clinic, after E06: 企划部 → 网络咨询部 → 妇科组 and 整形组, each with one lead.
type unit struct {
	key, parent string
	kind        account.UnitKind
	name        string
}

const root = "root"

var units = []unit{
	{root, "", account.Company, "悦容医疗美容（演示）"},
	{"main", root, account.Branch, "总院"},
	{"planning", "main", account.Department, "企划部"},
	{"net", "planning", account.Department, "网络咨询部"},
	{"gyn", "net", account.Group, "妇科组"},
	{"plastic", "net", account.Group, "整形组"},
	{"people", "main", account.Department, "人力资源部"},
	{"training", "main", account.Department, "培训部"},
	{"office", "main", account.Department, "院办"},
	{"east", root, account.Branch, "城东分院"},
	{"eastnet", "east", account.Group, "城东网电组"},
	{"south", root, account.Branch, "城南分院"},
	{"southnet", "south", account.Group, "城南网电组"},
}

var posts = []account.Post{
	{Code: "online", Name: "网络咨询员", Kind: "online"},
	{Code: "phone", Name: "电话咨询员", Kind: "phone"},
	{Code: "ops", Name: "线上运营", Kind: "operations"},
	{Code: "lead", Name: "网络咨询部组长", Kind: "lead"},
	{Code: "head", Name: "咨询主管", Kind: "other"},
	{Code: "dean", Name: "院长", Kind: "other"},
	{Code: "lecturer", Name: "培训讲师", Kind: "other"},
	{Code: "examiner", Name: "考核专员", Kind: "other"},
	{Code: "hr", Name: "人事专员", Kind: "other"},
	{Code: "quality", Name: "质控专员", Kind: "other"},
	{Code: "manager", Name: "总经理", Kind: "other"},
	{Code: "it", Name: "信息管理员", Kind: "other"},
}

// grant is a role held for a unit.
type grant struct {
	role account.Role
	unit string
}

// member is one of the clinic's people. Login is empty for those whom nobody signs in as; Title is what the log-in page says.
type member struct {
	No, Name, Unit, Post, Hired string
	Ability                     float64
	Login, Title                string
	Grants                      []grant

	id     account.PersonID
	viewer account.Viewer
}

// Abilities of the answers' model: what somebody usually earns is roughly 95, 83, 67 and 45 per cent.
const (
	able, sound, fair, weak = 3.0, 1.6, 0.7, -0.2
)

// consults tells whether the person answers customers, and so sits the exams.
func (m *member) consults() bool { return m.Ability != 0 }

// cast is the clinic's 40 people: 24 consultants and 4 leads who sit the exams, and those who train, examine and decide.
func cast() []*member {
	people := []*member{
		{No: "YR0101", Name: "林静怡", Unit: "gyn", Post: "lead", Hired: "2019-03-11", Ability: able, Login: "zuzhang1", Title: "组长"},
		{No: "YR0102", Name: "陈雨桐", Unit: "gyn", Post: "online", Hired: "2022-06-06", Ability: sound, Login: "zixun1", Title: "网络咨询员"},
		{No: "YR0103", Name: "周晓琳", Unit: "gyn", Post: "online", Hired: "2021-09-13", Ability: sound},
		{No: "YR0104", Name: "吴思敏", Unit: "gyn", Post: "online", Hired: "2020-05-18", Ability: able},
		{No: "YR0105", Name: "徐佳宁", Unit: "gyn", Post: "phone", Hired: "2023-02-20", Ability: fair, Login: "dianhua1", Title: "电话咨询员（复训中）"},
		{No: "YR0106", Name: "孙悦", Unit: "gyn", Post: "phone", Hired: "2023-07-03", Ability: weak},
		{No: "YR0107", Name: "胡雅婷", Unit: "gyn", Post: "phone", Hired: "2022-11-14", Ability: fair},
		{No: "YR0111", Name: "朱明哲", Unit: "plastic", Post: "lead", Hired: "2018-08-20", Ability: able},
		{No: "YR0112", Name: "高子涵", Unit: "plastic", Post: "online", Hired: "2021-03-29", Ability: able},
		{No: "YR0113", Name: "何欣然", Unit: "plastic", Post: "online", Hired: "2022-04-11", Ability: sound, Login: "zixun2", Title: "网络咨询员（待补考）"},
		{No: "YR0114", Name: "郭梦瑶", Unit: "plastic", Post: "online", Hired: "2021-12-06", Ability: sound},
		{No: "YR0115", Name: "马婧雯", Unit: "plastic", Post: "online", Hired: "2020-10-12", Ability: sound},
		{No: "YR0116", Name: "罗诗琪", Unit: "plastic", Post: "phone", Hired: "2022-02-14", Ability: sound},
		{No: "YR0117", Name: "梁浩宇", Unit: "plastic", Post: "phone", Hired: "2023-09-04", Ability: weak},
		{No: "YR0118", Name: "宋佩珊", Unit: "plastic", Post: "phone", Hired: "2023-04-24", Ability: fair},
		{No: "YR0121", Name: "郑可欣", Unit: "net", Post: "ops", Hired: "2021-07-19", Ability: sound, Login: "yunying1", Title: "线上运营"},
		{No: "YR0122", Name: "谢俊杰", Unit: "net", Post: "ops", Hired: "2022-08-08", Ability: sound},
		{No: "YR0201", Name: "韩雪莹", Unit: "eastnet", Post: "lead", Hired: "2019-06-24", Ability: able},
		{No: "YR0202", Name: "唐艺文", Unit: "eastnet", Post: "online", Hired: "2021-05-10", Ability: sound},
		{No: "YR0203", Name: "冯诗雨", Unit: "eastnet", Post: "online", Hired: "2022-10-17", Ability: sound},
		{No: "YR0204", Name: "于海燕", Unit: "eastnet", Post: "online", Hired: "2023-03-13", Ability: weak},
		{No: "YR0205", Name: "董文博", Unit: "eastnet", Post: "phone", Hired: "2023-08-21", Ability: weak},
		{No: "YR0206", Name: "萧楚楚", Unit: "eastnet", Post: "phone", Hired: "2022-03-07", Ability: sound},
		{No: "YR0301", Name: "程嘉怡", Unit: "southnet", Post: "lead", Hired: "2020-01-06", Ability: sound},
		{No: "YR0302", Name: "曹慧敏", Unit: "southnet", Post: "online", Hired: "2022-12-19", Ability: fair},
		{No: "YR0303", Name: "袁立新", Unit: "southnet", Post: "online", Hired: "2023-05-15", Ability: fair},
		{No: "YR0304", Name: "邓小曼", Unit: "southnet", Post: "phone", Hired: "2023-10-09", Ability: weak},
		{No: "YR0305", Name: "许诺", Unit: "southnet", Post: "phone", Hired: "2023-06-12", Ability: weak},

		{No: "YR0011", Name: "傅凌云", Unit: "net", Post: "head", Hired: "2017-04-17", Login: "zhuguan1", Title: "咨询主管",
			Grants: []grant{{account.Superior, "net"}, {account.Superior, "eastnet"}, {account.Superior, "southnet"}}},
		{No: "YR0012", Name: "沈若兰", Unit: "office", Post: "dean", Hired: "2016-02-29", Login: "yuanzhang1", Title: "院长", Grants: []grant{{account.Professional, root}}},
		{No: "YR0021", Name: "曾雅文", Unit: "training", Post: "lecturer", Hired: "2018-05-07", Login: "peixun1", Title: "讲师", Grants: []grant{{account.Trainer, root}}},
		{No: "YR0022", Name: "彭志远", Unit: "training", Post: "lecturer", Hired: "2020-08-31", Grants: []grant{{account.Trainer, root}}},
		{No: "YR0023", Name: "吕思涵", Unit: "training", Post: "examiner", Hired: "2021-01-18", Login: "yuejuan1", Title: "考核阅卷人", Grants: []grant{{account.Marker, root}}},
		{No: "YR0031", Name: "苏婉清", Unit: "people", Post: "hr", Hired: "2018-10-22", Login: "hr1", Title: "人力资源", Grants: []grant{{account.HR, root}}},
		{No: "YR0032", Name: "卢嘉伟", Unit: "people", Post: "hr", Hired: "2021-11-01", Login: "hr2", Title: "人力资源", Grants: []grant{{account.HR, root}}},
		{No: "YR0041", Name: "蒋文华", Unit: "office", Post: "quality", Hired: "2017-09-25", Login: "jiandu1", Title: "监督小组", Grants: []grant{{account.Supervisor, root}}},
		{No: "YR0042", Name: "蔡淑芬", Unit: "office", Post: "quality", Hired: "2019-12-02", Grants: []grant{{account.Supervisor, root}}},
		{No: "YR0043", Name: "贾建国", Unit: "office", Post: "quality", Hired: "2020-06-15", Grants: []grant{{account.Supervisor, root}}},
		{No: "YR0001", Name: "丁远航", Unit: "office", Post: "manager", Hired: "2016-01-04", Login: "gaoceng1", Title: "高层管理", Grants: []grant{{account.Management, root}}},
		{No: "YR0051", Name: "魏一鸣", Unit: "office", Post: "it", Hired: "2019-07-29", Login: "admin1", Title: "系统管理员", Grants: []grant{{account.Admin, root}}},
	}
	for _, m := range people {
		switch {
		case m.Post == "lead":
			m.Grants = []grant{{account.Consultant, m.Unit}, {account.Lead, m.Unit}}
		case m.consults():
			m.Grants = []grant{{account.Consultant, m.Unit}}
		}
	}
	return people
}
