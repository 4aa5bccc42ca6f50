// The axis along which a run is laid out. By time it is linear. By order, each event that is shown has a place of its
// own, and the time between two adds a little, by its logarithm: messages take microseconds where elections take
// seconds, and on a linear axis all that matters would be one vertical line.
import type { Kind } from "./recording.ts";
import type { Run } from "./run.ts";

export type Mode = "order" | "time";

export class Axis {
  readonly position: Float64Array; // by index of event, never falling
  readonly length: number;

  constructor(
    readonly run: Run,
    shown: Uint8Array,
    readonly mode: Mode,
  ) {
    const n = run.size;
    this.position = new Float64Array(n);
    if (mode === "time") {
      for (let i = 0; i < n; i++) this.position[i] = run.at[i] / 1e6;
      this.length = Math.max(run.rec.end / 1e6, n > 0 ? this.position[n - 1] : 0, 1e-3);
      return;
    }
    let u = 0,
      before = 0;
    for (let i = 0; i < n; i++) {
      if (shown[i]) {
        u += place(run.events[i].kind) + gap(run.at[i] - before);
        before = run.at[i];
      }
      this.position[i] = u;
    }
    this.length = u + 1;
  }

  // indexAt is the first event at or after a position; the number of events if there is none.
  indexAt(u: number): number {
    let lo = 0,
      hi = this.position.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (this.position[mid] < u) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  // timeAt is the virtual time in ns at a position: between two events, in proportion.
  timeAt(u: number): number {
    if (this.mode === "time") return Math.max(0, u * 1e6);
    const at = this.run.at;
    const i = this.indexAt(u);
    if (i <= 0) return at.length > 0 ? at[0] : 0;
    if (i >= at.length) return at[at.length - 1];
    const a = this.position[i - 1],
      b = this.position[i];
    return b > a ? at[i - 1] + ((u - a) / (b - a)) * (at[i] - at[i - 1]) : at[i];
  }

  // positionAt is where a virtual time is.
  positionAt(ns: number): number {
    if (this.mode === "time") return ns / 1e6;
    const at = this.run.at;
    let lo = 0,
      hi = at.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (at[mid] < ns) lo = mid + 1;
      else hi = mid;
    }
    if (lo === 0) return 0;
    if (lo >= at.length) return this.length;
    const span = at[lo] - at[lo - 1];
    const part = span > 0 ? (ns - at[lo - 1]) / span : 1;
    return this.position[lo - 1] + part * (this.position[lo] - this.position[lo - 1]);
  }
}

// A scenario cuts and heals many ways at once, which say one thing together.
const place = (kind: Kind) => (kind === "cut" || kind === "heal" ? 0.3 : 1);

// gap is how much room a wait takes by order: none for none, some for 1 ms, 6 places for a second.
export function gap(ns: number): number {
  return ns <= 0 ? 0 : 0.15 + 0.6 * Math.log2(1 + ns / 1e6);
}
