package embedded

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// keyPair is the one account of the embedded S3 server.
type keyPair struct {
	Access string `json:"access_key"`
	Secret string `json:"secret_key"`
}

func keysPath(dir string) string { return filepath.Join(dir, "s3.secret") }

// loadKeys reads the pair of a directory, and generates it when there is none
// and create is set.
func loadKeys(path string, create bool) (keyPair, error) {
	var keys keyPair
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && create {
		return createKeys(path)
	}
	if err != nil {
		return keys, err
	}
	if err := json.Unmarshal(text, &keys); err != nil {
		return keys, fmt.Errorf("%s: %w", path, err)
	}
	if keys.Access == "" || keys.Secret == "" {
		return keys, fmt.Errorf("%s: no key pair in it; remove it to have a new one made", path)
	}
	return keys, nil
}

// createKeys writes the pair beside its place first, so that a killed program
// leaves no half-written file.
func createKeys(path string) (keyPair, error) {
	keys := keyPair{Access: "PK" + rand.Text()[:18], Secret: rand.Text() + rand.Text()}
	text, err := json.Marshal(keys)
	if err != nil {
		return keys, err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return keys, err
	}
	return keys, os.Rename(path+".new", path)
}
