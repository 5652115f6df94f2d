package tlsx_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/platform/tlsx"
)

// A browser that trusts the clinic's authority reaches the server by name and by address, also after a renewal.
func TestClinicAuthority(t *testing.T) {
	dir := t.TempDir()
	names := []string{"exam.clinic.lan", "127.0.0.1"}
	files, err := tlsx.Init(dir, names, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(files.CA)
	if err != nil {
		t.Fatal(err)
	}
	config, err := tlsx.FromFiles(files.Certificate, files.Key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		Handler:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }),
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() { _ = server.Serve(l) }()
	defer server.Close()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		t.Fatal("no certificate in ca.pem")
	}
	get := func(name string) error {
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name}}}
		r, err := c.Get("https://" + l.Addr().String())
		if err != nil {
			return err
		}
		return r.Body.Close()
	}
	for _, name := range names {
		if err := get(name); err != nil {
			t.Error(name, err)
		}
	}
	if err := get("other.lan"); err == nil {
		t.Error("another name was accepted")
	}
	if _, err := tlsx.Init(dir, names, time.Now()); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(files.CA); err != nil || string(again) != string(ca) {
		t.Fatal("a renewal changed the authority", err)
	}
	if err := get("exam.clinic.lan"); err != nil {
		t.Error("after the renewal:", err)
	}
	for _, secret := range []string{files.Key, dir + "/ca.key"} {
		if st, err := os.Stat(secret); err != nil || st.Mode().Perm() != 0o600 {
			t.Error(secret, st, err)
		}
	}
}
