package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/peikao/peikao/internal/platform/tlsx"
)

type tlsInitCommand struct {
	Names []string `arg:"" optional:"" help:"Names and addresses of this machine; those it knows of itself without."`
}

func (c tlsInitCommand) Run(e *environment) error {
	names := c.Names
	if len(names) == 0 {
		names = ownNames()
	}
	files, err := tlsx.Init(filepath.Join(e.config.Data, "tls"), names, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "names: %v\n\nserve with\n  TLS_CERT=%s TLS_KEY=%s peikao serve\n\n", names, files.Certificate, files.Key)
	fmt.Fprintf(e.out, "install on each phone and computer, once:\n  %s\n(help page: /help/tls)\n", files.CA)
	return nil
}

// ownNames are the host name, localhost and the addresses of the network cards.
func ownNames() []string {
	names := []string{"localhost"}
	if host, err := os.Hostname(); err == nil && host != "localhost" {
		names = append([]string{host}, names...)
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return names
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLinkLocalUnicast() {
			names = append(names, n.IP.String())
		}
	}
	return names
}
