// A Run is a recording made ready for questions: columns by index of event, the messages, what an event has caused.
import type { Event, Kind, Recording } from "./recording.ts";

// What becomes of a message. An edge goes from the event that sent it to the one that ended its way.
export const Request = 0,
  Reply = 1,
  Double = 2,
  LostRequest = 3,
  LostReply = 4,
  Unreachable = 5;

// The edges of a run, in the order of their first ends.
export interface Edges {
  from: Int32Array; // index of an event
  to: Int32Array;
  kind: Uint8Array;
  fromLane: Int16Array;
  toLane: Int16Array;
  // reach is, for each block of edges, the last index at which one of its edges ends: what long edges are found by.
  reach: Int32Array;
}

export const edgeBlock = 128;

export class Run {
  readonly events: Event[];
  readonly size: number;
  readonly first: number; // ID of the first event
  readonly at: Float64Array; // ns
  readonly lane: Int16Array; // the node, -1 if it is none's; of messages that are lost the node that they were for
  readonly previous: Int32Array; // index of the event before at the same node in the same life, -1 if there is none
  readonly turn: Int32Array; // index of the event that began the turn
  readonly routine: Uint8Array; // 1 if it is one of those that happen all the time
  readonly edges: Edges;
  private readonly causeStarts: Int32Array;
  private readonly causeList: Int32Array;
  private readonly effectStarts: Int32Array;
  private readonly effectList: Int32Array;
  private readonly calls = new Map<number, number[]>();

  constructor(readonly rec: Recording) {
    const events = rec.events;
    const n = events.length;
    this.events = events;
    this.size = n;
    this.first = n > 0 ? events[0].id : 1;
    this.at = new Float64Array(n);
    this.lane = new Int16Array(n);
    this.previous = new Int32Array(n);
    this.turn = new Int32Array(n);
    this.routine = new Uint8Array(n);

    const last = new Int32Array(rec.nodes.length).fill(-1);
    const starts = new Int32Array(n + 1),
      effects = new Int32Array(n);
    let count = 0;
    for (const e of events) count += e.causes?.length ?? 0;
    const causes = new Int32Array(count);
    count = 0;
    for (let i = 0; i < n; i++) {
      const e = events[i];
      this.at[i] = e.at;
      this.lane[i] = laneOf(e, rec.nodes.length);
      this.previous[i] = -1;
      this.turn[i] = i;
      if (e.causes) {
        for (const id of e.causes) {
          const c = id - this.first;
          if (c < 0 || c >= i) continue;
          causes[count++] = c;
          effects[c]++;
          if (e.node >= 0 && events[c].node === e.node && events[c].life === e.life) this.turn[i] = this.turn[c];
        }
      }
      starts[i + 1] = count;
      if (e.node >= 0 && e.node < last.length) {
        const p = last[e.node];
        if (p >= 0 && events[p].life === e.life) this.previous[i] = p;
        last[e.node] = i;
      }
      if (e.call) {
        const steps = this.calls.get(e.call);
        if (steps) steps.push(i);
        else this.calls.set(e.call, [i]);
      }
    }
    this.causeStarts = starts;
    this.causeList = causes;
    this.effectStarts = new Int32Array(n + 1);
    for (let i = 0; i < n; i++) this.effectStarts[i + 1] = this.effectStarts[i] + effects[i];
    this.effectList = new Int32Array(this.effectStarts[n]);
    const next = this.effectStarts.slice(0, n);
    for (let i = 0; i < n; i++) for (let k = starts[i]; k < starts[i + 1]; k++) this.effectList[next[causes[k]]++] = i;
    this.edges = edgesOf(this);
    this.markRoutine();
  }

  // index is where the event with an ID is, -1 if it is not in the recording.
  index(id: number): number {
    const i = id - this.first;
    return i >= 0 && i < this.size ? i : -1;
  }

  // causes are the indices of the direct causes of an event, as far as they are in the recording.
  causes(i: number): Int32Array {
    return this.causeList.subarray(this.causeStarts[i], this.causeStarts[i + 1]);
  }

  // effects are the indices of the events that name this one as a cause.
  effects(i: number): Int32Array {
    return this.effectList.subarray(this.effectStarts[i], this.effectStarts[i + 1]);
  }

  // message is the steps of the RPC that an event belongs to, in their order; empty if it belongs to none.
  message(i: number): number[] {
    return this.calls.get(this.events[i].call ?? 0) ?? [];
  }

  // node is the name of a node.
  node(number: number): string {
    return this.rec.nodes[number]?.name ?? "";
  }

  // markRoutine marks what happens all the time: RPCs that the lab calls so, with all their steps, questions of the
  // lab that made a node do nothing but answer, and timers on which it did nothing.
  private markRoutine() {
    const { events, routine } = this;
    for (const steps of this.calls.values()) {
      let some = false,
        other = false;
      for (const i of steps) {
        const notes = events[i].notes;
        if (notes) for (const n of notes) n.routine ? (some = true) : (other = true);
      }
      if (some && !other) for (const i of steps) routine[i] = 1;
    }
    // A turn is idle if all in it is routine, or says and does nothing.
    const busy = new Uint8Array(this.size);
    for (let i = 0; i < this.size; i++) {
      const e = events[i];
      const idle = routine[i] === 1 || (silent.has(e.kind) && !e.notes?.some((n) => !n.routine));
      if (!idle) busy[this.turn[i]] = 1;
    }
    for (let i = 0; i < this.size; i++) {
      const e = events[i];
      if (e.notes?.length && e.notes.every((n) => n.routine)) routine[i] = 1;
      else if (silent.has(e.kind) && e.kind !== "line" && !e.notes?.length && !busy[this.turn[i]]) routine[i] = 1;
    }
  }
}

const silent = new Set<Kind>(["asked", "told", "timer", "line"]);

function laneOf(e: Event, nodes: number): number {
  const lane = e.node >= 0 ? e.node : e.call ? e.peer : -1;
  return lane < nodes ? lane : -1;
}

const edgeKind: Partial<Record<Kind, [number, Kind[]]>> = {
  arrived: [Request, ["sent"]],
  doubled: [Double, ["sent"]],
  answered: [Reply, ["handled"]],
  "request lost": [LostRequest, ["sent"]],
  "reply lost": [LostReply, ["handled"]],
  unreachable: [Unreachable, ["sent", "handled"]],
};

function edgesOf(run: Run): Edges {
  const from: number[] = [],
    to: number[] = [],
    kinds: number[] = [];
  for (let i = 0; i < run.size; i++) {
    const e = run.events[i];
    const made = edgeKind[e.kind];
    if (!made) continue;
    for (const c of run.causes(i)) {
      if (run.events[c].call !== e.call || !made[1].includes(run.events[c].kind)) continue;
      from.push(c);
      to.push(i);
      kinds.push(made[0]);
      break;
    }
  }
  const order = Int32Array.from(from, (_, k) => k).sort((a, b) => from[a] - from[b] || to[a] - to[b]);
  const edges: Edges = {
    from: order.map((k) => from[k]),
    to: order.map((k) => to[k]),
    kind: Uint8Array.from(order, (k) => kinds[k]),
    fromLane: Int16Array.from(order, (k) => run.lane[from[k]]),
    // That a reply is lost is said of the node that sent it.
    toLane: Int16Array.from(order, (k) => {
      const sender = run.events[from[k]];
      return sender.kind === "handled" ? clamp(sender.peer, run) : run.lane[to[k]];
    }),
    reach: new Int32Array(Math.ceil(order.length / edgeBlock)),
  };
  edges.to.forEach((end, k) => {
    const b = Math.floor(k / edgeBlock);
    edges.reach[b] = Math.max(edges.reach[b], end);
  });
  return edges;
}

const clamp = (lane: number, run: Run) => (lane >= 0 && lane < run.rec.nodes.length ? lane : -1);
