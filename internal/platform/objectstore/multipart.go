package objectstore

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/minio/minio-go/v7"
)

// StartMultipart implements Store.
func (s *S3) StartMultipart(ctx context.Context, key, contentType string) (uploadID string, err error) {
	if err := checkKey(key); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	uploadID, err = s.core.NewMultipartUpload(ctx, s.config.Bucket, key, minio.PutObjectOptions{ContentType: contentType})
	return uploadID, translate(err)
}

// PresignPart implements Store.
func (s *S3) PresignPart(ctx context.Context, key, uploadID string, part int, ttl time.Duration) (string, error) {
	if err := checkPart(uploadID, part); err != nil {
		return "", err
	}
	return s.presign(ctx, http.MethodPut, key, ttl, MaxPutTTL, url.Values{
		"uploadId":   {uploadID},
		"partNumber": {strconv.Itoa(part)},
	})
}

// CompleteMultipart implements Store. Joining a large file takes its time, so
// only the caller's context bounds it.
func (s *S3) CompleteMultipart(ctx context.Context, key, uploadID string, parts []Part) error {
	if err := checkKey(key); err != nil {
		return err
	}
	joined := make([]minio.CompletePart, len(parts))
	for i, p := range parts {
		if err := checkPart(uploadID, p.Number); err != nil {
			return err
		}
		if i > 0 && p.Number <= parts[i-1].Number {
			return badRequest("parts out of order")
		}
		joined[i] = minio.CompletePart{PartNumber: p.Number, ETag: p.ETag}
	}
	if len(joined) == 0 {
		return badRequest("upload without parts")
	}
	_, err := s.core.CompleteMultipartUpload(ctx, s.config.Bucket, key, uploadID, joined, minio.PutObjectOptions{})
	return translate(err)
}

// AbortMultipart implements Store.
func (s *S3) AbortMultipart(ctx context.Context, key, uploadID string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return ignoreMissing(translate(s.core.AbortMultipartUpload(ctx, s.config.Bucket, key, uploadID)))
}

func checkPart(uploadID string, part int) error {
	if uploadID == "" || part < 1 || part > MaxParts {
		return badRequest("part " + strconv.Itoa(part))
	}
	return nil
}
