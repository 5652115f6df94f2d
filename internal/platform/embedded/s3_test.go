package embedded

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func TestKeysStayAndBadFilesAreNamed(t *testing.T) {
	path := keysPath(t.TempDir())
	if _, err := loadKeys(path, false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("none yet: %v", err)
	}
	first, err := loadKeys(path, true)
	if err != nil || len(first.Access) != 20 || len(first.Secret) < 40 {
		t.Fatalf("%d %d %v", len(first.Access), len(first.Secret), err)
	}
	if again, err := loadKeys(path, true); err != nil || again != first {
		t.Errorf("another pair: %v", err)
	}
	for _, text := range []string{"", "{}", "x"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := loadKeys(path, true); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestIsPresigned(t *testing.T) {
	for _, c := range []struct {
		method, target, contentType string
		want                        bool
	}{
		{"GET", "/files/a?X-Amz-Signature=1", "", true},
		{"HEAD", "/files/a/b?X-Amz-Signature=1", "", true},
		{"PUT", "/files/a?X-Amz-Signature=1", "", true},
		{"POST", "/files/", "multipart/form-data; boundary=x", true},
		{"GET", "/files/a", "", false},
		{"GET", "/files/?X-Amz-Signature=1", "", false}, // the bucket itself
		{"GET", "/files?X-Amz-Signature=1", "", false},
		{"GET", "/other/a?X-Amz-Signature=1", "", false},
		{"GET", "/filesystem/a?X-Amz-Signature=1", "", false},
		{"DELETE", "/files/a?X-Amz-Signature=1", "", false},
		{"POST", "/files/a?X-Amz-Signature=1", "multipart/form-data", false},
		{"POST", "/files/?delete", "multipart/form-data", false},
		{"POST", "/files/", "application/xml", false},
	} {
		r := httptest.NewRequest(c.method, c.target, nil)
		r.Header.Set("Content-Type", c.contentType)
		if got := isPresigned(r, "files"); got != c.want {
			t.Errorf("%s %s = %v", c.method, c.target, got)
		}
	}
}

// Uploaded pages must not act as pages of the application.
func TestDisarm(t *testing.T) {
	for contentType, shown := range map[string]bool{
		"image/png": true, "audio/mpeg": true, "video/mp4": true, "application/pdf": true,
		"image/svg+xml": false, "text/html": false, "text/html; charset=utf-8": false, "application/xhtml+xml": false, "": false, "nonsense/": false,
	} {
		h := http.Header{"Content-Type": {contentType}}
		disarm(h)
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", contentType, h)
		}
		if (h.Get("Content-Disposition") == "") != shown {
			t.Errorf("%s: disposition %q", contentType, h.Get("Content-Disposition"))
		}
	}
	named := http.Header{"Content-Type": {"text/html"}, "Content-Disposition": {`attachment; filename="a.html"`}}
	disarm(named)
	if named.Get("Content-Disposition") != `attachment; filename="a.html"` {
		t.Errorf("lost the name: %v", named)
	}
}
