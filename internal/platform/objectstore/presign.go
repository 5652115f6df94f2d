package objectstore

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"time"

	"github.com/minio/minio-go/v7"
)

// PresignGet implements Store.
func (s *S3) PresignGet(ctx context.Context, key string, ttl time.Duration, downloadName string) (string, error) {
	query := url.Values{}
	if downloadName != "" {
		query.Set("response-content-disposition", mime.FormatMediaType("attachment", map[string]string{"filename": downloadName}))
	}
	return s.presign(ctx, http.MethodGet, key, ttl, MaxGetTTL, query)
}

// PresignPut implements Store.
func (s *S3) PresignPut(ctx context.Context, key string, ttl time.Duration) (string, error) {
	return s.presign(ctx, http.MethodPut, key, ttl, MaxPutTTL, nil)
}

// PresignPost implements Store.
func (s *S3) PresignPost(ctx context.Context, key, contentType string, maxBytes int64, ttl time.Duration) (Form, error) {
	if err := errors.Join(checkKey(key), checkTTL(ttl, MaxPutTTL)); err != nil {
		return Form{}, err
	}
	policy := minio.NewPostPolicy()
	err := errors.Join(
		// The server compares with its own clock, so this is the machine's time.
		policy.SetExpires(time.Now().UTC().Add(ttl)),
		policy.SetBucket(s.config.Bucket),
		policy.SetKey(key),
		policy.SetContentType(contentType),
		policy.SetContentLengthRange(0, maxBytes),
	)
	if err != nil {
		return Form{}, badRequest(err.Error())
	}
	address, fields, err := s.public.PresignedPostPolicy(ctx, policy)
	if err != nil {
		return Form{}, translate(err)
	}
	return Form{URL: s.address(address), Fields: fields}, nil
}

func (s *S3) presign(ctx context.Context, method, key string, ttl, longest time.Duration, query url.Values) (string, error) {
	if err := errors.Join(checkKey(key), checkTTL(ttl, longest)); err != nil {
		return "", err
	}
	address, err := s.public.Presign(ctx, method, s.config.Bucket, key, ttl, query)
	if err != nil {
		return "", translate(err)
	}
	return s.address(address), nil
}

// address is what a browser is given.
func (s *S3) address(u *url.URL) string {
	if !s.config.SameOrigin {
		return u.String()
	}
	relative := *u
	relative.Scheme, relative.Host, relative.User = "", "", nil
	return relative.String()
}
