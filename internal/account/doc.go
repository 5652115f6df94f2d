// Package account knows the people of the clinic: who they are, where in the
// organisation they stand, what they may do, and how they sign in.
//
// Its words:
//
//	unit        组织: company → branch → department → group, a tree; closure in org_ancestor
//	post        岗位: what a person does (网络咨询员, 电话咨询员, 线上运营 … C02)
//	person      人员: employee number (工号), name, phone; never deleted, only left
//	assignment  任职: person × unit × post, from/to; history, because the roster of a
//	            day decides the group's share. The view person_place is where people stand today.
//	grant       role × unit: a role held for a part of the tree
//	viewer      who asks: a person with grants, the program itself, or its operator
//	account     how a person signs in; session: that somebody is signed in, web or api
//
// An account's states, and what moves between them:
//
//	(none) ── create ──▶ first password ── person chooses one ──▶ active
//	                        ▲                                       │
//	                        └──────────── reset ────────────────────┤
//	active ── disable, leave ──▶ disabled ── enable ──▶ first password or active
//
// Each end of permission (disable, leave, reset, change of password, grant
// taken) writes a row into revocation in the same transaction; every process
// reads it once a second, so that nobody stays in longer than that.
package account
