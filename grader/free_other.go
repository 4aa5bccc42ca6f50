//go:build !linux

package main

import "errors"

func freeDisk(string) (uint64, error) { return 0, errors.ErrUnsupported }

func freeMemory() (uint64, error) { return 0, errors.ErrUnsupported }
