package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// engines are the oldest browsers that must work (WeCom for Windows is Chrome 107).
var engines = []api.Engine{
	{Name: api.EngineChrome, Version: "107"},
	{Name: api.EngineIOS, Version: "15.4"},
}

// entries are the scripts that pages load: name in dist → source.
var entries = map[string]string{
	"site.js":    "ts/site.ts",
	"upload.js":  "ts/upload.ts",
	"player.js":  "ts/player.ts",
	"attempt.js": "ts/attempt/main.ts",
	"sw.js":      "ts/sw.ts",
}

func scripts(dir string, files map[string][]byte) error {
	for name, source := range entries {
		path := filepath.Join(dir, source)
		code, err := bundle(path)
		if err != nil {
			return fmt.Errorf("%s: %w", source, err)
		}
		files[name] = code
	}
	return nil
}

func bundle(path string) ([]byte, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{abs},
		Bundle:            true,
		Format:            api.FormatIIFE,
		Engines:           engines,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Outdir:            "out",
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return nil, messages(result.Errors)
	}
	return result.OutputFiles[0].Contents, nil
}

func messages(list []api.Message) error {
	var errs []error
	for _, m := range list {
		place := ""
		if m.Location != nil {
			place = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		errs = append(errs, errors.New(place+m.Text))
	}
	return errors.Join(errs...)
}
