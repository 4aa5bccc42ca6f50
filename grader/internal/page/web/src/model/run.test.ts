import { describe, expect, test } from "vitest";
import { parsePage, parseRecording } from "./recording.ts";
import { LostReply, Reply, Request, Unreachable } from "./run.ts";
import { lanesOf, stretchAt } from "./lanes.ts";
import { chainOf, pastOf } from "./past.ts";
import { note, recordingOf, runOf, vote } from "./testing.ts";

const json = (change: object) => JSON.stringify({ ...recordingOf(vote), seed: 1, ...change });

describe("parsing", () => {
  test("a seed of 64 bits keeps all its figures", () => {
    const text = json({ implementation: `a "seed":7 b` }).replace(`"seed":1`, `"seed":18446744073709551615`);
    expect(parseRecording(text).seed).toBe("18446744073709551615");
  });
  test("seeds of the overview do, too", () => {
    const overview = { columns: [], rows: [], notes: [], groups: [{ title: `"seed":5`, seed: 0 }] };
    const text = JSON.stringify({ version: 1, title: "", overview }).replace(`"seed":0`, `"seed":18446744073709551615`);
    expect(parsePage(text).overview!.groups[0]).toEqual({ title: `"seed":5`, seed: "18446744073709551615" });
  });
  test("another version is refused with a sentence", () => {
    expect(() => parseRecording(json({ version: 2 }))).toThrow(/version 1, and was given version 2/);
    expect(() => parsePage(`{"version":7}`)).toThrow(/version 7/);
  });
  test("a gap in the events is said", () => {
    const events = recordingOf(vote).events.filter((e) => e.id !== 4);
    expect(() => parseRecording(json({ events }))).toThrow("event 4 is missing where event 5 is");
  });
});

describe("a run", () => {
  const run = runOf(vote);
  const id = (i: number) => run.events[i].id;

  test("causes and effects are each other's", () => {
    expect(Array.from(run.effects(run.index(3)), id)).toEqual([4, 5]);
    for (let i = 0; i < run.size; i++) for (const c of run.causes(i)) expect(Array.from(run.effects(c))).toContain(i);
  });
  test("messages become edges, what cannot be reached too", () => {
    const edges = Array.from(run.edges.from, (from, k) => [
      id(from),
      id(run.edges.to[k]),
      run.edges.kind[k],
      run.edges.toLane[k],
    ]);
    expect(edges).toEqual([
      [4, 7, Request, 1],
      [5, 6, Unreachable, 2],
      [9, 10, Reply, 0],
    ]);
  });
  test("a reply that is lost was on its way to the caller", () => {
    const lost = runOf([
      { node: 0, kind: "sent", peer: 1, call: 1 },
      { node: 1, kind: "arrived", peer: 0, call: 1, causes: [1] },
      { node: 1, kind: "handled", peer: 0, call: 1, causes: [2] },
      { node: -1, kind: "reply lost", peer: 1, call: 1, causes: [3] },
    ]);
    expect([...lost.edges.kind]).toEqual([Request, LostReply]);
    expect([...lost.edges.toLane]).toEqual([1, 0]);
  });
  test("a turn is what followed from its beginning at the same node", () => {
    expect([3, 4, 5, 7, 8, 9, 10].map((e) => id(run.turn[run.index(e)]))).toEqual([3, 3, 3, 7, 7, 7, 10]);
  });
  test("also if its beginning is a cause of a cause only", () => {
    const deep = runOf([
      { node: 0, kind: "timer" },
      { node: 0, kind: "sent", peer: 1, call: 1, causes: [1] },
      { node: 0, kind: "saved", causes: [2] },
    ]);
    expect(Array.from(deep.turn)).toEqual([0, 0, 0]);
  });
  test("before an event is what its node did in the same life", () => {
    const again = runOf([
      ...vote,
      { node: 1, kind: "crash" },
      { node: 1, kind: "boot", life: 2 },
      { node: 1, kind: "timer", life: 2 },
    ]);
    expect([12, 13, 14].map((e) => again.previous[again.index(e)] + 1)).toEqual([9, 0, 13]);
  });
  test("events before the recording begins are nowhere", () => {
    const late = runOf(vote.map((e, k) => ({ ...e, id: k + 101, causes: e.causes?.map((c) => c + 97) })));
    expect(late.index(100)).toBe(-1);
    expect(late.index(101)).toBe(0);
    expect(Array.from(late.causes(late.index(103)))).toEqual([]);
  });
});

describe("routine", () => {
  const beat = (routine: boolean) => [
    { node: 0, kind: "sent" as const, peer: 1, call: 1, notes: [note("heartbeat", 0, "beat", { routine: true })] },
    { node: 1, kind: "arrived" as const, peer: 0, call: 1, causes: [1] },
    {
      node: 1,
      kind: "handled" as const,
      peer: 0,
      call: 1,
      causes: [2],
      notes: routine ? undefined : [note("vote", 1, "S1 votes")],
    },
  ];
  test("all steps of a routine message are", () => expect(Array.from(runOf(beat(true)).routine)).toEqual([1, 1, 1]));
  test("but not if one of them matters", () => expect(Array.from(runOf(beat(false)).routine)).toEqual([1, 0, 0]));
  test("questions that are only answered are, others are not", () => {
    const run = runOf([
      { node: 0, kind: "asked", method: "GetState" },
      { node: 0, kind: "told", causes: [1] },
      { node: 0, kind: "asked", method: "Start" },
      { node: 0, kind: "sent", peer: 1, call: 1, causes: [3] },
      { node: 0, kind: "told", causes: [3] },
    ]);
    expect(Array.from(run.routine)).toEqual([1, 1, 0, 0, 0]);
  });
});

describe("lanes", () => {
  test("roles and terms come from notes, lives from faults", () => {
    const run = runOf([...vote, { node: 0, kind: "pause" }, { node: 0, kind: "resume" }, { node: 0, kind: "crash" }]);
    const { lanes, terms } = lanesOf(run);
    const at = (node: number, event: number) => {
      const s = stretchAt(lanes[node], run.index(event));
      return `${s.up ? "up" : "down"} ${s.role} ${s.term}${s.paused ? " paused" : ""}`;
    };
    expect(at(0, 1)).toBe("up  0");
    expect(at(0, 5)).toBe("up candidate 1");
    expect(at(0, 11)).toBe("up leader 1");
    expect(at(0, 12)).toBe("up leader 1 paused");
    expect(at(0, 14)).toBe("down  1");
    expect(at(1, 9)).toBe("up follower 1");
    expect(at(2, 9)).toBe("down  0");
    expect(terms).toEqual([1]);
  });
  test("a node is alone when the last way out of it, or into it, is closed", () => {
    const ways = [
      ["cut", 0, 1],
      ["cut", 0, 2],
      ["heal", 0, 2],
      ["cut", 1, 2],
    ] as const;
    const run = runOf(
      [0, 1, 2]
        .map((node) => ({ node, kind: "boot" as const }))
        .concat(ways.map(([kind, node, peer]) => ({ node, kind, peer })) as never[]),
    );
    const alone = (event: number) => lanesOf(run).lanes.map((lane) => stretchAt(lane, run.index(event)).alone);
    expect([4, 5, 6, 7].map(alone)).toEqual([
      [false, false, false],
      [true, false, false],
      [false, false, false],
      [false, false, false],
    ]);
    const into = runOf(
      [...ways.slice(0, 1), ["cut", 2, 1] as const].map(([kind, node, peer]) => ({ node, kind, peer })),
    );
    expect(lanesOf(into).lanes.map((lane) => stretchAt(lane, 1).alone)).toEqual([false, true, false]);
  });
  test("a note of an earlier term changes nothing", () => {
    const run = runOf([
      { node: 0, kind: "boot" },
      { node: 0, kind: "timer", notes: [note("leads", 0, "", { role: "leader", term: 5 })] },
      { node: 0, kind: "timer", notes: [note("vote", 0, "", { term: 3 })] },
    ]);
    expect(stretchAt(lanesOf(run).lanes[0], 2)).toMatchObject({ role: "leader", term: 5 });
  });
});

describe("the past", () => {
  const run = runOf(vote);
  const past = (event: number) => run.events.filter((_, i) => pastOf(run, [run.index(event)])[i]).map((e) => e.id);
  test("is causes, and what the node did before", () => {
    expect(past(9)).toEqual([1, 2, 3, 4, 7, 8, 9]);
    expect(past(5)).toEqual([1, 3, 4, 5]);
  });
  test("does not reach into an earlier life by itself", () => {
    const again = runOf([
      { node: 0, kind: "boot" },
      { node: 0, kind: "crash" },
      { node: 0, kind: "boot", life: 2 },
    ]);
    expect(Array.from(pastOf(again, [2]))).toEqual([0, 0, 1]);
  });
  test("a chain leads over messages back to what has no cause", () => {
    const ids = (event: number) => chainOf(run, run.index(event)).map((i) => run.events[i].id);
    expect(ids(10)).toEqual([3, 4, 7, 9, 10]);
  });
  test("or to a fault", () => {
    expect(chainOf(run, run.index(11)).map((i) => run.events[i].id)).toEqual([6, 11]);
  });
});
