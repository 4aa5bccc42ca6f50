// Which events are shown.
import type { Lanes } from "./lanes.ts";
import type { Run } from "./run.ts";

export interface Filter {
  nodes: ReadonlySet<number>; // hidden
  kinds: ReadonlySet<string>; // hidden, kinds of events
  notes: ReadonlySet<string>; // hidden, kinds of notes: events all of whose notes are hidden
  routine: boolean; // show what happens all the time
  termFrom: number; // 0 for no bound
  termTo: number;
  past: boolean; // only the causal past of the finding
}

// Lines are in the log, not in the diagram, unless they are asked for.
export const defaults: Filter = {
  nodes: new Set(),
  kinds: new Set(["line"]),
  notes: new Set(),
  routine: false,
  termFrom: 0,
  termTo: 0,
  past: false,
};

// passing marks the events that are shown. Those in keep always are: a finding must not be filtered away.
export function passing(run: Run, lanes: Lanes, filter: Filter, past: Uint8Array | null, keep: number[]): Uint8Array {
  const mask = new Uint8Array(run.size);
  for (let i = 0; i < run.size; i++) {
    const e = run.events[i];
    if (filter.kinds.has(e.kind)) continue;
    if (run.lane[i] >= 0 && filter.nodes.has(run.lane[i])) continue;
    if (!filter.routine && run.routine[i]) continue;
    if (filter.past && past && !past[i] && run.lane[i] >= 0) continue;
    const term = lanes.term[i];
    if (term > 0 && (filter.termFrom > term || (filter.termTo > 0 && filter.termTo < term))) continue;
    if (filter.notes.size > 0 && e.notes?.length && e.notes.every((n) => filter.notes.has(n.kind))) continue;
    mask[i] = 1;
  }
  for (const i of keep) if (i >= 0) mask[i] = 1;
  return mask;
}

// kindsIn counts the kinds of events and of notes, most frequent first.
export function kindsIn(run: Run): { events: [string, number][]; notes: [string, number][] } {
  const events = new Map<string, number>(),
    notes = new Map<string, number>();
  for (const e of run.events) {
    events.set(e.kind, (events.get(e.kind) ?? 0) + 1);
    for (const n of e.notes ?? []) notes.set(n.kind, (notes.get(n.kind) ?? 0) + 1);
  }
  const sorted = (m: Map<string, number>) => [...m].sort((a, b) => b[1] - a[1]);
  return { events: sorted(events), notes: sorted(notes) };
}

// next is the nearest event after (step 1) or before (step -1) an index that the test says yes to; -1 if there is none.
export function next(size: number, from: number, step: 1 | -1, test: (i: number) => boolean): number {
  for (let i = from + step; i >= 0 && i < size; i += step) if (test(i)) return i;
  return -1;
}
