package program

import (
	"fmt"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"raftlab/src/lab/checkouts"
	"raftlab/src/raft"
)

// A message is a type of apply messages.
type message struct {
	fields map[string]string // with their types
	known  checkouts.Table   // what fields are called in
}

// contract are the fields of package raft's ApplyMsg.
var contract = reflect.VisibleFields(reflect.TypeFor[raft.ApplyMsg]())

var (
	integers = []string{"int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"}
	position = regexp.MustCompile(`(?i)(index|idx|id|pos|seq)`)
	snapshot = regexp.MustCompile(`(?i)snap`)
	another  = regexp.MustCompile(`(?i)(term|client|server|leader)`)
)

// fieldFor is the field that is one of package raft's ApplyMsg, as "!X" if that is true where X is false, or "" if
// there is none: by one of the names that editions have for it, or else, if it is an index, the only integer that is
// called like one and is not of something else.
func (m message) fieldFor(field string) string {
	for _, name := range m.known.FieldsFor(field) {
		if m.fields[strings.TrimPrefix(name, "!")] != "" {
			return name
		}
	}
	var like []string
	for name, kind := range m.fields {
		if token.IsExported(name) && slices.Contains(integers, kind) && position.MatchString(name) &&
			snapshot.MatchString(name) == snapshot.MatchString(field) && !another.MatchString(name) {
			like = append(like, name)
		}
	}
	if strings.HasSuffix(field, "Index") && len(like) == 1 {
		return like[0]
	}
	return ""
}

// notes say what of a message was taken for what.
func (m message) notes() (notes []string) {
	for _, index := range []struct{ field, of string }{{"CommandIndex", "a command"}, {"SnapshotIndex", "a snapshot"}} {
		if at := m.fieldFor(index.field); at != "" && !slices.Contains(m.known.FieldsFor(index.field), at) {
			notes = append(notes, fmt.Sprintf("the field %s of its apply messages is taken for the index of %s", at,
				index.of))
		}
	}
	return notes
}

// conversions are the fields of package raft's ApplyMsg, of those that this edition's has, made of a message m.
func (m message) conversions() (list []string) {
	set := func(f reflect.StructField, value string) { list = append(list, f.Name+": "+value) }
	snapshots := m.fieldFor("SnapshotValid") != "" && m.fieldFor("Snapshot") != "" && m.fieldFor("SnapshotIndex") != ""
	for _, f := range contract {
		theirs, negated := strings.CutPrefix(m.fieldFor(f.Name), "!")
		switch {
		case snapshot.MatchString(f.Name) && !snapshots:
		case theirs == "" && f.Name == "CommandValid":
			set(f, "true")
		case theirs == "":
		case negated:
			set(f, "!m."+theirs)
		case f.Type.Kind() == reflect.Int:
			set(f, "int(m."+theirs+")")
		default:
			set(f, "m."+theirs)
		}
	}
	return list
}
