package static

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// browserGlobals gives Debian 12's node 18 what browsers and newer ones have without asking.
const browserGlobals = `import { webcrypto } from "node:crypto"; globalThis.crypto ??= webcrypto;`

// The scripts' own tests: bundled by the bundler that builds the assets, run by node's test runner.
func TestScripts(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("the scripts' tests need node: apt-get install nodejs")
	}
	sources, err := filepath.Glob("ts/*/test/*.test.ts")
	if err != nil || len(sources) == 0 {
		t.Fatalf("no test found: %v", err)
	}
	out := t.TempDir()
	result := api.Build(api.BuildOptions{
		EntryPoints: sources, Outdir: out, OutExtension: map[string]string{".js": ".mjs"},
		Bundle: true, Write: true, Platform: api.PlatformNode, Format: api.FormatESModule, Target: api.ES2020,
		Banner: map[string]string{"js": browserGlobals},
	})
	for _, m := range result.Errors {
		t.Errorf("%s", m.Text)
	}
	if t.Failed() {
		return
	}
	args := []string{"--test"}
	for _, f := range result.OutputFiles {
		args = append(args, f.Path)
	}
	if report, err := exec.Command(node, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, report)
	}
}
