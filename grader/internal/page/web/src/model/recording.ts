// The JSON of a recording, as src/record/record.go has it, and the JSON of the page around it.

export type Kind =
  | "sent"
  | "arrived"
  | "doubled"
  | "handled"
  | "answered"
  | "request lost"
  | "reply lost"
  | "unreachable"
  | "gave up"
  | "boot"
  | "crash"
  | "saved"
  | "timer"
  | "asked"
  | "told"
  | "line"
  | "pause"
  | "resume"
  | "clock"
  | "linger"
  | "cut"
  | "heal"
  | "weather"
  | "step"
  | "failed";

export interface Note {
  kind: string;
  text: string;
  node: number;
  term?: number;
  index?: number;
  role?: string;
  routine?: boolean;
}

export interface Event {
  id: number;
  at: number; // ns of virtual time
  node: number; // -1 if it is no node's
  kind: Kind;
  causes?: number[];
  life?: number;
  call?: number;
  peer: number;
  method?: string;
  bytes?: number;
  topic?: string;
  text?: string;
  notes?: Note[];
}

export type Part = "contradicts" | "fault" | "leads" | "missing";

export interface Chapter {
  event: number; // 0 if it is something that did not happen
  part: Part;
  text: string;
}

export interface Finding {
  event: number;
  kind: string;
  promise?: string;
  sentence: string;
  details?: string;
  source?: string;
  story?: Chapter[];
}

export interface Change {
  path: string;
  value?: string;
  gone?: boolean;
}

export interface Goroutine {
  place: string;
  waits: string;
  stack?: string;
}

export interface State {
  event: number;
  node: number;
  changes?: Change[];
  goroutines?: Goroutine[];
}

export interface Recording {
  version: number;
  lab: string;
  implementation: string;
  scenario: string;
  seed: string; // a number of 64 bits, more than a number here can hold
  nodes: { name: string; role: string }[];
  end: number;
  events: Event[];
  dropped?: number;
  finding?: Finding;
  states?: State[];
}

export interface Cell {
  text: string;
  class: "pass" | "fail" | "skip" | "error" | "none";
  title: string;
}

export interface Group {
  title: string;
  count: number;
  implementation: string;
  scenario: string;
  seed: string;
  kind: string;
  sentence: string;
  run: string | null;
  command: string;
}

export interface Overview {
  columns: string[];
  rows: { part: string; scenario: string; tier: string; cells: Cell[] }[];
  groups: Group[];
  notes: string[];
}

export interface Page {
  version: number;
  title: string;
  overview: Overview | null;
  runs: { id: string; title: string; command?: string }[];
  against: { left: string; right: string } | null;
}

// parsePage reads the block "page". It throws an Error whose message is a sentence for the reader.
export function parsePage(text: string): Page {
  const page = JSON.parse(text.replace(/"seed":\s*(\d+)/g, '"seed":"$1"')) as Page; // see Recording.seed
  if (page.version !== 1) throw new Error(`This page shows data of version 1, and was given version ${page.version}.`);
  return { ...page, runs: page.runs ?? [], overview: page.overview ?? null, against: page.against ?? null };
}

// parseRecording reads a recording and sees to it that its events can be found by their IDs. It throws an Error whose
// message is a sentence for the reader.
export function parseRecording(text: string): Recording {
  const rec = JSON.parse(text) as Recording;
  if (rec.version !== 1)
    throw new Error(`This page shows recordings of version 1, and was given version ${rec.version}.`);
  rec.seed = /"seed":\s*(\d+)/.exec(text)?.[1] ?? String(rec.seed); // within strings the quotes would be escaped
  rec.events ??= [];
  rec.nodes ??= [];
  const first = rec.events.length > 0 ? rec.events[0].id : 1;
  for (let i = 0; i < rec.events.length; i++) {
    if (rec.events[i].id !== first + i) {
      throw new Error(`The recording is damaged: event ${first + i} is missing where event ${rec.events[i].id} is.`);
    }
  }
  return rec;
}
