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
// one stands for all.
//
// # Its bounds
//
// Rivals alone make the problem NP-hard (independent set). The search therefore ends after maxWork augmentations, which is
// seconds; the best choice so far is then returned with Proven false. A filled paper is always right, proven or not.
package compose
