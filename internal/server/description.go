package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"

	"github.com/xinshu-im/xinshu/internal/config"
)

// Description returns the OpenAPI document of the API, indented. It puts the product together on an empty folder: the doors
// are declared by the same code that serves them.
func Description(version string) (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "xinshu-openapi-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := &config.Config{Storage: config.Storage{Data: dir, Database: "sqlite"}, PasswordMemory: 64, CacheMB: 1}
	app, err := Open(context.Background(), Options{Config: cfg, Version: version, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return nil, err
	}
	text, err := app.door.OpenAPI()
	if err = errors.Join(err, app.Close()); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
