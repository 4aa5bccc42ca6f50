import { describe, expect, test } from "vitest";
import { align, link, match, milestonesOf } from "./align.ts";
import { random, synthetic } from "./synthetic.ts";
import { Run } from "./run.ts";
import { note, runOf } from "./testing.ts";

// common is the length of the longest common subsequence, the slow way.
function common(a: string[], b: string[]): number {
  const best = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      best[i][j] = a[i - 1] === b[j - 1] ? best[i - 1][j - 1] + 1 : Math.max(best[i - 1][j], best[i][j - 1]);
    }
  }
  return best[a.length][b.length];
}

test("lists are matched as well as can be", () => {
  const next = random(1);
  for (let k = 0; k < 300; k++) {
    const list = () => Array.from({ length: next() * 20 }, () => "abcd"[Math.floor(next() * 4)]);
    const a = list(),
      b = list();
    const pairs = match(a, b);
    expect(pairs.length, `${a.join("")} ${b.join("")}`).toBe(common(a, b));
    pairs.forEach(([i, j], p) => {
      expect(a[i]).toBe(b[j]);
      if (p > 0) expect(i > pairs[p - 1][0] && j > pairs[p - 1][1]).toBe(true);
    });
  }
});

test("lists that have nothing in common take no time", () => {
  const a = Array.from({ length: 20000 }, (_, k) => `a${k}`),
    b = Array.from({ length: 20000 }, (_, k) => `b${k}`);
  expect(match(a, b)).toEqual([]);
});

describe("two runs", () => {
  const story = (winner: number, late: number) =>
    runOf([
      { node: 0, kind: "boot" },
      { kind: "step", text: `after ${late}ms, disconnect S1` },
      { node: 0, kind: "sent", peer: 1, call: 1, notes: [note("heartbeat", 0, "beat", { routine: true })] },
      {
        node: winner,
        kind: "timer",
        notes: [
          note("saves", winner, `S${winner} saves`),
          note("leads", winner, `S${winner} leads T2`, { role: "leader" }),
        ],
      },
      { kind: "step", text: `S${winner} is now leader of T2` },
      { kind: "step", text: "connect S1" },
    ]);
  test("times do not matter, nor does routine", () => {
    const a = align(story(0, 120), story(0, 340));
    expect(a.differs).toBe(false);
    expect(a.pairs).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });
  test("the first milestone that differs is named in both", () => {
    const a = align(story(0, 1), story(2, 1));
    expect(a.common).toBe(1);
    expect(a.leftFirst).toMatchObject({ text: "S0 leads T2", index: 3 });
    expect(a.rightFirst).toMatchObject({ text: "S2 leads T2", index: 3 });
    expect(a.sentence).toBe(
      "1 milestone is the same in both. Then, left, at 0.0030 s: S0 leads T2; right, at 0.0030 s: S2 leads T2.",
    );
    expect(a.pairs).toEqual([
      [0, 0],
      [2, 2],
    ]);
  });
  test("where there are no roles, all notes tell that are not routine", () => {
    const notes = [note("read", 0, "C0 reads x"), note("beat", 0, "beat", { routine: true })];
    expect(milestonesOf(runOf([{ node: 0, kind: "told", notes }])).map((m) => m.text)).toEqual(["C0 reads x"]);
  });
  test("starts are no milestones, restarts are", () => {
    const run = runOf([
      { kind: "step", text: "restart S0" },
      { node: 0, kind: "boot" },
      { kind: "step", text: "restart S0" },
      { node: 0, kind: "boot", life: 2 },
    ]);
    expect(milestonesOf(run).map((m) => m.text)).toEqual(["restart S0", "S0 starts again, life 2"]);
  });
  test("a run that ends earlier is said to", () => {
    const a = align(
      runOf([{ kind: "step", text: "one" }]),
      runOf([
        { kind: "step", text: "one" },
        { kind: "step", text: "two" },
      ]),
    );
    expect(a.leftFirst).toBeNull();
    expect(a.sentence).toContain("the left run has no more");
  });
  test("synthetic ones of two seeds can be aligned", () => {
    const a = align(new Run(synthetic({ events: 3000 })), new Run(synthetic({ events: 3000, seed: 2 })));
    expect(a.differs).toBe(true);
    expect(milestonesOf(new Run(synthetic({ events: 3000 }))).length).toBe(a.left.length);
  });
});

test("places are linked in proportion between milestones", () => {
  const stops: [number, number][] = [
    [0, 0],
    [10, 100],
    [20, 110],
  ];
  expect(link(stops, 5, 0)).toBe(50);
  expect(link(stops, 15, 0)).toBe(105);
  expect(link(stops, 105, 1)).toBe(15);
  expect(link(stops, 30, 0)).toBe(120);
  expect(link(stops, -5, 0)).toBe(-5);
  expect(link([], 3, 0)).toBe(3);
});
