// The rows of the log: lines that nodes print, what notes say, and what the scenario does, in the order of events, with
// their heights when they are written in columns of so many characters.
import type { Run } from "./run.ts";
import { heightOf, line } from "./text.ts";
import { plain } from "./words.ts";

export interface LogRow {
  index: number; // of the event
  note: number; // of its notes, -1 if the row is the event itself
  node: number; // whose column, -1 if it goes over all of them
}

// rowsOf are the rows of a run. Routine notes are left out unless they are asked for.
export function rowsOf(run: Run, routine: boolean, hidden: ReadonlySet<number>): LogRow[] {
  const rows: LogRow[] = [];
  for (let index = 0; index < run.size; index++) {
    const e = run.events[index];
    const lane = run.lane[index];
    if (lane >= 0 && hidden.has(lane)) continue;
    if (loud.has(e.kind)) rows.push({ index, note: -1, node: lane });
    else if (e.kind === "step" || e.kind === "failed") rows.push({ index, note: -1, node: -1 });
    e.notes?.forEach((n, note) => {
      if (n.routine && !routine) return;
      // What one node hears of another is about the other, and said of the first.
      const other = n.node >= 0 && n.node < run.rec.nodes.length && !n.text.startsWith(`${run.node(lane)} `);
      rows.push({ index, note, node: other ? n.node : lane });
    });
  }
  return rows;
}

const loud = new Set(["line", "crash", "boot", "pause", "resume"]);

// wordsOf is what a row says, without the name of the node whose column it is in.
export function wordsOf(run: Run, row: LogRow): string {
  const e = run.events[row.index];
  const said =
    row.note >= 0
      ? e.notes![row.note].text
      : e.kind === "failed"
        ? plain(run, e)
        : e.kind === "line" || e.kind === "step"
          ? e.text
          : e.kind;
  const words = line(said, 600);
  const name = run.node(row.node);
  return name && words.startsWith(`${name} `) ? words.slice(name.length + 1) : words;
}

export const rowHeight = 17; // px of one line

// topsOf is where each row begins, in px; the last is the height of all.
export function topsOf(run: Run, rows: LogRow[], column: number, whole: number): Float64Array {
  const tops = new Float64Array(rows.length + 1);
  for (let k = 0; k < rows.length; k++) {
    const width = rows[k].node < 0 ? whole : column;
    const e = run.events[rows[k].index];
    const said = rows[k].note >= 0 ? e.notes![rows[k].note].text : (e.text ?? "");
    // Most rows are short: only the others are wrapped.
    const lines = said.length + 6 <= width ? 1 : heightOf(wordsOf(run, rows[k]), width);
    tops[k + 1] = tops[k] + lines * rowHeight + 3;
  }
  return tops;
}
