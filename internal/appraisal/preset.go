package appraisal

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed presets/*.yaml
var presetFiles embed.FS

// Preset is a scheme that ships: a clinic starts from it and changes what it likes.
type Preset struct {
	Key  string // the file's name: "agreement"
	Name string
	Scheme
}

// Presets are all that ship, the agreement first.
func Presets() []Preset { return slices.Clone(presets) }

// FindPreset is the preset of that key.
func FindPreset(key string) (Preset, bool) {
	i := slices.IndexFunc(presets, func(p Preset) bool { return p.Key == key })
	if i < 0 {
		return Preset{}, false
	}
	return presets[i], true
}

var presets = mustLoadPresets()

func mustLoadPresets() []Preset {
	entries, err := presetFiles.ReadDir("presets")
	if err != nil {
		panic(err)
	}
	var out []Preset
	for _, e := range entries {
		text, err := presetFiles.ReadFile("presets/" + e.Name())
		if err != nil {
			panic(err)
		}
		p, err := parsePreset(strings.TrimSuffix(e.Name(), ".yaml"), text)
		if err != nil {
			panic(err)
		}
		out = append(out, p)
	}
	return out
}

// parsePreset reads YAML by way of JSON, so that weights have one written form ("25.00") and an unknown or misspelt
// member is refused.
func parsePreset(key string, text []byte) (Preset, error) {
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return Preset{}, fmt.Errorf("appraisal: preset %s: %w", key, err)
	}
	body, err := json.Marshal(tree)
	if err != nil {
		return Preset{}, fmt.Errorf("appraisal: preset %s: %w", key, err)
	}
	var file struct {
		Name string `json:"name"`
		Scheme
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return Preset{}, fmt.Errorf("appraisal: preset %s: %w", key, err)
	}
	if bad := file.Scheme.Check(); len(bad) > 0 {
		return Preset{}, fmt.Errorf("appraisal: preset %s: %s: %s", key, bad[0].Name, bad[0].Key)
	}
	return Preset{Key: key, Name: file.Name, Scheme: file.Scheme}, nil
}
