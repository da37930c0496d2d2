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
	"github.com/xinshu-im/xinshu/internal/door"
)

// Description returns the OpenAPI document of the API, indented. It puts the product together on an empty folder: the doors
// are declared by the same code that serves them.
func Description(version string) ([]byte, error) {
	var text []byte
	err := onEmptyFolder(version, func(a *App) (err error) {
		text, err = a.door.OpenAPI()
		return err
	})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// Doors lists every door of the public listener, in order, put together as [Description] does: for the tests that want a row
// for each.
func Doors() (doors []door.Door, err error) {
	err = onEmptyFolder("dev", func(a *App) error {
		doors = a.door.Doors()
		return nil
	})
	return doors, err
}

// onEmptyFolder calls fn with the product put together on an empty folder.
func onEmptyFolder(version string, fn func(a *App) error) (err error) {
	dir, err := os.MkdirTemp("", "xinshu-openapi-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := &config.Config{Storage: config.Storage{Data: dir, Database: "sqlite"}, PasswordMemory: 64, CacheMB: 1}
	app, err := Open(context.Background(), Options{Config: cfg, Version: version, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	return errors.Join(fn(app), app.Close())
}
