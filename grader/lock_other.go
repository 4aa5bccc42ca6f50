//go:build !unix

package main

import (
	"errors"
	"os"
)

// Where this program knows no locks nothing is locked, and what others may use is left alone.

const unknownHolder = -1

func lock(*os.File) (holder int) { return 0 }

func holderOf(*os.File) int { return unknownHolder }

func openLock(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func isMine(os.FileInfo) bool { return false }
