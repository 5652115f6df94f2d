package objectstore

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/minio/minio-go/v7"

	"github.com/peikao/peikao/internal/platform/errs"
)

// translate gives a store's error its kind. What is not known to be the
// caller's fault is the store's, and worth another try.
func translate(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errs.New(errs.BadRequest, "error.bad_request", "detail", "fewer bytes than announced").With(err)
	}
	answer := minio.ToErrorResponse(err)
	switch {
	case answer.StatusCode == http.StatusNotFound, answer.Code == minio.NoSuchKey, answer.Code == "NoSuchUpload":
		return errs.New(errs.NotFound, "error.not_found").With(err)
	case answer.StatusCode == http.StatusRequestEntityTooLarge, answer.Code == "EntityTooLarge":
		return errs.New(errs.TooLarge, "error.too_large", "limit", "5 GiB").With(err)
	case isCallersFault(answer):
		return errs.New(errs.BadRequest, "error.bad_request", "detail", answer.Code).With(err)
	default:
		return errs.New(errs.Unavailable, "error.unavailable").RetryAfter(2).With(err)
	}
}

// isCallersFault lists the refusals that another try would meet again. A
// refused signature is not among them: it is a fault of the configuration.
func isCallersFault(answer minio.ErrorResponse) bool {
	switch answer.Code {
	case "InvalidRange", "InvalidPart", "InvalidPartOrder", "EntityTooSmall", "BadDigest", "InvalidArgument":
		return true
	}
	return answer.StatusCode == http.StatusRequestedRangeNotSatisfiable
}

func ignoreMissing(err error) error {
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}
