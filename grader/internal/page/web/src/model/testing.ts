// Small recordings for tests.
import type { Event, Note, Recording } from "./recording.ts";
import { Run } from "./run.ts";

// recordingOf makes a recording of events, which get their IDs, and 1 ms between them if they have no time.
export function recordingOf(events: Partial<Event>[], more: Partial<Recording> = {}): Recording {
  return {
    version: 1,
    lab: "raft",
    implementation: "impl",
    scenario: "Story",
    seed: "1",
    nodes: [0, 1, 2].map((n) => ({ name: `S${n}`, role: "server" })),
    end: events.length * 1e6,
    events: events.map((e, k): Event => ({
      id: k + 1,
      at: k * 1e6,
      node: -1,
      kind: "step",
      peer: -1,
      ...(e.node !== undefined && e.node >= 0 && { life: 1 }),
      ...e,
    })),
    ...more,
  };
}

export const runOf = (events: Partial<Event>[], more: Partial<Recording> = {}) => new Run(recordingOf(events, more));

export const note = (kind: string, node: number, text: string, more: Partial<Note> = {}): Note => ({
  kind,
  node,
  text,
  ...more,
});

// A vote: S0 asks S1, S1 saves and grants; S2 cannot be reached.
export const vote: Partial<Event>[] = [
  { node: 0, kind: "boot" }, // 1
  { node: 1, kind: "boot" },
  { node: 0, kind: "timer", notes: [note("election", 0, "S0 stands in T1", { role: "candidate", term: 1 })] }, // 3
  { node: 0, kind: "sent", peer: 1, call: 1, method: "Raft.RequestVote", causes: [3] },
  { node: 0, kind: "sent", peer: 2, call: 2, method: "Raft.RequestVote", causes: [3] }, // 5
  { node: -1, kind: "unreachable", peer: 2, call: 2, method: "Raft.RequestVote", causes: [5] },
  { node: 1, kind: "arrived", peer: 0, call: 1, method: "Raft.RequestVote", causes: [4] }, // 7
  { node: 1, kind: "saved", causes: [7], bytes: 93 },
  {
    node: 1,
    kind: "handled",
    peer: 0,
    call: 1,
    method: "Raft.RequestVote",
    causes: [7],
    notes: [note("vote", 1, "S1 votes for S0 in T1", { term: 1 })],
  }, // 9
  {
    node: 0,
    kind: "answered",
    peer: 1,
    call: 1,
    method: "Raft.RequestVote",
    causes: [9],
    notes: [note("leads", 0, "S0 leads T1", { role: "leader", term: 1 })],
  },
  { node: 0, kind: "gave up", peer: 2, call: 2, method: "Raft.RequestVote", causes: [6] }, // 11
];
