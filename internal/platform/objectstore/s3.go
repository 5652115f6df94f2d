package objectstore

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	defaultRegion = "us-east-1"

	// askTimeout bounds the calls that carry no file: whoever waits for one is answered within 5 s.
	askTimeout = 4 * time.Second

	// maxTries keeps a request from hanging while the store is away.
	maxTries = 3
)

// Config says which S3 server, bucket and account.
type Config struct {
	Endpoint  string // host or host:port, as the program reaches it
	UseTLS    bool
	Region    string // "" means us-east-1
	Bucket    string
	AccessKey string
	SecretKey string

	// Transport replaces the network, for a server on a socket; nil means the default.
	Transport http.RoundTripper

	// PublicEndpoint is scheme and host as browsers reach the server, which
	// presigned addresses are made for; "" means Endpoint.
	PublicEndpoint string
	// SameOrigin makes presigned addresses relative ("/files/…"), for a server
	// that is reached through the application's own address, whatever its name.
	SameOrigin bool
}

// S3 is the Store over an S3 server.
type S3 struct {
	config Config
	core   minio.Core    // talks to the server
	public *minio.Client // only signs
}

var _ Store = (*S3)(nil)

// New checks the configuration; it doesn't talk to the server yet.
func New(c Config) (*S3, error) {
	if c.Region == "" {
		c.Region = defaultRegion
	}
	client, err := c.client(c.Endpoint, c.UseTLS)
	if err != nil {
		return nil, fmt.Errorf("object storage %q: %w", c.Endpoint, err)
	}
	s := &S3{config: c, core: minio.Core{Client: client}, public: client}
	if c.PublicEndpoint == "" {
		return s, nil
	}
	public, err := url.Parse(c.PublicEndpoint)
	if err == nil && (public.Host == "" || (public.Scheme != "http" && public.Scheme != "https")) {
		err = fmt.Errorf("want http(s)://host")
	}
	if err == nil {
		s.public, err = c.client(public.Host, public.Scheme == "https")
	}
	if err != nil {
		return nil, fmt.Errorf("public address of object storage %q: %w", c.PublicEndpoint, err)
	}
	return s, nil
}

func (c Config) client(endpoint string, useTLS bool) (*minio.Client, error) {
	return minio.New(endpoint, &minio.Options{
		Creds:        credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""),
		Secure:       useTLS,
		Transport:    c.Transport,
		Region:       c.Region, // given, so that signing asks nobody
		BucketLookup: minio.BucketLookupPath,
		MaxRetries:   maxTries,
	})
}

// EnsureBucket makes the bucket when it isn't there yet.
func (s *S3) EnsureBucket(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	found, err := s.core.BucketExists(ctx, s.config.Bucket)
	if err != nil || found {
		return translate(err)
	}
	err = s.core.MakeBucket(ctx, s.config.Bucket, minio.MakeBucketOptions{Region: s.config.Region})
	if code := minio.ToErrorResponse(err).Code; code == "BucketAlreadyOwnedByYou" {
		return nil // another process was quicker
	}
	return translate(err)
}

// Put implements Store.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if size < 0 {
		return badRequest("object without a size")
	}
	_, err := s.core.Client.PutObject(ctx, s.config.Bucket, key, r, size, minio.PutObjectOptions{
		ContentType:    contentType,
		SendContentMd5: true, // the checksum that every S3 server verifies
	})
	return translate(err)
}

// Get implements Store.
func (s *S3) Get(ctx context.Context, key string, offset, length int64) (io.ReadCloser, Info, error) {
	if err := checkKey(key); err != nil {
		return nil, Info{}, err
	}
	if length == 0 { // HTTP has no empty range
		info, err := s.Stat(ctx, key)
		return io.NopCloser(bytes.NewReader(nil)), info, err
	}
	options, err := rangeOf(offset, length)
	if err != nil {
		return nil, Info{}, err
	}
	body, found, header, err := s.core.GetObject(ctx, s.config.Bucket, key, options)
	if err != nil {
		return nil, Info{}, translate(err)
	}
	info := infoOf(found)
	info.Key = key
	if whole, ok := wholeSize(header.Get("Content-Range")); ok {
		info.Size = whole
	}
	return body, info, nil
}

func rangeOf(offset, length int64) (minio.GetObjectOptions, error) {
	var options minio.GetObjectOptions
	var err error
	switch {
	case offset < 0:
		return options, badRequest("range before the start")
	case length > 0:
		err = options.SetRange(offset, offset+length-1)
	case offset > 0:
		err = options.SetRange(offset, 0) // to the end
	}
	return options, err
}

// wholeSize reads the size after the slash of "bytes 0-9/1000".
func wholeSize(contentRange string) (int64, bool) {
	_, size, found := strings.Cut(contentRange, "/")
	if !found {
		return 0, false
	}
	n, err := strconv.ParseInt(size, 10, 64)
	return n, err == nil
}

// Stat implements Store.
func (s *S3) Stat(ctx context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	found, err := s.core.StatObject(ctx, s.config.Bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, translate(err)
	}
	return infoOf(found), nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return ignoreMissing(translate(s.core.RemoveObject(ctx, s.config.Bucket, key, minio.RemoveObjectOptions{})))
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix string, fn func(Info) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the lister when fn stops early
	for found := range s.core.ListObjectsIter(ctx, s.config.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if found.Err != nil {
			return translate(found.Err)
		}
		if err := fn(infoOf(found)); err != nil {
			return err
		}
	}
	return nil
}

func infoOf(o minio.ObjectInfo) Info {
	return Info{Key: o.Key, Size: o.Size, ContentType: o.ContentType, ETag: o.ETag, ModifiedAt: o.LastModified.UTC()}
}
