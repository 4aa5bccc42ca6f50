// Two runs side by side, by what happened: milestones are compared without their times.
import type { Run } from "./run.ts";
import { plain, sentence } from "./words.ts";

export interface Milestone {
  index: number; // of the event
  key: string; // what happened, without times
  text: string;
}

export interface Alignment {
  left: Milestone[];
  right: Milestone[];
  pairs: [number, number][]; // indices into left and right, both ascending
  // The first milestones that are not in both: null if one run ends where the other goes on, differs is false if the
  // milestones of both are the same.
  differs: boolean;
  leftFirst: Milestone | null;
  rightFirst: Milestone | null;
  common: number; // how many are the same before that
  sentence: string;
}

const kinds = new Set(["crash", "pause", "resume", "clock", "linger", "failed"]);

// Times and durations, and numbers of seeds.
const times = /\b\d+(\.\d+)?\s?(ns|µs|us|ms|s|m|h)\b|\bseed \d+/g;

// milestonesOf are what a run is told by: what the scenario does, who stands for election and who leads, what is
// committed, crashes and pauses. What else notes say is either what led there or follows from it, in an order that is
// chance; it counts where there are no roles. That nodes start is not told either, nor what the scenario sees of roles.
export function milestonesOf(run: Run): Milestone[] {
  const list: Milestone[] = [];
  const roles = run.events.some((e) => e.notes?.some((n) => n.role));
  for (let i = 0; i < run.size; i++) {
    const e = run.events[i],
      after = run.events[i + 1];
    const starts = after?.kind === "boot" && after.life === 1;
    const again = e.kind === "boot" && (e.life ?? 1) > 1;
    if (kinds.has(e.kind) || again || (e.kind === "step" && !starts && !/ is now /.test(e.text ?? ""))) {
      const text = again ? plain(run, e) : sentence(run, i);
      list.push({ index: i, key: `${e.kind} ${text.replace(times, "…")}`, text });
    } else {
      for (const n of e.notes ?? []) {
        const rises = n.role === "leader" || n.role === "candidate"; // whom it asks first is chance
        const key = rises ? `${n.role} ${n.node} ${n.term}` : `${n.kind} ${n.text.replace(times, "…")}`;
        if (rises || (roles ? n.kind === "commits" : !n.routine)) list.push({ index: i, key, text: n.text });
      }
    }
  }
  return list;
}

// align compares two runs.
export function align(left: Run, right: Run): Alignment {
  const a = milestonesOf(left),
    b = milestonesOf(right);
  let common = 0;
  while (common < a.length && common < b.length && a[common].key === b[common].key) common++;
  const pairs = match(
    a.map((m) => m.key),
    b.map((m) => m.key),
  );
  const differs = common < a.length || common < b.length;
  const leftFirst = differs ? (a[common] ?? null) : null,
    rightFirst = differs ? (b[common] ?? null) : null;
  return {
    left: a,
    right: b,
    pairs,
    differs,
    leftFirst,
    rightFirst,
    common,
    sentence: tell(common, leftFirst, rightFirst, left, right),
  };
}

function tell(common: number, a: Milestone | null, b: Milestone | null, left: Run, right: Run): string {
  const at = (m: Milestone, run: Run) => `at ${(run.at[m.index] / 1e9).toFixed(4)} s: ${m.text.slice(0, 300)}`;
  const same =
    common === 0
      ? "No milestone is the same before they part"
      : `${common} ${common === 1 ? "milestone is" : "milestones are"} the same in both`;
  if (!a && !b) return `The runs are told by the same ${common} milestones.`;
  if (!a) return `${same}; then the left run has no more, while in the right one, ${at(b!, right)}`;
  if (!b) return `${same}; then the right run has no more, while in the left one, ${at(a, left)}`;
  return `${same}. Then, left, ${at(a, left)}; right, ${at(b, right)}.`;
}

const mostEdits = 1500;

// match pairs what two lists have in common, in order: the longest common subsequence after Myers, or, if they differ
// too much for that, what can be found greedily.
export function match(a: string[], b: string[]): [number, number][] {
  const n = a.length,
    m = b.length;
  let head = 0;
  while (head < n && head < m && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < n - head && tail < m - head && a[n - 1 - tail] === b[m - 1 - tail]) tail++;
  const pairs: [number, number][] = [];
  for (let i = 0; i < head; i++) pairs.push([i, i]);
  const inner = myers(a.slice(head, n - tail), b.slice(head, m - tail));
  for (const [i, j] of inner) pairs.push([i + head, j + head]);
  for (let i = tail; i > 0; i--) pairs.push([n - i, m - i]);
  return pairs;
}

function myers(a: string[], b: string[]): [number, number][] {
  const n = a.length,
    m = b.length,
    most = Math.min(n + m, mostEdits);
  const trace: Int32Array[] = [];
  const v = new Int32Array(2 * most + 3);
  const mid = most + 1;
  for (let d = 0; d <= most; d++) {
    trace.push(v.slice(mid - d - 1, mid + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && v[mid + k - 1] < v[mid + k + 1]) ? v[mid + k + 1] : v[mid + k - 1] + 1;
      while (x < n && x - k < m && a[x] === b[x - k]) x++;
      v[mid + k] = x;
      if (x >= n && x - k >= m) return back(trace, n, m);
    }
  }
  return greedy(a, b);
}

function back(trace: Int32Array[], n: number, m: number): [number, number][] {
  const pairs: [number, number][] = [];
  let x = n,
    y = m;
  for (let d = trace.length - 1; d >= 0; d--) {
    const v = (k: number) => trace[d][k + d + 1];
    const k = x - y;
    const from = k === -d || (k !== d && v(k - 1) < v(k + 1)) ? k + 1 : k - 1;
    const x0 = d === 0 ? 0 : v(from),
      y0 = d === 0 ? 0 : x0 - from;
    while (x > x0 && y > y0) pairs.push([--x, --y]);
    if (d > 0) {
      x = x0;
      y = y0;
    }
  }
  return pairs.reverse();
}

function greedy(a: string[], b: string[]): [number, number][] {
  const places = new Map<string, number[]>();
  b.forEach((key, j) => {
    const list = places.get(key);
    if (list) list.push(j);
    else places.set(key, [j]);
  });
  const pairs: [number, number][] = [];
  let after = 0;
  a.forEach((key, i) => {
    const j = places.get(key)?.find((j) => j >= after);
    if (j !== undefined && j < after + 200) {
      pairs.push([i, j]);
      after = j + 1;
    }
  });
  return pairs;
}

// link maps a position of one run to the other: in proportion between milestones that both have.
export function link(stops: [number, number][], x: number, side: 0 | 1): number {
  const other = side === 0 ? 1 : 0;
  if (stops.length === 0) return x;
  let lo = 0,
    hi = stops.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (stops[mid][side] <= x) lo = mid + 1;
    else hi = mid;
  }
  const a = stops[lo - 1],
    b = stops[lo];
  if (!a) return b[other] - (b[side] - x);
  if (!b) return a[other] + (x - a[side]);
  const width = b[side] - a[side];
  return a[other] + (width > 0 ? (x - a[side]) / width : 0) * (b[other] - a[other]);
}
