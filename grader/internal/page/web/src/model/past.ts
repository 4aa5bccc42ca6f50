// Happens-before: what an event could have known of.
import type { Run } from "./run.ts";

// pastOf marks the causal past of some events, themselves included: what they were caused by, and what had happened
// before at the same node in the same life, and the past of that.
export function pastOf(run: Run, indices: number[]): Uint8Array {
  const past = new Uint8Array(run.size);
  let last = -1;
  for (const i of indices) {
    if (i < 0) continue;
    past[i] = 1;
    last = Math.max(last, i);
  }
  // Causes come before their effects, so one pass backwards finds them all.
  for (let i = last; i >= 0; i--) {
    if (!past[i]) continue;
    const p = run.previous[i];
    if (p >= 0) past[p] = 1;
    for (const c of run.causes(i)) past[c] = 1;
  }
  return past;
}

const faults = new Set(["crash", "cut", "pause", "clock", "linger", "request lost", "reply lost", "unreachable", "weather"]);

export const isFault = (kind: string) => faults.has(kind);

// chainOf is one line of causes that leads to an event, earliest first: from each event to the latest of its causes. It
// begins at the last fault on it, or at what has no cause: a timer, a start, a call of the scenario's. It has at most
// so many events.
export function chainOf(run: Run, index: number, most = 40): number[] {
  const chain: number[] = [];
  for (let i = index; i >= 0 && chain.length < most;) {
    chain.push(i);
    if (i !== index && isFault(run.events[i].kind)) break;
    i = Math.max(-1, ...run.causes(i));
  }
  return chain.reverse();
}
