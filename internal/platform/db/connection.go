package db

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
)

// isConnectionError reports whether the line to the server broke, as opposed to the server refusing a statement.
func isConnectionError(err error) bool {
	var n net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &n)
}
