// Package tlsx gives the server its certificate: from files, from ACME, or from the clinic's own certificate authority, which
// Init makes for a clinic whose server has no public name (decision 27).
package tlsx

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

const (
	caYears = 10
	// leafDays is the longest life that phones accept of a certificate.
	leafDays = 397
)

// FromFiles reads a certificate at each handshake from its files, so that a renewed one is used without a restart.
func FromFiles(certificate, key string) (*tls.Config, error) {
	if _, err := tls.LoadX509KeyPair(certificate, key); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			c, err := tls.LoadX509KeyPair(certificate, key)
			return &c, err
		},
	}, nil
}

// FromACME asks a public authority for a certificate of the name and keeps it in dir.
func FromACME(name, dir string) *tls.Config {
	m := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(name), Cache: autocert.DirCache(dir)}
	c := m.TLSConfig()
	c.MinVersion = tls.VersionTLS12
	return c
}

// Files are what Init writes.
type Files struct{ CA, Certificate, Key string }

// Paths are the names of the files in dir.
func Paths(dir string) Files {
	return Files{CA: filepath.Join(dir, "ca.pem"), Certificate: filepath.Join(dir, "server.pem"), Key: filepath.Join(dir, "server.key")}
}

// Init makes the clinic's authority in dir, when there is none, and a fresh certificate of it for the names and addresses.
// Phones and computers install ca.pem once; later certificates of the same authority need nothing on them.
func Init(dir string, names []string, now time.Time) (Files, error) {
	if len(names) == 0 {
		return Files{}, errors.New("a certificate needs at least one name or address")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Files{}, err
	}
	files := Paths(dir)
	ca, caKey, err := authority(files.CA, filepath.Join(dir, "ca.key"), now)
	if err != nil {
		return Files{}, err
	}
	template, err := base(names[0], now, now.AddDate(0, 0, leafDays))
	if err != nil {
		return Files{}, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	_, err = sign(template, ca, caKey, files.Certificate, files.Key)
	return files, err
}

func authority(path, keyPath string, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	pair, err := tls.LoadX509KeyPair(path, keyPath)
	if err == nil {
		key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
		if !ok {
			return nil, nil, fmt.Errorf("%s: not a key of ours", keyPath)
		}
		return pair.Leaf, key, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("authority: %w", err)
	}
	template, err := base("Peikao clinic CA", now, now.AddDate(caYears, 0, 0))
	if err != nil {
		return nil, nil, err
	}
	template.IsCA, template.BasicConstraintsValid, template.MaxPathLenZero = true, true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	if _, err := sign(template, nil, nil, path, keyPath); err != nil {
		return nil, nil, err
	}
	return authority(path, keyPath, now)
}

func base(name string, from, to time.Time) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{"Peikao"}},
		NotBefore: from.Add(-time.Hour), NotAfter: to,
	}, nil
}

// sign makes a key and a certificate of it, signed by the parent, or by itself when there is none.
func sign(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey, path, keyPath string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := writePEM(keyPath, "EC PRIVATE KEY", secret, 0o600); err != nil {
		return nil, err
	}
	return key, writePEM(path, "CERTIFICATE", certificate, 0o644)
}

func writePEM(path, kind string, content []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), mode)
}
