package e2e

import "syscall"

// sysProcAttr has the kernel end a server with the test process, whatever ends that.
func sysProcAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
