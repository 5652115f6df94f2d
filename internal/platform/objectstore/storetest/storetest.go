// Package storetest is the one suite that every objectstore.Store passes.
package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/objectstore"
)

// Target is the store under test. Base is the address that relative presigned
// addresses are resolved against.
type Target struct {
	Store objectstore.Store
	Base  string
}

// Run runs the suite. The store is empty at its start, and after it.
func Run(t *testing.T, target Target) {
	for name, test := range map[string]func(*testing.T, Target){
		"put and get":                 testPutGet,
		"ranges":                      testRanges,
		"missing objects":             testMissing,
		"a short body":                testShortBody,
		"bad keys":                    testBadKeys,
		"lists":                       testList,
		"presigned reading":           testPresignGet,
		"presigned writing":           testPresignPut,
		"presigned form":              testPresignPost,
		"lives of addresses":          testTTL,
		"multipart":                   testMultipart,
		"multipart that is dropped":   testAbort,
		"multipart that is wrong":     testBadMultipart,
		"nothing without a signature": testAnonymous,
	} {
		t.Run(name, func(t *testing.T) { test(t, target) })
	}
}

func testPutGet(t *testing.T, target Target) {
	key := "courseware/1/胶原蛋白 100%+a.txt"
	for _, content := range []string{"第一版", "", "the second version, longer"} {
		put(t, target, key, content, "text/plain; charset=utf-8")
		got, info := get(t, target, key, 0, -1)
		if got != content || info.Size != int64(len(content)) || info.Key != key {
			t.Errorf("wrote %q, read %q %+v", content, got, info)
		}
		stat, err := target.Store.Stat(t.Context(), key)
		if err != nil || stat.Size != int64(len(content)) || stat.ContentType != "text/plain; charset=utf-8" || stat.ETag == "" {
			t.Errorf("stat %+v, %v", stat, err)
		}
		if age := time.Since(stat.ModifiedAt); age < -2*time.Second || age > time.Minute || stat.ModifiedAt.Location() != time.UTC {
			t.Errorf("modified %v", stat.ModifiedAt)
		}
	}
}

func testRanges(t *testing.T, target Target) {
	put(t, target, "range", "0123456789", "text/plain")
	for _, c := range []struct {
		offset, length int64
		want           string
	}{
		{0, -1, "0123456789"}, {0, 1, "0"}, {0, 10, "0123456789"}, {3, 4, "3456"}, {9, 1, "9"},
		{7, -1, "789"}, {8, 100, "89"}, {4, 0, ""},
	} {
		got, info := get(t, target, "range", c.offset, c.length)
		if got != c.want || info.Size != 10 {
			t.Errorf("%d+%d = %q of %d, want %q of 10", c.offset, c.length, got, info.Size, c.want)
		}
	}
	for _, offset := range []int64{10, -1} {
		if _, _, err := target.Store.Get(t.Context(), "range", offset, 1); !errs.Is(err, errs.BadRequest) {
			t.Errorf("offset %d: %v", offset, err)
		}
	}
}

func testMissing(t *testing.T, target Target) {
	if _, _, err := target.Store.Get(t.Context(), "no/such", 0, -1); !errs.Is(err, errs.NotFound) {
		t.Errorf("get: %v", err)
	}
	if _, err := target.Store.Stat(t.Context(), "no/such"); !errs.Is(err, errs.NotFound) {
		t.Errorf("stat: %v", err)
	}
	if err := target.Store.Delete(t.Context(), "no/such"); err != nil {
		t.Errorf("delete: %v", err)
	}
}

func testShortBody(t *testing.T, target Target) {
	err := target.Store.Put(t.Context(), "short", strings.NewReader("abc"), 10, "text/plain")
	if err == nil {
		t.Fatal("took 3 bytes for 10")
	}
	if _, err := target.Store.Stat(t.Context(), "short"); !errs.Is(err, errs.NotFound) {
		t.Errorf("something was kept: %v", err)
	}
	if err := target.Store.Put(t.Context(), "short", strings.NewReader("abc"), -1, "text/plain"); !errs.Is(err, errs.BadRequest) {
		t.Errorf("no size: %v", err)
	}
}

func testBadKeys(t *testing.T, target Target) {
	for _, key := range []string{"", "/a", "a/", "a//b", ".", "../a", "a/../b", "a/./b", "a\\b", "a\x00b", "a\nb", "\xff", strings.Repeat("k", 513)} {
		if err := target.Store.Put(t.Context(), key, strings.NewReader("x"), 1, "text/plain"); !errs.Is(err, errs.BadRequest) {
			t.Errorf("put %q: %v", key, err)
		}
		if _, err := target.Store.PresignGet(t.Context(), key, time.Minute, ""); !errs.Is(err, errs.BadRequest) {
			t.Errorf("presign %q: %v", key, err)
		}
	}
}

func testList(t *testing.T, target Target) {
	for _, key := range []string{"list/b/2", "list/a", "list/b/1", "listed"} {
		put(t, target, key, "xy", "text/plain")
	}
	var keys []string
	err := target.Store.List(t.Context(), "list/", func(i objectstore.Info) error {
		if i.Size != 2 {
			t.Errorf("%s has size %d", i.Key, i.Size)
		}
		keys = append(keys, i.Key)
		return nil
	})
	if got := strings.Join(keys, " "); err != nil || got != "list/a list/b/1 list/b/2" {
		t.Errorf("listed %s, %v", got, err)
	}
	enough := errors.New("enough")
	if err := target.Store.List(t.Context(), "list/", func(objectstore.Info) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("stopped with %v", err)
	}
}

func testPresignGet(t *testing.T, target Target) {
	put(t, target, "get/课件.pdf", "%PDF-1.7", "application/pdf")
	address, err := target.Store.PresignGet(t.Context(), "get/课件.pdf", time.Minute, "")
	if err != nil {
		t.Fatal(err)
	}
	if body, answer := fetch(t, target, http.MethodGet, address, nil); answer.StatusCode != 200 || body != "%PDF-1.7" ||
		answer.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%d %q %v", answer.StatusCode, body, answer.Header)
	}
	named, err := target.Store.PresignGet(t.Context(), "get/课件.pdf", time.Minute, `第1课 "皮肤".pdf`)
	if err != nil {
		t.Fatal(err)
	}
	_, answer := fetch(t, target, http.MethodGet, named, nil)
	if got := answer.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename*=utf-8''%E7%AC%AC1") {
		t.Errorf("disposition %q", got)
	}
	if _, answer := fetch(t, target, http.MethodGet, strings.Replace(address, "X-Amz-Expires=60", "X-Amz-Expires=6000", 1), nil); answer.StatusCode != 403 {
		t.Errorf("longer life: %d", answer.StatusCode)
	}
	if _, answer := fetch(t, target, http.MethodPut, address, strings.NewReader("mine")); answer.StatusCode != 403 {
		t.Errorf("writing with an address for reading: %d", answer.StatusCode)
	}
}

func testPresignPut(t *testing.T, target Target) {
	removeAfter(t, target, "put/照片.jpg")
	address, err := target.Store.PresignPut(t.Context(), "put/照片.jpg", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if body, answer := fetch(t, target, http.MethodPut, address, strings.NewReader("jpeg")); answer.StatusCode != 200 {
		t.Fatalf("%d %s", answer.StatusCode, body)
	}
	if got, _ := get(t, target, "put/照片.jpg", 0, -1); got != "jpeg" {
		t.Errorf("read %q", got)
	}
	elsewhere := strings.Replace(address, "put/", "other/", 1)
	if _, answer := fetch(t, target, http.MethodPut, elsewhere, strings.NewReader("jpeg")); answer.StatusCode != 403 {
		t.Errorf("another key: %d", answer.StatusCode)
	}
}

func testPresignPost(t *testing.T, target Target) {
	removeAfter(t, target, "post/a.png")
	form, err := target.Store.PresignPost(t.Context(), "post/a.png", "image/png", 10, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if status := post(t, target, form, "0123456789A"); status < 400 || status > 499 {
		t.Errorf("11 bytes of 10: %d", status)
	}
	if _, err := target.Store.Stat(t.Context(), "post/a.png"); !errs.Is(err, errs.NotFound) {
		t.Errorf("too large a file was kept: %v", err)
	}
	if status := post(t, target, form, "0123456789"); status >= 300 {
		t.Errorf("10 bytes of 10: %d", status)
	}
	if info, err := target.Store.Stat(t.Context(), "post/a.png"); err != nil || info.Size != 10 || info.ContentType != "image/png" {
		t.Errorf("%+v %v", info, err)
	}
}

func testTTL(t *testing.T, target Target) {
	ctx, s := t.Context(), target.Store
	makers := map[string]func(time.Duration) (string, error){
		"get":  func(d time.Duration) (string, error) { return s.PresignGet(ctx, "k", d, "") },
		"put":  func(d time.Duration) (string, error) { return s.PresignPut(ctx, "k", d) },
		"part": func(d time.Duration) (string, error) { return s.PresignPart(ctx, "k", "u", 1, d) },
		"post": func(d time.Duration) (string, error) {
			f, err := s.PresignPost(ctx, "k", "image/png", 1, d)
			return f.URL, err
		},
	}
	for name, create := range makers {
		longest := objectstore.MaxPutTTL
		if name == "get" {
			longest = objectstore.MaxGetTTL
		}
		for ttl, ok := range map[time.Duration]bool{0: false, -time.Second: false, time.Second: true, longest: true, longest + time.Second: false} {
			if _, err := create(ttl); (err == nil) != ok || (!ok && !errs.Is(err, errs.BadRequest)) {
				t.Errorf("%s for %v: %v", name, ttl, err)
			}
		}
	}
	address, err := s.PresignGet(ctx, "k", objectstore.MaxGetTTL, "")
	if err != nil || !strings.Contains(address, "X-Amz-Expires=300") {
		t.Errorf("%v %v", address, err)
	}
}

func testMultipart(t *testing.T, target Target) {
	ctx, key := t.Context(), "multi/录音.mp4"
	removeAfter(t, target, key)
	id, err := target.Store.StartMultipart(ctx, key, "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, objectstore.MinPartBytes)
	_, _ = rand.Read(first) // never fails
	var parts []objectstore.Part
	for i, content := range [][]byte{first, []byte("the end")} {
		parts = append(parts, objectstore.Part{Number: i + 1, ETag: putPart(t, target, key, id, i+1, content)})
	}
	if _, err := target.Store.Stat(ctx, key); !errs.Is(err, errs.NotFound) {
		t.Errorf("visible before it is complete: %v", err)
	}
	if err := target.Store.CompleteMultipart(ctx, key, id, parts); err != nil {
		t.Fatal(err)
	}
	got, info := get(t, target, key, 0, -1)
	if got != string(first)+"the end" || info.ContentType != "video/mp4" {
		t.Errorf("%d bytes of %s", len(got), info.ContentType)
	}
	if tail, _ := get(t, target, key, int64(len(first))-1, 4); tail != string(first[len(first)-1:])+"the" {
		t.Errorf("across the parts: %q", tail)
	}
}

func testAbort(t *testing.T, target Target) {
	ctx := t.Context()
	id, err := target.Store.StartMultipart(ctx, "abort", "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	tag := putPart(t, target, "abort", id, 1, []byte("x"))
	for range 2 { // the second finds nothing
		if err := target.Store.AbortMultipart(ctx, "abort", id); err != nil {
			t.Fatal(err)
		}
	}
	if err := target.Store.CompleteMultipart(ctx, "abort", id, []objectstore.Part{{Number: 1, ETag: tag}}); !errs.Is(err, errs.NotFound) {
		t.Errorf("completed after the abort: %v", err)
	}
}

func testBadMultipart(t *testing.T, target Target) {
	ctx := t.Context()
	id, err := target.Store.StartMultipart(ctx, "bad", "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := target.Store.AbortMultipart(ctx, "bad", id); err != nil {
			t.Error(err)
		}
	}()
	tag := putPart(t, target, "bad", id, 1, []byte("x"))
	for name, parts := range map[string][]objectstore.Part{
		"none":         nil,
		"zero":         {{Number: 0, ETag: tag}},
		"out of order": {{Number: 2, ETag: tag}, {Number: 1, ETag: tag}},
		"never sent":   {{Number: 1, ETag: tag}, {Number: 2, ETag: tag}},
	} {
		if err := target.Store.CompleteMultipart(ctx, "bad", id, parts); !errs.Is(err, errs.BadRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := target.Store.PresignPart(ctx, "bad", id, objectstore.MaxParts+1, time.Minute); !errs.Is(err, errs.BadRequest) {
		t.Errorf("part 10001: %v", err)
	}
}

func testAnonymous(t *testing.T, target Target) {
	put(t, target, "secret", "x", "text/plain")
	address, err := target.Store.PresignGet(t.Context(), "secret", time.Minute, "")
	if err != nil {
		t.Fatal(err)
	}
	bare, _, _ := strings.Cut(address, "?")
	for _, path := range []string{bare, strings.TrimSuffix(bare, "secret")} {
		if _, answer := fetch(t, target, http.MethodGet, path, nil); answer.StatusCode != 403 {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}

func put(t *testing.T, target Target, key, content, contentType string) {
	t.Helper()
	if err := target.Store.Put(t.Context(), key, strings.NewReader(content), int64(len(content)), contentType); err != nil {
		t.Fatal(err)
	}
	removeAfter(t, target, key)
}

func removeAfter(t *testing.T, target Target, key string) {
	t.Cleanup(func() {
		if err := target.Store.Delete(context.Background(), key); err != nil {
			t.Error(err)
		}
	})
}

func get(t *testing.T, target Target, key string, offset, length int64) (string, objectstore.Info) {
	t.Helper()
	r, info, err := target.Store.Get(t.Context(), key, offset, length)
	if err != nil {
		t.Fatalf("get %s %d+%d: %v", key, offset, length, err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content), info
}

func fetch(t *testing.T, target Target, method, address string, body io.Reader) (string, *http.Response) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, absolute(t, target, address), body)
	if err != nil {
		t.Fatal(err)
	}
	return send(t, request)
}

func send(t *testing.T, request *http.Request) (string, *http.Response) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content), answer
}

func putPart(t *testing.T, target Target, key, id string, number int, content []byte) (etag string) {
	t.Helper()
	address, err := target.Store.PresignPart(t.Context(), key, id, number, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	body, answer := fetch(t, target, http.MethodPut, address, bytes.NewReader(content))
	if answer.StatusCode != 200 {
		t.Fatalf("part %d: %d %s", number, answer.StatusCode, body)
	}
	return answer.Header.Get("ETag")
}

func post(t *testing.T, target Target, form objectstore.Form, content string) (status int) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range form.Fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "a.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, absolute(t, target, form.URL), &body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", w.FormDataContentType())
	_, answer := send(t, request)
	return answer.StatusCode
}

func absolute(t *testing.T, target Target, address string) string {
	t.Helper()
	base, err := url.Parse(target.Base)
	if err != nil {
		t.Fatal(err)
	}
	u, err := base.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}
