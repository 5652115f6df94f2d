package exam

import (
	"crypto/aes"
	"crypto/cipher"
	"io"
	"slices"

	"github.com/peikao/peikao/questionbank"
)

// The media of a paper are loaded before the start as blobs that say nothing: sealed with AES-256-GCM under the paper's key and
// named at random. The key comes with the start, so that from then on nothing is fetched that answering needs (decision 19).

const (
	mediaKeyBytes   = 32
	mediaNonceBytes = 12
	blobFolder      = "paper-media/" // of the object storage
)

// SheetMedia is a file as an examinee's page shows it.
type SheetMedia struct {
	Kind        questionbank.MediaKind
	Blob        string // the name under which it was loaded; "" while it is not prepared
	ContentType string
	Alt         string
}

// MediaBlob is a sealed file that a page loads before the start.
type MediaBlob struct {
	Name  string `db:"blob"`
	Bytes int    `db:"bytes"`
}

// sealedFile is one of a paper's, by the name that its question gives it.
type sealedFile struct {
	MediaBlob
	Object      string `db:"object"`
	ContentType string `db:"content_type"`
}

// sealedMedia are all of a paper's files with their key.
type sealedMedia struct {
	key   []byte
	files map[string]sealedFile
}

// mediaObjects are the files that a paper shows to who sits it: those of explanations are for the review.
func mediaObjects(p *frozen) []string {
	var out []string
	for _, slot := range p.slots {
		q := p.questions[slot.VersionID].Question
		q.ExplanationMedia = nil
		for _, m := range q.MediaAll() {
			out = append(out, m.Object)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// show adds the files of a question to what attempts show of it.
func (s *sealedMedia) show(to *ShownQuestion, q questionbank.Question) {
	to.Media = s.sheetMedia(q.Media)
	if q.Stimulus != nil {
		to.StimulusMedia = s.sheetMedia(q.Stimulus.Media)
	}
	for _, o := range q.Options {
		if o.Media.Object == "" {
			continue
		}
		if to.OptionMedia == nil {
			to.OptionMedia = map[string][]SheetMedia{}
		}
		to.OptionMedia[o.ID] = s.sheetMedia([]questionbank.Media{o.Media})
	}
}

// sheetMedia puts the sealed names to a text's files.
func (s *sealedMedia) sheetMedia(list []questionbank.Media) []SheetMedia {
	var out []SheetMedia
	for _, m := range list {
		shown := SheetMedia{Kind: m.Kind, Alt: m.Alt}
		if s != nil {
			shown.Blob, shown.ContentType = s.files[m.Object].Name, s.files[m.Object].ContentType
		}
		out = append(out, shown)
	}
	return out
}

// seal is nonce, ciphertext and tag (static/ts/attempt/core/media.ts opens it). A key seals one paper's files, and each once.
func seal(random io.Reader, key, plain []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, mediaNonceBytes, mediaNonceBytes+len(plain)+gcm.Overhead())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, err
	}
	return gcm.Seal(nonce, nonce, plain, nil), nil
}
