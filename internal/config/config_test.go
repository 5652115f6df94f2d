package config

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, p := range pairs {
			if value, found := strings.CutPrefix(p, name+"="); found {
				return value
			}
		}
		return ""
	}
}

func load(t *testing.T, pairs ...string) Config {
	t.Helper()
	c, err := Load(env(pairs...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDefaults(t *testing.T) {
	c := load(t)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || filepath.Base(c.Data) != ".data" || !filepath.IsAbs(c.Data) || c.S3.Bucket != "files" ||
		c.Timezone.String() != "Asia/Shanghai" || c.LogLevel != slog.LevelInfo || c.LogFormat != "text" || c.BackupDir != filepath.Join(c.Data, "backup") || c.BackupKeys != "" || c.BackupDays != 7 {
		t.Errorf("%+v", c)
	}
	if !c.EmbeddedDatabase() || !c.EmbeddedS3() || c.UsesTLS() || c.InsecureHTTP {
		t.Errorf("%+v", c)
	}
}

func TestEverythingSet(t *testing.T) {
	c := load(t,
		"LISTEN=0.0.0.0:443", "DATA=/srv/peikao", "DATABASE_URL=postgres://p:s3cret@db/peikao",
		"S3_ENDPOINT=s3:8333", "S3_USE_TLS=false", "S3_REGION=cn-east-1", "S3_BUCKET=clinic-files", "S3_ACCESS_KEY=key", "S3_SECRET_KEY=s3cret",
		"S3_PUBLIC_ENDPOINT=https://s3.example.com", "PUBLIC_URL=https://peikao.example.com/",
		"TLS_CERT=/c.pem", "TLS_KEY=/k.pem", "TRUSTED_PROXY=10.1.2.3/8, 192.168.0.1,::1", "INSECURE_HTTP=1",
		"LOG_LEVEL=debug", "LOG_FORMAT=json", "TIMEZONE=Asia/Urumqi",
		"BACKUP_DIR=/mnt/disk/peikao", "BACKUP_RECIPIENTS=age1a, age1b", "BACKUP_DAYS=0")
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if c.BackupDir != "/mnt/disk/peikao" || c.BackupKeys != "age1a, age1b" || c.BackupDays != 0 {
		t.Errorf("%+v", c)
	}
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.168.0.1/32"), netip.MustParsePrefix("::1/128")}
	if fmt.Sprint(c.TrustedProxies) != fmt.Sprint(want) || c.PublicURL != "https://peikao.example.com" || c.S3.UseTLS || !c.InsecureHTTP ||
		c.Timezone.String() != "Asia/Urumqi" || c.EmbeddedDatabase() || c.EmbeddedS3() || !c.UsesTLS() {
		t.Errorf("%+v", c)
	}
}

func TestUnreadableValuesAreAllNamed(t *testing.T) {
	_, err := Load(env("S3_USE_TLS=perhaps", "TRUSTED_PROXY=10.0.0.0/8,proxy", "LOG_LEVEL=loud", "TIMEZONE=Mars/Olympus", "INSECURE_HTTP=x", "BACKUP_DAYS=-1"))
	for _, name := range []string{"S3_USE_TLS", "TRUSTED_PROXY", "LOG_LEVEL", "TIMEZONE", "INSECURE_HTTP", "BACKUP_DAYS"} {
		if err == nil || !strings.Contains(err.Error(), name+": ") {
			t.Errorf("%s is not named in %v", name, err)
		}
	}
	if _, err := Load(env("TIMEZONE=Local")); err == nil {
		t.Error("took the machine's zone for the clinic's")
	}
}

// Decision 27: beyond this machine only with TLS, a proxy, or on purpose.
func TestListeningBeyondThisMachine(t *testing.T) {
	for _, c := range []struct {
		env []string
		ok  bool
	}{
		{[]string{"LISTEN=127.0.0.1:8080"}, true},
		{[]string{"LISTEN=127.8.9.1:0"}, true},
		{[]string{"LISTEN=localhost:8080"}, true},
		{[]string{"LISTEN=[::1]:8080"}, true},
		{[]string{"LISTEN=:8080"}, false},
		{[]string{"LISTEN=0.0.0.0:8080"}, false},
		{[]string{"LISTEN=[::]:8080"}, false},
		{[]string{"LISTEN=192.168.1.5:8080"}, false},
		{[]string{"LISTEN=peikao.lan:8080"}, false},
		{[]string{"LISTEN=:8080", "INSECURE_HTTP=true"}, true},
		{[]string{"LISTEN=:8080", "INSECURE_HTTP=false"}, false},
		{[]string{"LISTEN=:8080", "TRUSTED_PROXY=10.0.0.0/8"}, true},
		{[]string{"LISTEN=:8443", "TLS_CERT=c.pem", "TLS_KEY=k.pem"}, true},
		{[]string{"LISTEN=:443", "ACME_DOMAIN=peikao.example.com"}, true},
	} {
		err := load(t, c.env...).Validate()
		if (err == nil) != c.ok {
			t.Errorf("%v: %v", c.env, err)
		}
		if err != nil && !strings.Contains(err.Error(), "INSECURE_HTTP") {
			t.Errorf("%v does not say what to do", err)
		}
	}
}

func TestFaultsThatAreNamed(t *testing.T) {
	for value, want := range map[string]string{
		"LISTEN=8080":            "LISTEN: ",
		"LISTEN=127.0.0.1:http":  "LISTEN: port",
		"LISTEN=127.0.0.1:70000": "LISTEN: port",
		"TLS_CERT=c.pem":         "TLS_CERT and TLS_KEY",
		"ACME_DOMAIN=example":    "ACME_DOMAIN: ",
		"DATABASE_URL=mysql://x": "DATABASE_URL: ",
		"S3_ENDPOINT=s3":         "S3_ACCESS_KEY",
		"S3_ACCESS_KEY=a":        "S3_ENDPOINT: missing",
		"S3_BUCKET=Files":        "S3_BUCKET: ",
		"PUBLIC_URL=peikao":      "PUBLIC_URL: ",
		"PUBLIC_URL=http://a/b":  "PUBLIC_URL: ",
		"LOG_FORMAT=xml":         "LOG_FORMAT: ",
	} {
		if err := load(t, value).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", value, err)
		}
	}
	both := load(t, "TLS_CERT=c", "TLS_KEY=k", "ACME_DOMAIN=a.example.com", "PUBLIC_URL=http://a.example.com").Validate()
	if both == nil {
		t.Error("took a certificate and ACME")
	}
	if err := load(t, "LISTEN=127.0.0.1:443", "TLS_CERT=c", "TLS_KEY=k", "PUBLIC_URL=http://a.example.com").Validate(); err == nil {
		t.Error("took http for https")
	}
	if err := load(t, "DATABASE_URL=postgres://db/peikao", "WAL_DIR=/wal").Validate(); err == nil || !strings.HasPrefix(err.Error(), "WAL_DIR: ") {
		t.Errorf("a place for the log of an external database: %v", err)
	}
	if c := load(t, "WAL_DIR=wal"); !filepath.IsAbs(c.WALDir) || c.Validate() != nil {
		t.Errorf("%+v", c)
	}
	if err := load(t, "S3_ENDPOINT=https://s3", "S3_ACCESS_KEY=a", "S3_SECRET_KEY=b").Validate(); err == nil {
		t.Error("took a scheme in S3_ENDPOINT")
	}
}

func TestFlagsGoFirst(t *testing.T) {
	getenv := Over(map[string]string{"LISTEN": "127.0.0.1:9000", "PUBLIC_URL": ""}, env("LISTEN=127.0.0.1:1", "PUBLIC_URL=https://a.example.com", "DATA=/d"))
	c, err := Load(getenv)
	if err != nil || c.Listen != "127.0.0.1:9000" || c.PublicURL != "" || c.Data != "/d" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	c := load(t, "DATABASE_URL=postgres://p:s3cret@db/peikao", "S3_ENDPOINT=s3", "S3_ACCESS_KEY=s3cret", "S3_SECRET_KEY=s3cret")
	c.Timezone = nil // json can't, and needn't
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("start", "config", c, "url", c.DatabaseURL)
	for _, printed := range []string{string(text), logged.String(), fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%s %q %x", c.DatabaseURL, c.DatabaseURL, c.DatabaseURL)} {
		if strings.Contains(printed, "s3cret") || strings.Contains(printed, "733363726574") {
			t.Errorf("printed %s", printed)
		}
	}
	if c.DatabaseURL.Reveal() != "postgres://p:s3cret@db/peikao" || c.DatabaseURL.String() != "***" || Secret("").String() != "" {
		t.Error("Reveal or String is wrong")
	}
	bad := load(t, "DATABASE_URL=s3cret").Validate()
	if bad == nil || strings.Contains(bad.Error(), "s3cret") {
		t.Errorf("%v", bad)
	}
}
