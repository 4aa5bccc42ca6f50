// What a node was over time, as far as it is known: up or down, stopped, its role and its term.
import type { Run } from "./run.ts";

export type Role = "" | "follower" | "candidate" | "leader";

// A Stretch is how a node was from one event on, until the next stretch of its lane.
export interface Stretch {
  from: number; // index of an event
  up: boolean;
  paused: boolean;
  alone: boolean; // no message of its can leave, or none can reach it
  role: Role;
  term: number; // 0 if nothing is known
}

export interface Lanes {
  lanes: Stretch[][]; // by node
  terms: number[]; // all terms there are, ascending
  // term is, for each event, the term that it is about, or that its node was in; 0 if that is not known.
  term: Int32Array;
}

const roles = new Set(["follower", "candidate", "leader"]);

// lanesOf follows notes and faults through a run. A node that hears of a later term is a follower in it, if nothing
// else is said.
export function lanesOf(run: Run): Lanes {
  const now = run.rec.nodes.map((): Stretch => ({
    from: -1,
    up: false,
    paused: false,
    alone: false,
    role: "",
    term: 0,
  }));
  const lanes: Stretch[][] = now.map((s) => [{ ...s }]);
  const term = new Int32Array(run.size);
  const terms = new Set<number>();
  const change = (node: number, i: number, to: Partial<Stretch>) => {
    const s = now[node];
    if (!s) return;
    const after = { ...s, ...to, from: i };
    if (
      after.up === s.up &&
      after.paused === s.paused &&
      after.role === s.role &&
      after.term === s.term &&
      after.alone === s.alone
    )
      return;
    now[node] = after;
    const lane = lanes[node];
    if (lane[lane.length - 1].from === i) lane[lane.length - 1] = after;
    else lane.push(after);
  };
  if (run.rec.dropped) now.forEach((_, node) => change(node, 0, { up: true }));
  const out = now.map(() => new Set<number>()),
    into = now.map(() => new Set<number>()); // ways that are closed
  const way = (i: number, from: number, to: number, closed: boolean) => {
    if (!now[from] || !now[to]) return;
    if (closed) (out[from].add(to), into[to].add(from));
    else (out[from].delete(to), into[to].delete(from));
    const all = now.length - 1;
    for (const node of [from, to]) change(node, i, { alone: out[node].size === all || into[node].size === all });
  };
  for (let i = 0; i < run.size; i++) {
    const e = run.events[i];
    switch (e.kind) {
      case "cut":
        way(i, e.node, e.peer, true);
        break;
      case "heal":
        way(i, e.node, e.peer, false);
        break;
      case "boot":
        change(e.node, i, { up: true, paused: false, role: "" });
        break;
      case "crash":
        change(e.node, i, { up: false, paused: false, role: "" });
        break;
      case "pause":
        change(e.node, i, { paused: true });
        break;
      case "resume":
        change(e.node, i, { paused: false });
        break;
    }
    let about = 0;
    if (e.notes)
      for (const n of e.notes) {
        if (n.term) {
          about ||= n.term;
          terms.add(n.term);
        }
        const s = now[n.node];
        if (!s || !s.up) continue;
        const role = roles.has(n.role ?? "") ? (n.role as Role) : "";
        if (role) change(n.node, i, { role, term: n.term || s.term });
        else if (n.term && n.term > s.term) change(n.node, i, { role: "follower", term: n.term });
      }
    term[i] = about || now[e.node]?.term || 0;
  }
  return { lanes, terms: [...terms].sort((a, b) => a - b), term };
}

// stretchAt is how a node was right after an event.
export function stretchAt(lane: Stretch[], index: number): Stretch {
  let lo = 0,
    hi = lane.length - 1;
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if (lane[mid].from <= index) lo = mid;
    else hi = mid - 1;
  }
  return lane[lo];
}
