package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a clinic's machine may have no time zones
)

// Config is the whole of it. The zero value of a field means its default.
type Config struct {
	Listen string // host:port
	Data   string // absolute path of the data directory

	DatabaseURL Secret // external PostgreSQL; "" runs the embedded one
	WALDir      string // absolute path of a directory on a volume of its own for the embedded one's write-ahead log; "" leaves the log where it is
	S3          S3     // external object storage; no Endpoint runs the embedded one

	PublicURL string // scheme and host as people type it; "" means by Listen

	TLSCert, TLSKey string // PEM files
	ACMEDomain      string // certificates by ACME for this name
	TrustedProxies  []netip.Prefix
	InsecureHTTP    bool // plain http beyond this machine, knowingly

	LogLevel  slog.Level
	LogFormat string // "text" or "json"

	BackupDir  string // absolute path of the backups' folder
	BackupKeys string // public age keys; "" means a pair that is made in the data directory
	BackupDays int    // the embedded database can be brought to any moment of so many days; 0 for no moment but the nightly ones

	Timezone *time.Location // the organisation's, for days and on pages
}

// S3 is an external object storage.
type S3 struct {
	Endpoint             string // host or host:port
	UseTLS               bool
	Region               string
	Bucket               string
	AccessKey, SecretKey Secret
	PublicEndpoint       string // scheme and host as browsers reach it; "" means Endpoint
}

// Defaults that other packages or the help text name.
const (
	DefaultListen   = "127.0.0.1:8080"
	DefaultData     = ".data"
	DefaultBucket   = "files"
	DefaultTimezone = "Asia/Shanghai"

	DefaultBackupDays = 7
	maxBackupDays     = 366
)

// EmbeddedDatabase tells whether PostgreSQL runs as a child process.
func (c Config) EmbeddedDatabase() bool { return c.DatabaseURL == "" }

// EmbeddedS3 tells whether the object storage runs in this process.
func (c Config) EmbeddedS3() bool { return c.S3.Endpoint == "" }

// UsesTLS tells whether this process itself speaks https.
func (c Config) UsesTLS() bool { return c.TLSCert != "" || c.ACMEDomain != "" }

// Load reads the variables through getenv and fills in the defaults. It names
// every value that can't be read; Validate checks whether they fit together.
func Load(getenv func(string) string) (Config, error) {
	r := reader{getenv: getenv}
	c := Config{
		Listen:      r.text("LISTEN", DefaultListen),
		Data:        r.path("DATA", DefaultData),
		DatabaseURL: Secret(r.text("DATABASE_URL", "")),
		WALDir:      r.path("WAL_DIR", ""),
		S3: S3{
			Endpoint:       r.text("S3_ENDPOINT", ""),
			UseTLS:         r.flag("S3_USE_TLS", true),
			Region:         r.text("S3_REGION", ""),
			Bucket:         r.text("S3_BUCKET", DefaultBucket),
			AccessKey:      Secret(r.text("S3_ACCESS_KEY", "")),
			SecretKey:      Secret(r.text("S3_SECRET_KEY", "")),
			PublicEndpoint: r.text("S3_PUBLIC_ENDPOINT", ""),
		},
		PublicURL:      strings.TrimSuffix(r.text("PUBLIC_URL", ""), "/"),
		TLSCert:        r.path("TLS_CERT", ""),
		TLSKey:         r.path("TLS_KEY", ""),
		ACMEDomain:     r.text("ACME_DOMAIN", ""),
		TrustedProxies: r.prefixes("TRUSTED_PROXY"),
		InsecureHTTP:   r.flag("INSECURE_HTTP", false),
		LogLevel:       r.level("LOG_LEVEL"),
		LogFormat:      r.text("LOG_FORMAT", "text"),
		BackupDir:      r.path("BACKUP_DIR", ""),
		BackupKeys:     r.text("BACKUP_RECIPIENTS", ""),
		BackupDays:     r.days("BACKUP_DAYS", DefaultBackupDays),
		Timezone:       r.zone("TIMEZONE", DefaultTimezone),
	}
	if c.BackupDir == "" {
		c.BackupDir = filepath.Join(c.Data, "backup")
	}
	return c, errors.Join(r.faults...)
}

// Over puts the flags that were given before the environment, by the name of
// the variable.
func Over(flags map[string]string, getenv func(string) string) func(string) string {
	return func(name string) string {
		if value, given := flags[name]; given {
			return value
		}
		return getenv(name)
	}
}

// reader turns text into values and collects what it can't.
type reader struct {
	getenv func(string) string
	faults []error
}

func (r *reader) fault(name, value, want string) {
	r.faults = append(r.faults, fmt.Errorf("%s: %q is not %s", name, value, want))
}

func (r *reader) text(name, otherwise string) string {
	if value := strings.TrimSpace(r.getenv(name)); value != "" {
		return value
	}
	return otherwise
}

// path is made absolute at once: the embedded object storage changes the
// working directory later.
func (r *reader) path(name, otherwise string) string {
	value := r.text(name, otherwise)
	if value == "" {
		return ""
	}
	absolute, err := filepath.Abs(value)
	if err != nil {
		r.fault(name, value, "a usable path: "+err.Error())
	}
	return absolute
}

func (r *reader) flag(name string, otherwise bool) bool {
	value := r.text(name, strconv.FormatBool(otherwise))
	on, err := strconv.ParseBool(value)
	if err != nil {
		r.fault(name, value, "true or false")
	}
	return on
}

func (r *reader) days(name string, otherwise int) int {
	value := r.text(name, strconv.Itoa(otherwise))
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > maxBackupDays {
		r.fault(name, value, fmt.Sprintf("a number of days from 0 to %d", maxBackupDays))
	}
	return n
}

func (r *reader) prefixes(name string) []netip.Prefix {
	var found []netip.Prefix
	for value := range strings.SplitSeq(r.text(name, ""), ",") {
		value = strings.TrimSpace(value)
		if value == "" {
			continue
		}
		prefix, err := parsePrefix(value)
		if err != nil {
			r.fault(name, value, "an address or network such as 10.0.0.0/8")
			continue
		}
		found = append(found, prefix)
	}
	return found
}

// parsePrefix also takes a bare address: a network of one.
func parsePrefix(value string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(value); err == nil {
		return address.Prefix(address.BitLen())
	}
	prefix, err := netip.ParsePrefix(value)
	return prefix.Masked(), err
}

func (r *reader) level(name string) slog.Level {
	var level slog.Level
	value := r.text(name, "info")
	if err := level.UnmarshalText([]byte(value)); err != nil {
		r.fault(name, value, "debug, info, warn or error")
	}
	return level
}

func (r *reader) zone(name, otherwise string) *time.Location {
	value := r.text(name, otherwise)
	zone, err := time.LoadLocation(value)
	if err != nil || value == "Local" { // the machine's zone is no fact about the clinic
		r.fault(name, value, "a time zone such as Asia/Shanghai")
		return time.UTC
	}
	return zone
}
