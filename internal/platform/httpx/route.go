package httpx

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Access says who may call a route: anybody, whoever is logged in, or whoever may do a named action.
type Access string

const (
	Public   Access = "public"
	SignedIn Access = "signed in"
)

// Route is one line of the table of routes. The permission matrix and the OpenAPI document are made from the same table.
type Route struct {
	Method  string
	Path    string // echo's form: /exams/:id
	Access  Access
	Handler echo.HandlerFunc
	Body    int64 // largest body in bytes; 0 means DefaultBody
	Quiet   bool  // called every few seconds by everybody: a success is counted by the metrics and not logged

	// For the API document alone: what the route does, what it takes and answers.
	Summary string
	Query   []string // the query parameters: "name", or "name: what it does"; "name[]" for one that may be given several times
	In, Out any
	Status  int  // of success; 0 means 200
	Created bool // success may also be 201
	Stream  bool // success is text/event-stream
}

// Allow decides whether the sender of c has an access; errs.Unauthenticated or errs.Forbidden when not.
type Allow func(c echo.Context, a Access) error

// Register adds the routes, each behind its body limit and its access.
func Register(e *echo.Echo, allow Allow, routes []Route) {
	for _, r := range routes {
		e.Add(r.Method, r.Path, guard(allow, r), Limit(limitOf(r)))
		if r.Method == http.MethodGet {
			e.Add(http.MethodHead, r.Path, guard(allow, r))
		}
	}
}

func limitOf(r Route) int64 {
	if r.Body > 0 {
		return r.Body
	}
	return DefaultBody
}

func guard(allow Allow, r Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		receiptOf(c).quiet = r.Quiet
		if r.Access != Public {
			if err := allow(c, r.Access); err != nil {
				return err
			}
		}
		return r.Handler(c)
	}
}
