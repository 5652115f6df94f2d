package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Database is the database that a new durable cluster has from the start.
const Database = "peikao"

// initCluster makes a new cluster. It is made beside its place and moved there
// when complete, so that a program killed meanwhile leaves nothing half-made.
func initCluster(ctx context.Context, server installation, a account, data string, ephemeral bool) error {
	fresh := data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	arguments := []string{"-D", fresh, "-U", superuser, "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust"}
	if ephemeral {
		arguments = append(arguments, "--no-sync")
	}
	out, err := command(ctx, a, server.program("initdb"), arguments...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, lastLine(out))
	}
	if err := createDatabase(ctx, server, a, fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, data); err != nil {
		return err
	}
	return syncDir(filepath.Dir(data))
}

// syncDir makes a rename in dir survive a loss of power.
func syncDir(dir string) error {
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// createDatabase works in single-user mode: no server, no driver.
func createDatabase(ctx context.Context, server installation, a account, data string) error {
	cmd := command(ctx, a, server.program("postgres"), "--single", "-D", data, "postgres")
	cmd.Stdin = strings.NewReader("CREATE DATABASE " + Database + "\n")
	out, err := cmd.CombinedOutput()
	if err == nil && strings.Contains(string(out), "ERROR:") {
		err = errors.New("refused")
	}
	if err != nil {
		return fmt.Errorf("create database %s: %w: %s", Database, err, lastLine(out))
	}
	return nil
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// CopyCluster copies the cluster of a stopped server, with its files' owner, into another directory that has none, or an empty disk for one.
func CopyCluster(ctx context.Context, from, to string) error {
	out, err := exec.CommandContext(ctx, "cp", "-aT", filepath.Join(from, "pg"), filepath.Join(to, "pg")).CombinedOutput()
	if err != nil {
		return fmt.Errorf("copy of a cluster: %w: %s", err, lastLine(out))
	}
	return nil
}
