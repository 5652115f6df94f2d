package account

import "slices"

// Role is what a person may be for a part of the organisation tree
// (requirements, "Roles").
type Role string

const (
	Consultant   Role = "consultant"   // 咨询员: online, phone, online operations
	Lead         Role = "lead"         // 组长
	Superior     Role = "superior"     // 直接上级 / 业务部门负责人
	Professional Role = "professional" // 院长 / 整形科主任: sets and reviews questions, marks
	Trainer      Role = "trainer"      // 讲师
	Mentor       Role = "mentor"       // 导师
	Marker       Role = "marker"       // 考核人员 / 阅卷人
	Reviewer     Role = "reviewer"     // 质检员
	HR           Role = "hr"           // 人力资源
	Supervisor   Role = "supervisor"   // 监督小组: reads everything, alters nothing (C58)
	Management   Role = "management"   // 高层
	Admin        Role = "admin"        // 系统管理员: no answers, marks or pay by this role alone
)

// Everyone is not granted to anybody: it stands in the table of actions for
// whoever is signed in, about the own things only.
const Everyone Role = "everyone"

// Roles lists the roles that can be granted, in the order in which pages show them.
var Roles = []Role{
	Consultant, Lead, Superior, Professional, Trainer, Mentor,
	Marker, Reviewer, HR, Supervisor, Management, Admin,
}

// Valid tells whether r can be granted.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// WordKey is the key of the role's name in the words files.
func (r Role) WordKey() string { return "account.role." + string(r) }

// Grant is a role held for a part of the organisation tree.
type Grant struct {
	Role   Role
	UnitID UnitID   // where the role is held
	Units  []UnitID // that unit and everything below it
}
