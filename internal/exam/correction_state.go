package exam

import "github.com/peikao/peikao/internal/platform/errs"

// CorrectionState is where an order stands.
type CorrectionState string

const (
	CorrectionProposed  CorrectionState = "proposed"
	CorrectionApproved  CorrectionState = "approved"
	CorrectionRejected  CorrectionState = "rejected"
	CorrectionWithdrawn CorrectionState = "withdrawn"
)

// CorrectionAct is what decides an order.
type CorrectionAct string

const (
	ActApprove  CorrectionAct = "approve"  // a second person
	ActReject   CorrectionAct = "reject"   // a second person
	ActWithdraw CorrectionAct = "withdraw" // who proposed it
)

// correctionTransitions is the one table of an order's states; doc.go draws it.
var correctionTransitions = map[CorrectionState]map[CorrectionAct]CorrectionState{
	CorrectionProposed:  {ActApprove: CorrectionApproved, ActReject: CorrectionRejected, ActWithdraw: CorrectionWithdrawn},
	CorrectionApproved:  {},
	CorrectionRejected:  {},
	CorrectionWithdrawn: {},
}

// After is the state that the act leads to, or errs.Conflict when the order is decided.
func (s CorrectionState) After(act CorrectionAct) (CorrectionState, error) {
	next, ok := correctionTransitions[s][act]
	if !ok {
		return s, errs.New(errs.Conflict, "error.exam.correction_decided")
	}
	return next, nil
}
