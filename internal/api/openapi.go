package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
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
	problem, err := answerSchema(httpx.Problem{}, d.Components.Schemas)
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
	for _, q := range r.Query {
		name, does, _ := strings.Cut(q, ": ")
		schema := openapi3.NewStringSchema()
		if one, several := strings.CutSuffix(name, "[]"); several {
			name, schema = one, openapi3.NewArraySchema().WithItems(schema)
		}
		o.AddParameter(openapi3.NewQueryParameter(name).WithDescription(does).WithSchema(schema))
	}
	if r.Access != httpx.Public {
		o.Security = &openapi3.SecurityRequirements{openapi3.NewSecurityRequirement().Authenticate("token")}
	}
	if strings.Contains(r.Path, "/attempts") {
		o.AddParameter(openapi3.NewHeaderParameter("Client-Id").WithDescription("names the tab that holds the lease; the session where it is absent").WithSchema(openapi3.NewStringSchema()))
	}
	if err := addBody(o, r, known); err != nil {
		return nil, err
	}
	if err := addSuccess(o, r, known); err != nil {
		return nil, err
	}
	o.AddResponse(0, openapi3.NewResponse().WithDescription("problem").WithContent(openapi3.Content{
		problemType: openapi3.NewMediaType().WithSchemaRef(problem),
	}))
	return o, nil
}

// fileBody stands for a multipart body with one or more files in the field "file".
type fileBody struct{}

func addBody(o *openapi3.Operation, r httpx.Route, known openapi3.Schemas) error {
	switch r.In.(type) {
	case nil:
		return nil
	case fileBody:
		s := openapi3.NewObjectSchema().WithProperty("file", openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema().WithFormat("binary"))).WithRequired([]string{"file"})
		o.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(true).WithFormDataSchema(s)}
		return nil
	}
	in, err := bodySchema(r.In, known)
	if err != nil {
		return err
	}
	_, mayBeLeftOut := r.In.(startBody)
	o.RequestBody = &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(!mayBeLeftOut).WithJSONSchemaRef(in)}
	return nil
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
			out, err := answerSchema(r.Out, known)
			if err != nil {
				return err
			}
			answer = answer.WithJSONSchemaRef(out)
		}
		if r.Stream {
			answer = answer.WithContent(openapi3.NewContentWithSchema(openapi3.NewStringSchema(), []string{eventStream}))
		}
		o.AddResponse(status, answer)
	}
	return nil
}

// answerSchema is the schema of what is answered: whatever is not left out when empty is always there.
func answerSchema(v any, known openapi3.Schemas) (*openapi3.SchemaRef, error) {
	return schemaOf(v, known, func(f reflect.StructField) bool { return !strings.Contains(f.Tag.Get("json"), ",omit") })
}

// bodySchema is the schema of what is taken: what the validator asks for must be there.
func bodySchema(v any, known openapi3.Schemas) (*openapi3.SchemaRef, error) {
	return schemaOf(v, known, func(f reflect.StructField) bool {
		return slices.Contains(strings.Split(f.Tag.Get("validate"), ","), "required")
	})
}

func schemaOf(v any, known openapi3.Schemas, required func(reflect.StructField) bool) (*openapi3.SchemaRef, error) {
	return openapi3gen.NewSchemaRefForValue(v, known, openapi3gen.SchemaCustomizer(func(name string, t reflect.Type, tag reflect.StructTag, s *openapi3.Schema) error {
		if t.Kind() == reflect.Struct {
			s.Required = requiredNames(t, s, required)
		}
		return customize(name, t, tag, s)
	}))
}

// requiredNames are the properties of a struct's schema that are required, those of embedded structs among them.
func requiredNames(t reflect.Type, s *openapi3.Schema, required func(reflect.StructField) bool) []string {
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if _, there := s.Properties[name]; there && required(f) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
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
	case slices.Contains(anyJSON, t):
		*s = openapi3.Schema{Nullable: true}
	case t == plainNumber:
		s.Type = &openapi3.Types{openapi3.TypeNumber}
	case slices.Contains(decimalString, t), strings.Contains(tag.Get("json"), ",string"), t.Kind() == reflect.Int64 && t.Implements(marshaler):
		s.Type, s.Format, s.Min, s.Max = &openapi3.Types{openapi3.TypeString}, "", nil, nil
	}
	if nullable || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		s.Nullable = true
	}
	return nil
}
