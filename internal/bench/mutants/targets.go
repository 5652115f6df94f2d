package main

// target is a piece of the program that people are judged by, and the tests that stand guard over it.
type target struct {
	name  string
	dir   string   // below the module's root
	files []string // nil: all of the package
	run   string   // the tests that need no database, a regular expression; empty: all of the package
}

var targets = []target{
	{name: "marking of answers", dir: "questionbank", files: []string{"mark.go", "number.go", "rubric.go", "response.go", "key.go", "text.go", "type.go", "question.go"}},
	{name: "scores and bands", dir: "internal/score"},
	{name: "item and paper statistics", dir: "internal/bank/itemstat"},
	{
		name: "exams: deadlines, marks, rulings, rounds", dir: "internal/exam",
		files: []string{"deadline.go", "overdue.go", "agreement.go", "marking.go", "red_line.go", "round.go", "ruling.go", "correction.go", "analysis.go"},
		run: "^(TestDeadline|TestStart|TestGraceAndLateness|TestOutageCredit|TestReleaseOverdue|TestAgree|TestAgreeIsFair|TestMarkAll|TestMarkAllCountsRedLines|" +
			"TestAMarkedChoiceNeedsNoParser|TestLayoutsAndMarksAreTheirJSON|TestJudge|TestRedLineHoldsTheBandBack|TestRedLineWords|TestRoundOutcome|TestRulingMarks|" +
			"TestRulingsThatAQuestionDoesNotTake|TestAdmittedKeysAddUp|TestTheKeyThatIsShown|TestUnderARuling|TestUnderARulingProperty|TestAdmit|TestAdmitProperty|" +
			"TestLateOrdersNameTheAttemptsEvidence|TestRepetitionsAreShownOnce|TestCorrectionsNeverLower|TestWhoIsWorseOff|TestOnlyChangedSlotsAreMarkedAnew|" +
			"TestHowLongASlotTook|TestWhichOptionsWereChosen|TestSettingsAreChecked|TestAllowances|TestWhatPeopleGaveIsEarnedByAnAnswer|TestAPlainChoice|" +
			"TestWithoutKeysThePapersKeyIsShown|TestLateAnswersToAnEmptySheet|TestMarksThatAStatisticCounts|TestASittingForTheStatistics|" +
			"TestAnOlderAnswerStopsNoOther|TestRulesForRedLines|TestARulingLooksAtTheKeyAlone)$",
	},
	{
		name: "appraisal", dir: "internal/appraisal", files: []string{"total.go", "scale.go", "scheme.go", "fact.go"},
		run: "^(TestReading|TestParticipation|TestSameSaysNothingNew|TestTargetEdges|TestIdentityHoldsItsBounds|TestScalesAreChecked|TestMoreNeverScoresLess|" +
			"TestAgreementShipsWithItsFloors|TestEveryPresetIsUsable|TestQuarterlySchemeIsComprehensive|TestServiceBlendsSatisfactionAndComplaints|" +
			"TestFaultsOfASchemeAreNamed|TestFloorsWarnOrBlock|TestWorkedExamples|TestNothingKnownIsNoTotal|TestGradeEdges|TestTotalKeepsItsPromises|" +
			"TestABetterScoreNeverLowersTheTotal|TestEachLineHasAGrade|TestDimensionScore|TestLimitsOfAScheme|TestARoundThatCountsForNothing)$",
	},
	{
		name: "retakes and retraining", dir: "internal/remediation", files: []string{"window.go", "case.go", "case_state.go", "correction.go"},
		run: "^(TestPaths|TestMachineKeepsItsPromises|TestCorrectionsNeverMakeAPersonWorseOff|TestRevise|TestRetakeWindow|TestDaysLeft|TestForeseenCases|TestDeadlineOfACase)$",
	},
	{
		name: "permissions", dir: "internal/account", files: []string{"viewer.go", "roles.go", "actions.go", "conflict.go", "login_limit.go"},
		run: "^(TestNobodyMayNothing|TestSupervisorReadsAndAltersNothing|TestAdminHasNoAnswersMarksOrPay|TestTableNamesGrantableRoles|TestScope|TestLimitNarrows|" +
			"TestConflicts|TestActor|TestTwoSignatures|TestLockAfter|TestSecondsUntilNextTry|TestGuesserGetsFiveTriesInFifteenMinutes|TestAddressKey|TestLimitsOfGuessing|TestWhoAViewerIs)$",
	},
}
