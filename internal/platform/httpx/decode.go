package httpx

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/errs"
)

// Decode reads a JSON body into dst and validates it: names are exact, unknown and repeated members and anything after the
// value are refused (decision 29). Errors: BadRequest for what is no such body, Invalid with its fields for wrong values.
func Decode(c echo.Context, dst any) error {
	if err := wantJSON(c.Request()); err != nil {
		return err
	}
	body, err := readBody(c.Request())
	if err != nil {
		return readError(err)
	}
	if err := Unmarshal(body, dst); err != nil {
		return err
	}
	return Validate(dst)
}

// readAtOnce is the largest body for which the room is made beforehand: what a client announces is not yet there.
const readAtOnce = 64 << 10

func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength <= 0 || r.ContentLength > readAtOnce {
		return io.ReadAll(r.Body)
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

// Unmarshal is Decode's strict reading without the validation.
func Unmarshal(body []byte, dst any) error {
	err := json.Unmarshal(body, dst, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	return errs.New(errs.BadRequest, "error.bad_request", "detail", jsonFault(err)).With(err)
}

func wantJSON(r *http.Request) error {
	if r.Header.Get("Content-Type") == "application/json" {
		return nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return errs.New(errs.BadRequest, "error.unsupported_media", "want", "application/json")
	}
	return nil
}

// jsonFault names the fault and where it is, without repeating the body: that may hold answers or a password.
func jsonFault(err error) string {
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "unexpected end"
	case errors.As(err, &semantic):
		return "at " + place(string(semantic.JSONPointer)) + ": unknown or of the wrong type"
	case errors.As(err, &syntactic):
		return "at " + place(string(syntactic.JSONPointer)) + ": malformed, repeated or left over"
	}
	return "malformed"
}

func place(pointer string) string {
	if pointer == "" {
		return "/"
	}
	return pointer
}

// DecodeForm reads a form (urlencoded or multipart) by `form` tags and validates it.
func DecodeForm(c echo.Context, dst any) error {
	if _, err := FormValues(c); err != nil {
		return err
	}
	if err := bindForm(c, dst); err != nil {
		return err
	}
	return Validate(dst)
}

// FormValues reads a form whose fields are not known beforehand. Errors: TooLarge, BadRequest.
func FormValues(c echo.Context) (url.Values, error) {
	values, err := c.FormParams()
	if err != nil {
		return nil, readError(err)
	}
	return values, nil
}

func readError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errs.New(errs.TooLarge, "error.too_large", "limit", Size(tooLarge.Limit)).With(err)
	}
	return errs.New(errs.BadRequest, "error.bad_request", "detail", "unreadable").With(err)
}

var validation = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		for _, tag := range []string{"form", "json"} {
			if name, _, _ := strings.Cut(f.Tag.Get(tag), ","); name != "" && name != "-" {
				return name
			}
		}
		return f.Name
	})
	return v
})

// Validate checks dst by its `validate` tags and turns what is wrong into fields with sentences.
func Validate(dst any) error {
	err := validation().Struct(dst)
	var wrong validator.ValidationErrors
	if !errors.As(err, &wrong) {
		return err
	}
	fields := make([]errs.Field, len(wrong))
	for i, w := range wrong {
		fields[i] = fieldError(w)
	}
	return errs.InvalidFields(fields...)
}

// fieldKeys maps a validator's rule to the sentence that says what to do.
var fieldKeys = map[string]string{
	"required": "error.field.required", "required_if": "error.field.required", "required_with": "error.field.required",
	"max": "error.field.max", "lte": "error.field.max",
	"min": "error.field.min", "gte": "error.field.min",
	"oneof": "error.field.oneof", "email": "error.field.email",
}

func fieldError(w validator.FieldError) errs.Field {
	_, name, _ := strings.Cut(w.Namespace(), ".")
	key, ok := fieldKeys[w.Tag()]
	switch {
	case !ok:
		return errs.NewField(name, "error.field.other", "rule", w.Tag())
	case strings.HasSuffix(key, "max") || strings.HasSuffix(key, "min"):
		return errs.NewField(name, key, "limit", w.Param())
	}
	return errs.NewField(name, key)
}
