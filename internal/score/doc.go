// Package score holds the arithmetic by which people are judged: marks in whole hundredths of a point, percentages
// truncated to 0.01 and the bands 优秀/良好/合格/不合格 that follow from them (C43, N01, decision 23).
//
// Nothing here rounds up and nothing is a float. A band compares mark × 100 with edge × total as integers, so a
// percentage that is shown as 89.99 was below the edge of 90 and one that reached it is shown as 90.00.
package score
