package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

// A data directory's own pair of keys. The private one lies beside what it could reveal anyway, never in the folder of the
// backups; the clinic keeps a copy elsewhere, and may take it off the machine.
const (
	keyName    = "backup.key"      // the private key, as age-keygen writes one, mode 0600
	publicName = "backup.pub"      // the public key
	keptName   = "backup.key.kept" // stands once a copy was written elsewhere: when, and the public key of what was copied
)

// Keys are private keys, any of which may open a backup.
type Keys = []age.Identity

// KeyFile is where the private key of a data directory stands, when it is there.
func KeyFile(data string) string { return filepath.Join(data, keyName) }

// Recipients are the public keys that backups are encrypted to: the configured ones, separated by commas or spaces, or else
// the data directory's own, which is made when there is none.
func Recipients(data, configured string, now time.Time) ([]age.Recipient, error) {
	if configured == "" {
		text, err := ownPublicKey(data, now)
		if err != nil {
			return nil, err
		}
		configured = text
	}
	keys := strings.FieldsFunc(configured, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
	to, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return nil, fmt.Errorf("public key of the backups: %w", err)
	}
	return to, nil
}

func ownPublicKey(data string, now time.Time) (string, error) {
	path := filepath.Join(data, publicName)
	text, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return string(text), err
	}
	key, err := ownKey(data, now)
	if err != nil {
		return "", err
	}
	return key.Recipient().String(), writePublicKey(data, key)
}

// GoOnUnder makes a data directory's later backups readable by the key that opened the one it was restored from.
func GoOnUnder(data string, keys Keys) error {
	if len(keys) != 1 {
		return nil
	}
	key, ok := keys[0].(*age.X25519Identity)
	if !ok {
		return nil
	}
	return writePublicKey(data, key)
}

func writePublicKey(data string, key *age.X25519Identity) error {
	return WriteText(filepath.Join(data, publicName), key.Recipient().String()+"\n")
}

// ownKey reads the private key, and makes one where there is none. Of two processes that make one at once, one's stands.
func ownKey(data string, now time.Time) (*age.X25519Identity, error) {
	path := KeyFile(data)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		fresh, err := age.GenerateX25519Identity()
		if err != nil {
			return nil, err
		}
		if err := writeKey(path, fresh, now); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	return readKey(path)
}

// writeKey refuses (fs.ErrExist) to write over another file.
func writeKey(path string, key *age.X25519Identity, now time.Time) error {
	fresh := fmt.Sprintf("%s.new-%d", path, os.Getpid())
	defer os.Remove(fresh)
	if err := WriteText(fresh, fmt.Sprintf("# created: %s\n# public key: %s\n%s\n", now.UTC().Format(time.RFC3339), key.Recipient(), key)); err != nil {
		return err
	}
	if err := os.Link(fresh, path); err != nil {
		if _, there := os.Stat(path); there == nil || errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: %w", path, fs.ErrExist)
		}
		if err := os.Rename(fresh, path); err != nil { // a stick's file system knows no links
			return err
		}
	}
	return syncDir(filepath.Dir(path))
}

func readKey(path string) (*age.X25519Identity, error) {
	keys, err := Identities(path)
	if err != nil {
		return nil, err
	}
	if key, ok := keys[0].(*age.X25519Identity); ok && len(keys) == 1 {
		return key, nil
	}
	return nil, fmt.Errorf("%s: more than one key, or one of another kind", path)
}

// Identities reads the private keys of a file.
func Identities(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("密钥文件打不开 (the key's file): %w", err)
	}
	defer f.Close()
	keys, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("%s 不是密钥文件，里面应有一行 AGE-SECRET-KEY-1… (not a key's file): %w", path, err)
	}
	return keys, nil
}

// Key tells the data directory's private key, which is made when there is none; fs.ErrNotExist when it was taken away, and a refusal
// when it does not open what is backed up here: a copy of that one would be worth nothing.
func Key(data string, now time.Time) (*age.X25519Identity, error) {
	public, err := ownPublicKey(data, now)
	if err != nil {
		return nil, err
	}
	key, err := readKey(KeyFile(data))
	if err == nil && key.Recipient().String() != strings.TrimSpace(public) {
		return nil, fmt.Errorf("%s 打不开现在的备份：备份用的是恢复时的那把密钥，请把它放回这里 (not the key of these backups: put the one here that the "+
			"data was restored with)", KeyFile(data))
	}
	return key, err
}

// KeepKey writes a copy of the private key and reads it back; with remove the copy is the only one from then on.
func KeepKey(data, copyTo string, remove bool, now time.Time) error {
	key, err := Key(data, now)
	if err != nil {
		return err
	}
	if folder := filepath.Dir(copyTo); !isDir(folder) { // made here, it would be on this machine's disk
		return fmt.Errorf("没有文件夹 %s，移动硬盘接上了吗？ (no such folder: is its disk there?)", folder)
	}
	if err := writeKey(copyTo, key, now); err != nil {
		return err
	}
	copied, err := readKey(copyTo)
	if err != nil {
		return err
	}
	if copied.String() != key.String() {
		return fmt.Errorf("%s does not hold what was written", copyTo)
	}
	if err := WriteText(filepath.Join(data, keptName), keyLine(now, []string{key.Recipient().String()})); err != nil || !remove {
		return err
	}
	return errors.Join(os.Remove(KeyFile(data)), syncDir(data))
}

// KeyIsKept tells whether a copy of the private key was written elsewhere, or the key is elsewhere only, as after a restore. A copy of
// another key than that of the backups is none of it; a note that names no key is of an earlier version.
func KeyIsKept(data string) bool {
	public, missing := os.ReadFile(filepath.Join(data, publicName))
	if note, err := os.ReadFile(filepath.Join(data, keptName)); err == nil {
		keys := keysOf(string(note))
		if len(keys) == 0 || slices.Contains(keys, strings.TrimSpace(string(public))) {
			return true
		}
	}
	_, private := os.Stat(KeyFile(data))
	return missing == nil && errors.Is(private, fs.ErrNotExist)
}

// keyLine tells of public keys since when they hold, as keysOf reads it.
func keyLine(at time.Time, keys []string) string {
	return at.UTC().Format(time.RFC3339) + " " + strings.Join(keys, " ") + "\n"
}

// keysOf are the public keys of the last line.
func keysOf(text string) []string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	fields := strings.Fields(lines[len(lines)-1])
	return fields[min(1, len(fields)):]
}

const (
	recordName = "密钥记录.txt"
	recordHead = `# 从哪一刻起，备份用哪些公钥加密；其中任何一把的私钥都能打开（密钥文件里写着 public key）。
# 已备份过的文件不重新加密：恢复换钥匙以后的备份，可能还要用上面更早的私钥，把几把放在同一个密钥文件里。
# Since when backups are encrypted to which public keys. Files that were backed up before stay under the earlier ones.
`
)

// recordKeys adds to the folder of the backups when they begin to be encrypted to other keys: an encrypted file does not tell its own.
func recordKeys(dir string, to []age.Recipient, now time.Time) error {
	path := filepath.Join(dir, recordName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = []byte(recordHead), nil
	}
	if err != nil {
		return err
	}
	keys := make([]string, len(to))
	for i, r := range to {
		keys[i] = fmt.Sprint(r)
	}
	if slices.Equal(keysOf(string(text)), keys) {
		return nil
	}
	return WriteText(path, string(text)+keyLine(now, keys))
}

const (
	noteName = "请先读我.txt"
	note     = `这里是培考的备份，全部加密。没有密钥，谁也打不开，包括本机构自己。

密钥不在这个文件夹里；要用哪一把，看“密钥记录.txt”。请在服务器上运行
    peikao backup key --save /移动硬盘/peikao.key
把密钥存到另一处，与备份分开保管。

恢复: peikao restore --identity 密钥文件 备份文件夹
恢复到某一刻: peikao restore --identity 密钥文件 --until 2026-11-30T10:15:00+08:00 本文件夹
核对(不需密钥): 在一份备份的文件夹里运行 sha256sum -c SHA256SUMS

These are encrypted backups of Peikao. Nobody opens them without the key, which is not in this folder:
run "peikao backup key --save FILE" on the server and keep FILE elsewhere.
`
)

// writeNote tells whoever carries the folder away what they will need.
func writeNote(dir string) error {
	path := filepath.Join(dir, noteName)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return WriteText(path, note)
}
