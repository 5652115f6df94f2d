package httpx

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/peikao/peikao/internal/platform/errs"
)

// bindForm fills the fields of dst that carry a `form` tag: strings (trimmed), integers, booleans ("on", "true", "1"), their
// slices, and types that read text. A number that is none is named, not ignored.
func bindForm(c echo.Context, dst any) error {
	params, err := c.FormParams()
	if err != nil {
		return readError(err)
	}
	v := reflect.ValueOf(dst).Elem()
	var wrong []errs.Field
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("form")
		if name == "" || name == "-" {
			continue
		}
		if err := setField(v.Field(i), params[name]); err != nil {
			wrong = append(wrong, errs.NewField(name, "error.field.other", "rule", err.Error()))
		}
	}
	if len(wrong) > 0 {
		return errs.InvalidFields(wrong...)
	}
	return nil
}

func setField(f reflect.Value, values []string) error {
	if f.Kind() == reflect.Slice {
		s := reflect.MakeSlice(f.Type(), 0, len(values))
		for _, text := range values {
			e := reflect.New(f.Type().Elem()).Elem()
			if err := setText(e, strings.TrimSpace(text)); err != nil {
				return err
			}
			s = reflect.Append(s, e)
		}
		f.Set(s)
		return nil
	}
	if len(values) == 0 {
		return nil
	}
	return setText(f, strings.TrimSpace(values[len(values)-1]))
}

func setText(f reflect.Value, text string) error {
	if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok && text != "" {
		return u.UnmarshalText([]byte(text))
	}
	switch f.Kind() {
	case reflect.String:
		f.SetString(text)
	case reflect.Bool:
		f.SetBool(text == "on" || text == "true" || text == "1")
	case reflect.Int, reflect.Int16, reflect.Int32, reflect.Int64:
		if text == "" {
			return nil
		}
		n, err := strconv.ParseInt(text, 10, f.Type().Bits())
		if err != nil {
			return fmt.Errorf("whole number")
		}
		f.SetInt(n)
	default:
		panic("httpx: no form field of kind " + f.Kind().String())
	}
	return nil
}

// Size writes a number of bytes as people say it.
func Size(bytes int64) string {
	switch {
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%d MiB", bytes>>20)
	case bytes >= 1<<10:
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d B", bytes)
}
