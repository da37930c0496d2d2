package main

import (
	"context"
	"net/url"
)

type userCmd struct {
	List  userListCmd  `cmd:"" help:"List people with their logins and roles."`
	Link  userLinkCmd  `cmd:"" help:"Print a one-time link with which a person chooses a password."`
	Admin userAdminCmd `cmd:"" help:"Make a person system administrator and print a one-time link: the way back in when no administrator can."`
}

type userListCmd struct {
	storage `embed:""`
	Status  []string `help:"Only people who are invited, active, suspended or departed." placeholder:"STATUS"`
}

// Run lists people.
func (c *userListCmd) Run(ctx context.Context) error {
	return c.do(ctx, "user-list", url.Values{"status": c.Status}, nil)
}

type userLinkCmd struct {
	storage `embed:""`
	Login   string `arg:"" help:"Login, employee number, e-mail address or mobile number."`
}

// Run prints a link.
func (c *userLinkCmd) Run(ctx context.Context) error {
	return c.do(ctx, "user-link", url.Values{"login": {c.Login}}, nil)
}

type userAdminCmd struct {
	storage `embed:""`
	Login   string `arg:"" help:"Login; a person who does not exist is created."`
	Name    string `help:"Name of a person who is created."`
}

// Run makes an administrator.
func (c *userAdminCmd) Run(ctx context.Context) error {
	return c.do(ctx, "user-admin", url.Values{"login": {c.Login}, "name": {c.Name}}, nil)
}
