// Package httpx is the edge between HTTP and the features: when a request was received and under which number, who sends
// it, what it may carry, and how an error is answered. It knows no feature; who is asking comes through Authenticate, which
// the program fills.
package httpx
