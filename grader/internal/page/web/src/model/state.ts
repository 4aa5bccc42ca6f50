// What a node held in memory at a moment: recordings have only what changed from one state to the next.
import type { Goroutine, State } from "./recording.ts";
import type { Run } from "./run.ts";

export interface Memory {
  event: number; // index of the event after which it was so
  values: Map<string, string>; // by path
  changed: Map<string, string | undefined>; // what they were before, undefined if they were not there
  gone: Map<string, string>; // paths that went away in this state, and their last values
  goroutines: Goroutine[];
  goroutinesChanged: boolean;
  number: number; // of the state among those of its node, from 0
  count: number;
}

export class States {
  private readonly byNode: State[][];
  private readonly cache: (Memory | undefined)[];

  constructor(private readonly run: Run) {
    this.byNode = run.rec.nodes.map(() => []);
    for (const s of run.rec.states ?? []) this.byNode[s.node]?.push(s);
    this.cache = this.byNode.map(() => undefined);
  }

  // first is the index of the event from which on there are states of a node; -1 if there are none.
  first(node: number): number {
    const list = this.byNode[node] ?? [];
    return list.length > 0 ? this.run.index(list[0].event) : -1;
  }

  // at is what a node held after an event, or, for an event of its own, at the end of the turn it belongs to: within a
  // turn nothing can be known. It is null if there is no state that far back.
  at(node: number, index: number): Memory | null {
    const list = this.byNode[node];
    if (!list || list.length === 0) return null;
    const { run } = this;
    let number = -1;
    let lo = 0,
      hi = list.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (run.index(list[mid].event) <= index) lo = mid + 1;
      else hi = mid;
    }
    number = lo - 1;
    if (run.events[index]?.node === node && lo < list.length) {
      const end = run.index(list[lo].event);
      if (end >= 0 && run.turn[end] === run.turn[index]) number = lo;
    }
    return number < 0 ? null : this.replay(node, list, number);
  }

  private replay(node: number, list: State[], number: number): Memory {
    let m = this.cache[node];
    if (!m || m.number > number) {
      m = {
        event: -1,
        values: new Map(),
        changed: new Map(),
        gone: new Map(),
        goroutines: [],
        goroutinesChanged: false,
        number: -1,
        count: list.length,
      };
    } else if (m.number === number) {
      return m;
    } else {
      m = { ...m };
    }
    while (m.number < number) {
      const s = list[++m.number];
      m.event = this.run.index(s.event);
      m.changed = new Map();
      m.gone = new Map();
      for (const c of s.changes ?? []) {
        const before = m.values.get(c.path);
        if (c.gone) {
          if (before !== undefined) m.gone.set(c.path, before);
          m.values.delete(c.path);
        } else {
          m.changed.set(c.path, before);
          m.values.set(c.path, c.value ?? "");
        }
      }
      m.goroutinesChanged = s.goroutines !== undefined && s.goroutines !== null;
      if (s.goroutines) m.goroutines = s.goroutines;
    }
    return (this.cache[node] = m);
  }
}

// A Branch is a part of a value: a field, an element, and what is in it.
export interface Branch {
  name: string;
  path: string;
  value?: string;
  mark: "" | "new" | "changed" | "gone";
  before?: string;
  within: boolean; // something below changed
  children: Branch[];
}

// treeOf makes a tree of a memory's paths, in the order of their names, numbers by value.
export function treeOf(m: Memory): Branch {
  const root: Branch = { name: "", path: "", mark: "", within: false, children: [] };
  const known = new Map<string, Branch>([["", root]]);
  const reach = (path: string): Branch => {
    const there = known.get(path);
    if (there) return there;
    const [parent, name] = parentOf(path);
    const b: Branch = { name, path, mark: "", within: false, children: [] };
    known.set(path, b);
    reach(parent).children.push(b);
    return b;
  };
  for (const [path, value] of m.values) reach(path).value = value;
  for (const [path, before] of m.changed) {
    const b = reach(path);
    if (m.number === 0) continue; // all of the first state is new
    b.mark = before === undefined ? "new" : "changed";
    b.before = before;
  }
  for (const [path, before] of m.gone) {
    const b = reach(path);
    b.mark = "gone";
    b.before = before;
  }
  finish(root);
  return root;
}

function finish(b: Branch): boolean {
  b.children.sort((x, y) => x.name.localeCompare(y.name, "en", { numeric: true }));
  for (const c of b.children) if (finish(c)) b.within = true;
  return b.mark !== "" || b.within;
}

const deepest = 24;

// parentOf splits the last part off a path: log[3].Term into log[3] and Term. Brackets and quotes belong together.
// Below a depth, the rest is one part.
export function parentOf(path: string): [parent: string, name: string] {
  const cuts = cutsOf(path);
  const cut = cuts.length > deepest ? cuts[deepest] : (cuts[cuts.length - 1] ?? 0);
  if (cut === 0) return ["", path];
  const name = path.slice(cut);
  return [path.slice(0, cut), name.startsWith(".") ? name.slice(1) : name];
}

function cutsOf(path: string): number[] {
  const cuts: number[] = [];
  let quote = "",
    depth = 0;
  for (let i = 0; i < path.length && cuts.length <= deepest + 1; i++) {
    const c = path[i];
    if (quote) {
      if (c === "\\" && quote !== "`") i++;
      else if (c === quote) quote = "";
    } else if (depth > 0 && (c === '"' || c === "`")) {
      quote = c;
    } else if (c === "[") {
      if (depth++ === 0 && i > 0) cuts.push(i);
    } else if (c === "]") {
      depth = Math.max(0, depth - 1);
    } else if (c === "." && depth === 0 && i > 0) {
      cuts.push(i);
    }
  }
  return cuts;
}
