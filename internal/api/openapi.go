package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/httpx"
	"github.com/peikao/peikao/internal/score"
	"github.com/peikao/peikao/questionbank"
)

const problemType = "application/problem+json"

var pathParameter = regexp.MustCompile(`:([a-z_]+)`)

// openAPI serves the document of the routes, made once.
func openAPI(routes func() []httpx.Route) echo.HandlerFunc {
	document := sync.OnceValues(func() ([]byte, error) {
		d, err := Document(routes())
		if err != nil {
			return nil, err
		}
		return json.Marshal(d)
	})
	return func(c echo.Context) error {
		b, err := document()
		if err != nil {
			return err
		}
		return c.JSONBlob(http.StatusOK, b)
	}
}

// Document describes the routes in OpenAPI 3: the same table that is served, and the same structs that are read and written.
func Document(routes []httpx.Route) (*openapi3.T, error) {
	d := &openapi3.T{
		OpenAPI:    "3.0.3",
		Info:       &openapi3.Info{Title: "Peikao", Version: "1", Description: "培考 API. Ids are decimal strings and opaque. Errors are RFC 9457 problem documents."},
		Paths:      openapi3.NewPaths(),
		Components: &openapi3.Components{Schemas: openapi3.Schemas{}, SecuritySchemes: openapi3.SecuritySchemes{"token": {Value: openapi3.NewSecurityScheme().WithType("http").WithScheme("bearer")}}},
	}
	problem, err := schemaOf(httpx.Problem{}, d.Components.Schemas)
	if err != nil {
		return nil, err
	}
	for _, r := range routes {
		o, err := operation(r, problem, d.Components.Schemas)
		if err != nil {
			return nil, fmt.Errorf("openapi: %s %s: %w", r.Method, r.Path, err)
		}
		d.AddOperation(pathParameter.ReplaceAllString(r.Path, "{$1}"), r.Method, o)
	}
	return d, nil
}

func operation(r httpx.Route, problem *openapi3.SchemaRef, known openapi3.Schemas) (*openapi3.Operation, error) {
	o := openapi3.NewOperation()
	o.Summary = r.Summary
	for _, m := range pathParameter.FindAllStringSubmatch(r.Path, -1) {
		o.AddParameter(openapi3.NewPathParameter(m[1]).WithSchema(openapi3.NewStringSchema()))
	}
	for _, name := range r.Query {
		o.AddParameter(openapi3.NewQueryParameter(name).WithSchema(openapi3.NewStringSchema()))
	}
	if r.Access != httpx.Public {
		o.Security = &openapi3.SecurityRequirements{openapi3.NewSecurityRequirement().Authenticate("token")}
	}
	if r.In != nil {
		in, err := schemaOf(r.In, known)
		if err != nil {
			return nil, err
		}
		o.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithJSONSchemaRef(in)}
	}
	if err := addSuccess(o, r, known); err != nil {
		return nil, err
	}
	o.AddResponse(0, openapi3.NewResponse().WithDescription("problem").WithContent(openapi3.Content{
		problemType: openapi3.NewMediaType().WithSchemaRef(problem),
	}))
	return o, nil
}

func addSuccess(o *openapi3.Operation, r httpx.Route, known openapi3.Schemas) error {
	statuses := []int{r.Status}
	if r.Status == 0 {
		statuses = []int{http.StatusOK}
	}
	if r.Created {
		statuses = append(statuses, http.StatusCreated)
	}
	for _, status := range statuses {
		answer := openapi3.NewResponse().WithDescription(http.StatusText(status))
		if r.Out != nil {
			out, err := schemaOf(r.Out, known)
			if err != nil {
				return err
			}
			answer = answer.WithJSONSchemaRef(out)
		}
		o.AddResponse(status, answer)
	}
	return nil
}

func schemaOf(v any, known openapi3.Schemas) (*openapi3.SchemaRef, error) {
	return openapi3gen.NewSchemaRefForValue(v, known, openapi3gen.SchemaCustomizer(customize))
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	anyJSON       = []reflect.Type{reflect.TypeFor[json.RawMessage](), reflect.TypeFor[questionbank.Key]()}
	decimalString = []reflect.Type{reflect.TypeFor[score.Hundredths]()}
	plainNumber   = reflect.TypeFor[json.Number]()
)

// customize says what encoding/json does and the type alone does not show: ids are strings, a pointer may be null.
func customize(_ string, t reflect.Type, tag reflect.StructTag, s *openapi3.Schema) error {
	nullable := t.Kind() == reflect.Pointer
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case contains(anyJSON, t):
		*s = openapi3.Schema{Nullable: true}
	case t == plainNumber:
		s.Type = &openapi3.Types{openapi3.TypeNumber}
	case contains(decimalString, t), strings.Contains(tag.Get("json"), ",string"), t.Kind() == reflect.Int64 && t.Implements(marshaler):
		s.Type, s.Format, s.Min, s.Max = &openapi3.Types{openapi3.TypeString}, "", nil, nil
	}
	if nullable || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		s.Nullable = true
	}
	return nil
}

func contains(types []reflect.Type, t reflect.Type) bool {
	for _, one := range types {
		if one == t {
			return true
		}
	}
	return false
}
