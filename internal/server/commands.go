package server

// commands are what 'xinshu NAME' can do to data, in this process or in the running server.
var commands = map[string]Command{}
