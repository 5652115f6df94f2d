package appraisal

import "github.com/peikao/peikao/internal/platform/errs"

// SheetState is where a person's sheet stands.
type SheetState string

const (
	SheetCollecting SheetState = "collecting"
	SheetScored     SheetState = "scored"
	SheetConfirmed  SheetState = "confirmed"
	SheetFinal      SheetState = "final"
	SheetExcused    SheetState = "excused"
)

// SheetStates are all states in the order of the filter.
var SheetStates = []SheetState{SheetCollecting, SheetScored, SheetConfirmed, SheetFinal, SheetExcused}

// Moves tells whether newer facts still move the sheet: what was confirmed, closed or excused never shifts.
func (s SheetState) Moves() bool { return s == SheetCollecting || s == SheetScored }

// StateOf is the state of a sheet that still moves, by what its facts come to.
func StateOf(c Computed) SheetState {
	if c.Provisional() {
		return SheetCollecting
	}
	return SheetScored
}

// SheetEvent is what a person does with a sheet.
type SheetEvent string

const (
	Confirm SheetEvent = "confirm"
	Finish  SheetEvent = "finish" // its cycle closes
	Excuse  SheetEvent = "excuse"
)

// SheetEvents are all events.
var SheetEvents = []SheetEvent{Confirm, Finish, Excuse}

// NextSheet is the state after an event; errs.Conflict when it cannot happen there.
func NextSheet(s SheetState, on SheetEvent) (SheetState, error) {
	switch {
	case s == SheetCollecting && on == Confirm:
		return "", errs.New(errs.Conflict, "error.appraisal.sheet_incomplete")
	case s == SheetScored && on == Confirm:
		return SheetConfirmed, nil
	case s == SheetConfirmed && on == Finish:
		return SheetFinal, nil
	case s.Moves() && on == Excuse:
		return SheetExcused, nil
	}
	return "", errs.New(errs.Conflict, "error.appraisal.sheet_state")
}
