// Package record is what happened in a run, as data: its events in their order, what caused each, what the lab says
// that they mean, what nodes held in memory, and how a failure came about. A world writes it with a [Recorder]; pages,
// exports and stories are made of it. It knows neither worlds nor labs.
//
// docs/events.md describes its JSON, field by field.
package record
