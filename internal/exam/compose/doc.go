// Package compose (组卷) chooses which questions a paper takes, exactly: when any choice fills the paper one is found, else
// the fewest questions whose writing would fill it are named. It is pure and knows questions only by number.
//
// # What is asked
//
// Rows of places, each question at most once; a least and a greatest number of questions under knowledge points, where a
// question counts at its own point and all points above it; a least number of 重点 questions; and rivals (互斥题), of which a
// paper takes at most one from each set.
//
// # Why the answer is exact
//
// Without 重点 and rivals the choice is a flow: source → knowledge points, from the area down → kind → row → sink. The points
// are a tree and a question hangs at one leaf, so bounds on points are bounds on arcs, and a flow of least cost is integral.
// A question that has to be written is an arc from a point to a row, dearer than everything that exists; a paper that cannot
// be filled is thereby the same problem, and what flows over those arcs is the smallest shortage. The cost of an arc grows
// with its use (the least exposed question of a kind goes first), and shortest augmenting paths stay optimal for such costs.
//
// The 重点 share is one more inequality. It is priced (Lagrange), and the price at which the share is met is found by the
// secant between a flow with too few and one with enough; since flows of least cost are integral at every price, the two
// last flows are neighbours, and the line between them is the bound of the linear program. Where that bound lies below the
// better flow, the search branches on the use of a kind in which the two differ (branch and bound).
//
// Rivals are branched on too: a flow that holds two of a set is split into the choices without the one and those without all
// of its rivals. Each branch forbids a question for good, so the search ends. Of rivals that are equal in all that is asked,
// one stands for all. Where a bank is not tight, this gives a paper after a few branches, and of those the one of least cost.
//
// # Where rivals are many
//
// What that leaves undecided becomes a program of whole numbers (program.go). First everything goes that
// cannot matter: all rivals of a kind with enough questions without any, and of two rivals of a kind the one that has all rivals of
// the other. What is left has a column for each question; a set of rivals is a row, "at most one", and is put in when a solution breaks
// it, as large as the rivals of all sets together make it: sets are cliques, and pairs that are one in truth become one. Odd rings of rivals
// are rows too (cycle.go). The linear program is solved by dual simplex (linear.go), in floating point; nothing rests on that. A bound is
// the exact sum that the program's multipliers prove, in integers, and a paper is made by the flow, from the questions that the program
// takes. It lacks the fewest that any paper lacks; that it is also the least exposed of those is then likely and not proven.
//
// Beside the program, which proves, exchanges find (exchange.go): a question comes in, its rivals go out, others come after. The flow follows
// each exchange by a few shortest paths and tells what a question of each kind is worth. What they find fills the paper for certain or lacks
// what it says; that nothing else lacks less only the program can tell.
//
// # Its bounds
//
// Rivals alone make the problem NP-hard (independent set). Every step draws on one Budget of work (budget.go), which is counted and not timed,
// so that the same problem has the same solution on every machine; it is about two seconds. When it is spent, the best choice so far is
// returned with Proven false; when the context ends, nothing is. A filled paper is always right, proven or not. BenchmarkSolve holds what has
// been tried: banks of 250 to 100,000 questions with up to 3,000 sets are decided within tenths of a second, however tight, and of papers hidden
// among many rivals all were found (TestPlantedPapersAreFound). What stays unproven is how few a paper lacks that asks more than dense rivals let through,
// such as 68 of 200 questions, any two of 900 pairs apart.
package compose
