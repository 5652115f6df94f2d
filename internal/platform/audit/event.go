package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/peikao/peikao/internal/platform/db"
)

// Event is one act.
type Event struct {
	Actor    string         // "person:12", "operator:root", "system"
	Act      string         // "exam.publish"
	Subject  string         // "exam:7"
	Body     any            // ids and facts, no personal values
	Personal map[string]any // names, phones …: hashed into the row, stored apart, erasable
}

// record is what the hash is taken over; the order of the members is part of the format.
type record struct {
	At      string          `json:"at"`
	Actor   string          `json:"actor"`
	Act     string          `json:"act"`
	Subject string          `json:"subject"`
	Body    json.RawMessage `json:"body"`
}

const insertEvent = `
WITH e AS (
    INSERT INTO audit_event (at, actor, act, subject, body, row_hash) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
), p AS (
    INSERT INTO audit_personal (event_id, data, salt) SELECT id, $7::jsonb, $8 FROM e WHERE $7 IS NOT NULL
)
INSERT INTO audit_pending (event_id) SELECT id FROM e`

// Write records an act in its own transaction: both happen or neither.
func Write(ctx context.Context, tx *db.Tx, e Event) error {
	salt, personal, err := hidePersonal(e.Personal)
	if err != nil {
		return err
	}
	body, err := canonicalBody(e.Body, personal)
	if err != nil {
		return fmt.Errorf("audit: %s: %w", e.Act, err)
	}
	var data any
	if e.Personal != nil {
		text, err := json.Marshal(e.Personal)
		if err != nil {
			return fmt.Errorf("audit: %s: %w", e.Act, err)
		}
		data = string(text)
	}
	hash := rowHash(tx.Now(), e.Actor, e.Act, e.Subject, body)
	if _, err := tx.SQLTx().ExecContext(ctx, insertEvent, tx.Now(), e.Actor, e.Act, e.Subject, string(body), hash[:], data, salt); err != nil {
		return fmt.Errorf("audit: %s: %w", e.Act, err)
	}
	return nil
}

const insertEvents = `
WITH e AS (
    INSERT INTO audit_event (at, actor, act, subject, body, row_hash)
    SELECT $1, m.actor, m.act, m.subject, m.body::json, decode(m.hash, 'hex')
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS m(actor, act, subject, body, hash, ord)
    ORDER BY m.ord RETURNING id
)
INSERT INTO audit_pending (event_id) SELECT id FROM e`

var errPersonal = errors.New("an event with personal values is written alone")

// WriteAll records many acts of one transaction with one statement; none of them may have personal values.
func WriteAll(ctx context.Context, tx *db.Tx, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	n := len(events)
	actors, acts, subjects, bodies, hashes := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, e := range events {
		if e.Personal != nil {
			return fmt.Errorf("audit: %s: %w", e.Act, errPersonal)
		}
		body, err := canonicalBody(e.Body, nil)
		if err != nil {
			return fmt.Errorf("audit: %s: %w", e.Act, err)
		}
		hash := rowHash(tx.Now(), e.Actor, e.Act, e.Subject, body)
		actors[i], acts[i], subjects[i], bodies[i], hashes[i] = e.Actor, e.Act, e.Subject, string(body), hex.EncodeToString(hash[:])
	}
	_, err := tx.SQLTx().ExecContext(ctx, insertEvents, tx.Now(), db.Array(actors), db.Array(acts), db.Array(subjects), db.Array(bodies), db.Array(hashes))
	if err != nil {
		return fmt.Errorf("audit: %d events: %w", n, err)
	}
	return nil
}

// hidePersonal returns a fresh salt and, for each personal value, its HMAC under that salt.
func hidePersonal(values map[string]any) (salt []byte, hidden map[string]string, err error) {
	if values == nil {
		return nil, nil, nil
	}
	salt = make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return nil, nil, fmt.Errorf("audit: salt: %w", err)
	}
	hidden = make(map[string]string, len(values))
	for name, v := range values {
		if hidden[name], err = hide(salt, v); err != nil {
			return nil, nil, fmt.Errorf("audit: %s: %w", name, err)
		}
	}
	return salt, hidden, nil
}

// hide is the HMAC of a personal value; it is the same when the value has stood in the database since.
func hide(salt []byte, value any) (string, error) {
	plain, err := canonical(value)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write(text)
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// canonical is a value as its JSON reads: maps, lists, texts, numbers by their digits.
func canonical(value any) (plain any, err error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&plain)
	return plain, err
}

// canonicalBody is the body with the hashes of the personal values beside it, members sorted by name, no white space.
func canonicalBody(body any, personal map[string]string) ([]byte, error) {
	facts, err := canonical(body)
	if err != nil {
		return nil, err
	}
	whole := map[string]any{"facts": facts}
	if personal != nil {
		whole["personal"] = personal
	}
	return json.Marshal(whole)
}

func rowHash(at time.Time, actor, act, subject string, body []byte) [32]byte {
	text, err := json.Marshal(record{
		At:    at.UTC().Format("2006-01-02T15:04:05.000000Z"),
		Actor: actor, Act: act, Subject: subject, Body: body,
	})
	if err != nil {
		panic("audit: a record of strings and checked JSON always marshals: " + err.Error())
	}
	return sha256.Sum256(text)
}
