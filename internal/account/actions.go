package account

import "slices"

// Action is one thing that a person may be allowed to do. The constant is the
// camel case of the string. An action that ends in ".read" alters nothing;
// the supervision group holds those alone.
type Action string

// ── account ──
const (
	AccountPersonRead   Action = "account.person.read"
	AccountPersonWrite  Action = "account.person.write"
	AccountPersonImport Action = "account.person.import"
	AccountPhoneShow    Action = "account.phone.show" // the whole number, with a reason, audited
	AccountLoginManage  Action = "account.login.manage"
	OrgRead             Action = "org.read"
	OrgWrite            Action = "org.write"
	RoleGrant           Action = "role.grant"
)

// ── courseware ──
const (
	CoursewareAuthor Action = "courseware.author"
	CoursewareStudy  Action = "courseware.study"
	CoursewareAssign Action = "courseware.assign"
	CoursewareReport Action = "courseware.report.read"
)

// ── bank ──
const (
	BankRead    Action = "bank.read"
	BankWrite   Action = "bank.write"
	BankImport  Action = "bank.import"
	BankPublish Action = "bank.publish" // review and publish; never of the own version
	BankReport  Action = "bank.report"  // say that a question of an own released result is faulty
)

// ── exam ──
const (
	ExamRead        Action = "exam.read"
	ExamAuthor      Action = "exam.author" // blueprint, paper, settings
	ExamPublish     Action = "exam.publish"
	ExamSit         Action = "exam.sit"
	ExamLive        Action = "exam.live.read"
	ExamInvigilate  Action = "exam.invigilate" // extra time, absence, notices during an exam
	ExamMark        Action = "exam.mark"
	ExamMarkRead    Action = "exam.mark.read" // how far marking by people is
	ExamRelease     Action = "exam.release"
	ExamResultsRead Action = "exam.results.read"

	ExamCorrectionRead Action = "exam.correction.read"
	ExamCorrect        Action = "exam.correct"         // propose to correct a result, or withdraw the own proposal
	ExamCorrectApprove Action = "exam.correct.approve" // the second person's; never of the own proposal or the own result
)

// ── remediation, training ──
const (
	CaseRead       Action = "case.read"
	CaseAssign     Action = "case.assign"
	CaseDecide     Action = "case.decide"
	TrainingRead   Action = "training.read"
	TrainingAssign Action = "training.assign"
)

// ── appraisal ──
const (
	AppraisalRead    Action = "appraisal.read"
	AppraisalScore   Action = "appraisal.score"
	AppraisalConfirm Action = "appraisal.confirm"
	AppraisalCycle   Action = "appraisal.cycle" // open, collect and close a cycle
	AppraisalScheme  Action = "appraisal.scheme"
)

// ── ledger ──
const (
	LedgerRead Action = "ledger.read" // points and pay: the own, or a part of the tree's
)

// ── audit, administration, notices ──
const (
	AuditRead     Action = "audit.read"
	AdminSettings Action = "admin.settings"
	NotifyRead    Action = "notify.read"
	PolicyRead    Action = "policy.read"  // the clinic's rules as versions: bands, retakes …
	PolicyWrite   Action = "policy.write" // a new version of one; not the administrator's
)

// allowed is the one table of who may do what. Everyone stands for the own
// things of whoever is signed in; another role reaches its part of the tree.
var allowed = map[Action][]Role{
	// account
	AccountPersonRead:   {Everyone, Lead, Superior, HR, Supervisor, Management, Admin},
	AccountPersonWrite:  {HR, Admin},
	AccountPersonImport: {HR, Admin},
	AccountPhoneShow:    {Superior, HR, Admin},
	AccountLoginManage:  {HR, Admin},
	OrgRead:             {Lead, Superior, HR, Supervisor, Management, Admin},
	OrgWrite:            {HR, Admin},
	RoleGrant:           {HR, Admin},

	// courseware
	CoursewareAuthor: {Trainer, Professional, HR},
	CoursewareStudy:  {Everyone, Trainer, Professional, HR, Supervisor},
	CoursewareAssign: {Trainer, HR},
	CoursewareReport: {Everyone, Lead, Superior, Trainer, HR, Supervisor, Management},

	// bank
	BankRead:    {Trainer, Professional, Marker, HR, Supervisor},
	BankWrite:   {Trainer, Professional, HR},
	BankImport:  {Trainer, Professional, HR},
	BankPublish: {Trainer, Professional, HR},
	BankReport:  {Everyone},

	// exam
	ExamRead:        {Trainer, Professional, Marker, HR, Supervisor},
	ExamAuthor:      {Trainer, Professional, HR},
	ExamPublish:     {HR},
	ExamSit:         {Everyone},
	ExamLive:        {Marker, HR, Supervisor},
	ExamInvigilate:  {Marker, HR},
	ExamMark:        {Marker, Professional},
	ExamMarkRead:    {Marker, Professional, HR, Supervisor},
	ExamRelease:     {HR},
	ExamResultsRead: {Everyone, Lead, Superior, HR, Supervisor, Management},

	ExamCorrectionRead: {Superior, Trainer, Marker, HR, Supervisor, Management},
	ExamCorrect:        {Trainer, Marker, HR},
	ExamCorrectApprove: {Superior, HR, Management},

	// remediation, training
	CaseRead:       {Everyone, Lead, Superior, HR, Supervisor, Management},
	CaseAssign:     {HR},
	CaseDecide:     {HR, Management},
	TrainingRead:   {Everyone, Lead, Superior, Trainer, HR, Supervisor, Management},
	TrainingAssign: {Trainer, HR},

	// appraisal
	AppraisalRead:    {Everyone, Lead, Superior, HR, Supervisor, Management},
	AppraisalScore:   {Lead, Superior, HR},
	AppraisalConfirm: {Superior, HR},
	AppraisalCycle:   {HR},
	AppraisalScheme:  {HR, Management},

	// ledger
	LedgerRead: {Everyone, HR, Supervisor},

	// audit, administration, notices
	AuditRead:     {Supervisor, Admin},
	AdminSettings: {Admin},
	NotifyRead:    {Everyone},
	PolicyRead:    {Lead, Superior, Trainer, HR, Supervisor, Management, Admin},
	PolicyWrite:   {HR, Management},
}

// Actions lists every action, sorted, for the permission matrix.
func Actions() []Action {
	out := make([]Action, 0, len(allowed))
	for a := range allowed {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// Allows tells whether the table gives the action to the role.
func (r Role) Allows(a Action) bool { return slices.Contains(allowed[a], r) }
