package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Validate checks that the values fit together and names every fault, one a
// line, with what to do about it.
func (c Config) Validate() error {
	return errors.Join(append(c.checkListen(),
		c.checkTLS(),
		c.checkDatabase(),
		c.checkS3(),
		checkOrigin("PUBLIC_URL", c.PublicURL),
		checkOrigin("S3_PUBLIC_ENDPOINT", c.S3.PublicEndpoint),
		c.checkLogFormat(),
	)...)
}

// checkListen keeps passwords and answers from crossing a network in clear
// (decision 27).
func (c Config) checkListen() []error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return []error{fmt.Errorf("LISTEN: %q is not host:port, such as %s", c.Listen, DefaultListen)}
	}
	var faults []error
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		faults = append(faults, fmt.Errorf("LISTEN: port %q is not a number up to 65535", port))
	} else if c.ACMEDomain != "" && n != 443 {
		faults = append(faults, fmt.Errorf("ACME_DOMAIN: certificates are issued to port 443 only, LISTEN is %s", c.Listen))
	}
	if !isLoopback(host) && !c.UsesTLS() && len(c.TrustedProxies) == 0 && !c.InsecureHTTP {
		faults = append(faults, fmt.Errorf("LISTEN: %s can be reached from other machines, where plain http would show passwords: "+
			"set TLS_CERT and TLS_KEY (`peikao tls init` makes them), or ACME_DOMAIN, "+
			"or TRUSTED_PROXY when a proxy speaks https before it, or accept the risk with INSECURE_HTTP=true", c.Listen))
	}
	return faults
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

func (c Config) checkTLS() error {
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("TLS_CERT and TLS_KEY: set both or none")
	case c.TLSCert != "" && c.ACMEDomain != "":
		return errors.New("ACME_DOMAIN: leave it out when TLS_CERT and TLS_KEY are set")
	case c.ACMEDomain != "" && !domain.MatchString(c.ACMEDomain):
		return fmt.Errorf("ACME_DOMAIN: %q is not a name such as peikao.example.com", c.ACMEDomain)
	case c.UsesTLS() && strings.HasPrefix(c.PublicURL, "http://"):
		return fmt.Errorf("PUBLIC_URL: %s is http, but this server speaks https", c.PublicURL)
	}
	return nil
}

var domain = regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,}$`)

// checkDatabase says nothing of the value, which may hold a password.
func (c Config) checkDatabase() error {
	value := c.DatabaseURL.Reveal()
	if value != "" && c.WALDir != "" {
		return errors.New("WAL_DIR: leave it out when DATABASE_URL is set: an external database has its own place for its log")
	}
	if value == "" || strings.HasPrefix(value, "postgres://") || strings.HasPrefix(value, "postgresql://") || strings.Contains(value, "host=") {
		return nil
	}
	return errors.New("DATABASE_URL: want postgres://user:password@host/database, or host=… user=… dbname=…")
}

func (c Config) checkS3() error {
	if c.EmbeddedS3() {
		if c.S3.AccessKey != "" || c.S3.SecretKey != "" || c.S3.PublicEndpoint != "" {
			return errors.New("S3_ENDPOINT: missing, while other S3_ values are set")
		}
		return checkBucket(c.S3.Bucket)
	}
	if c.S3.AccessKey == "" || c.S3.SecretKey == "" {
		return errors.New("S3_ACCESS_KEY and S3_SECRET_KEY: needed with S3_ENDPOINT")
	}
	if strings.Contains(c.S3.Endpoint, "/") {
		return fmt.Errorf("S3_ENDPOINT: %q: give host or host:port without http://, and S3_USE_TLS", c.S3.Endpoint)
	}
	return checkBucket(c.S3.Bucket)
}

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

func checkBucket(name string) error {
	if !bucketName.MatchString(name) {
		return fmt.Errorf("S3_BUCKET: %q: 3 to 63 small letters, digits and hyphens", name)
	}
	return nil
}

func checkOrigin(name, value string) error {
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || value != u.Scheme+"://"+u.Host {
		return fmt.Errorf("%s: %q: want scheme and host alone, such as https://peikao.example.com", name, value)
	}
	return nil
}

func (c Config) checkLogFormat() error {
	if c.LogFormat != "text" && c.LogFormat != "json" {
		return fmt.Errorf("LOG_FORMAT: %q is not text or json", c.LogFormat)
	}
	return nil
}
