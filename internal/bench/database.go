package main

import (
	"fmt"
	"strconv"
	"strings"
)

// statements is the server's own count of the statements that it has sent.
func (r *run) statements() (float64, error) {
	w := newWire(r.s.address)
	defer w.close()
	status, text, err := w.do("GET", "/metrics", "", "", nil)
	if err != nil || status != 200 {
		return 0, fmt.Errorf("metrics: %d %w", status, err)
	}
	text, err = plain(text)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "peikao_sql_statements_total "); ok {
			return strconv.ParseFloat(strings.TrimSpace(rest), 64)
		}
	}
	return 0, fmt.Errorf("metrics: the server does not count its statements")
}

// size is the database's, in bytes.
func (r *run) size() (int64, error) {
	var bytes int64
	err := r.s.db.SQL().QueryRowContext(r.ctx, "SELECT pg_database_size(current_database())").Scan(&bytes)
	return bytes, err
}
