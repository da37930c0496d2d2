package main

import (
	"context"
	"os"

	"github.com/xinshu-im/xinshu/internal/config"
	"github.com/xinshu-im/xinshu/internal/server"
)

type serveCmd struct {
	config.Config `embed:""`
}

// Run serves until the process is told to stop.
func (c *serveCmd) Run(ctx context.Context) error {
	if err := c.Validate(); err != nil {
		return err
	}
	return server.Run(ctx, server.Options{Config: &c.Config, Version: version, Log: logger(&c.Config)}, os.Stdout)
}

type configCmd struct {
	config.Config `embed:""`
}

// Run prints the settings as they would count.
func (c *configCmd) Run() error {
	if err := c.Validate(); err != nil {
		return err
	}
	return c.WriteExample(os.Stdout)
}

type openapiCmd struct{}

// Run prints the description of the API.
func (openapiCmd) Run() error {
	text, err := server.Description(version)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}
