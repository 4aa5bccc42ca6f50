// Package logview writes the lines of package logline for people to read: one
// under the other, or in a column per server, coloured by topic.
//
// [Copy] does it all for a log in an io.Reader. A program that has the lines in
// hand, or several logs, uses a [Printer].
package logview
