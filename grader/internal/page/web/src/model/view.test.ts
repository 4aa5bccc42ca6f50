import { describe, expect, test } from "vitest";
import { Axis, gap } from "./axis.ts";
import { defaults, kindsIn, next, passing } from "./filter.ts";
import { lanesOf } from "./lanes.ts";
import { pastOf } from "./past.ts";
import { heightOf, line, shown, span, wrap } from "./text.ts";
import { nasty, random, synthetic } from "./synthetic.ts";
import { rowsOf, topsOf, wordsOf } from "./rows.ts";
import { Run } from "./run.ts";
import { Search, terms } from "./search.ts";
import { note, runOf, vote } from "./testing.ts";
import { plain, sentence, weather } from "./words.ts";

const run = new Run(synthetic({ events: 2000 }));
const all = new Uint8Array(run.size).fill(1);

describe("the axis", () => {
  for (const mode of ["order", "time"] as const) {
    test(`by ${mode} goes there and back`, () => {
      const axis = new Axis(run, all, mode);
      for (let i = 1; i < run.size; i += 37) {
        expect(axis.position[i]).toBeGreaterThanOrEqual(axis.position[i - 1]);
        const first = axis.indexAt(axis.position[i]);
        expect(first).toBeLessThanOrEqual(i);
        expect(axis.position[first]).toBe(axis.position[i]);
        expect(axis.timeAt(axis.position[i])).toBeCloseTo(run.at[i], 0);
        expect(axis.timeAt(axis.positionAt(run.at[i]))).toBeCloseTo(run.at[i], 0);
      }
      expect(axis.indexAt(axis.length * 2)).toBe(run.size);
    });
  }
  test("by order, what is not shown takes no room, and what is shown takes some", () => {
    const shown = all.map((_, i) => (i % 2 === 0 ? 1 : 0));
    const axis = new Axis(run, shown, "order");
    for (let i = 1; i < run.size; i++) {
      const step = axis.position[i] - axis.position[i - 1];
      if (shown[i]) expect(step).toBeGreaterThan(0.999);
      else expect(step).toBe(0);
    }
  });
  test("waits count by their logarithm", () => {
    expect(gap(0)).toBe(0);
    expect(gap(1e3)).toBeLessThan(1);
    expect(gap(1e9)).toBeGreaterThan(5);
    expect(gap(1e9)).toBeLessThan(8);
  });
});

describe("the filter", () => {
  const ids = (change: object, past: Uint8Array | null = null, keep: number[] = []) => {
    const r = runOf(vote);
    const mask = passing(r, lanesOf(r), { ...defaults, ...change }, past, keep);
    return r.events.filter((_, i) => mask[i]).map((e) => e.id);
  };
  test("hides nodes, also what was lost on its way to them", () => {
    expect(ids({ nodes: new Set([2]) })).toEqual([1, 2, 3, 4, 5, 7, 8, 9, 10, 11]);
  });
  test("hides what is routine, unless it is asked for", () => {
    const r = new Run(synthetic({ events: 1000 }));
    const shown = (routine: boolean) => passing(r, lanesOf(r), { ...defaults, kinds: new Set(), routine }, null, []);
    expect(shown(true).every((m) => m === 1)).toBe(true);
    expect([...shown(false)]).toEqual([...r.routine].map((routine) => 1 - routine));
    expect(r.routine.includes(1)).toBe(true);
  });
  test("hides kinds of events and of notes", () => {
    expect(ids({ kinds: new Set(["sent", "boot"]) })).toEqual([3, 6, 7, 8, 9, 10, 11]);
    expect(ids({ notes: new Set(["vote"]) })).not.toContain(9);
  });
  test("bounds terms", () => {
    expect(ids({ termFrom: 2 })).toEqual([1, 2, 6, 7, 8]);
    expect(ids({ termTo: 1 })).toHaveLength(11);
  });
  test("keeps the past of the finding, and the finding whatever else is hidden", () => {
    const r = runOf(vote);
    expect(ids({ past: true }, pastOf(r, [r.index(7)]))).toEqual([1, 2, 3, 4, 7]);
    expect(ids({ kinds: new Set(["sent", "boot", "handled"]) }, null, [8])).toContain(9);
  });
  test("finds the next of a kind both ways", () => {
    expect(next(10, 4, 1, (i) => i % 3 === 0)).toBe(6);
    expect(next(10, 4, -1, (i) => i % 3 === 0)).toBe(3);
    expect(next(10, 9, 1, () => true)).toBe(-1);
  });
  test("counts kinds", () => {
    expect(kindsIn(runOf(vote)).events[0]).toEqual(["boot", 2]);
    expect(kindsIn(runOf(vote)).notes.map(([k]) => k)).toEqual(["election", "vote", "leads"]);
  });
});

describe("search", () => {
  const found = (query: string) => {
    const steps = new Search(run).find(query, 100);
    let step = steps.next(),
      slices = 0;
    for (; !step.done; step = steps.next()) slices++;
    return { found: step.value, slices };
  };
  test("all words have to be there, in notes too", () => {
    const { found: list, slices } = found("votes S4");
    expect(list.length).toBeGreaterThan(1);
    for (const i of list) expect(run.events[i].notes!.some((n) => n.text.includes("votes"))).toBe(true);
    expect(slices).toBeGreaterThan(10);
  });
  test("quotes hold words together", () => {
    expect(terms(`a "b c" d`)).toEqual(["a", "b c", "d"]);
    expect(found(`"votes s4"`).found).toEqual([]);
  });
  test("nothing is found by nothing", () => expect(found("  ").found).toEqual([]));
});

describe("texts of others", () => {
  test("what cannot be seen is spelled out", () => {
    expect(shown("a\u202eb\u0000c\u2028d")).toBe("a‹U+202E›b‹U+0000›c‹U+2028›d");
    expect(shown("d\u200be\ud800f")).toBe("d‹U+200B›e‹U+D800›f");
    expect(shown("\u{e0041}")).toBe("‹U+E0041›");
    expect(shown("grüße 你好 👍 a\tb\nc")).toBe("grüße 你好 👍 a\tb\nc");
  });
  test("ten million characters are cut, and counted", () => {
    expect(shown("é".repeat(10_000_000))).toHaveLength(2000 + "… (10,000,000 characters in all)".length);
    expect(line("x\ny".repeat(5_000_000)).length).toBeLessThan(1000);
  });
  test("nothing of them gets into a sentence raw", () => {
    const hostile = new Run(synthetic({ events: 3000, hostile: true }));
    for (let i = 0; i < hostile.size; i++) {
      for (const s of [sentence(hostile, i), plain(hostile, hostile.events[i])]) {
        expect(s).not.toMatch(/[\u0000-\u001f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
        expect(s.length).toBeLessThan(4000);
      }
    }
  });
  test("a line is broken between words, and each piece fits", () => {
    expect(wrap("S3 votes for S0 in T2", 10)).toEqual(["S3 votes", "for S0 in", "T2"]);
    const next = random(3);
    for (let k = 0; k < 500; k++) {
      const text = Array.from({ length: 1 + next() * 30 }, () => "ab c\nd".slice(0, 1 + next() * 6)).join(
        next() < 0.5 ? " " : "",
      );
      const pieces = wrap(text, 9, 1000);
      for (const p of pieces) expect(p.length).toBeLessThanOrEqual(9);
      expect(pieces.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      expect(heightOf(text, 9, 1000)).toBe(pieces.length);
      expect(wrap(text, 9, 3).length).toBeLessThanOrEqual(3);
    }
  });
  test("spans have three figures", () => {
    expect([0, 15_000, 1_500_000, 120_000_000, 2_345_678_901].map(span)).toEqual([
      "0 ns",
      "15.0 µs",
      "1.50 ms",
      "120 ms",
      "2.35 s",
    ]);
  });
});

test("of a weather, what is not as on a quiet day is told", () => {
  const quiet = "{RequestDelay:{Min:0s Max:0s Low:false} HoldRequest:0 LoseReply:0 Ordered:false}";
  expect(weather(quiet)).toBe("nothing is delayed or lost");
  expect(
    weather("{RequestDelay:{Min:0s Max:26ms Low:false} HoldRequest:0 LoseReply:0.1 HoldFor:{Min:2s Max:2s Low:true}}"),
  ).toBe("request delay 0s to 26ms, lose reply 0.1, hold for 2s");
  expect(weather("fog")).toBe("fog");
});

describe("the rows of the log", () => {
  const rows = rowsOf(run, false, new Set());
  test("heights are those of what is written", () => {
    const tops = topsOf(run, rows, 12, 60);
    rows.forEach((row, k) => {
      const lines = wrap(wordsOf(run, row), row.node < 0 ? 60 : 12).length;
      expect(tops[k + 1] - tops[k], wordsOf(run, row)).toBe(lines * 17 + 3);
    });
  });
  test("routine and hidden nodes are left out", () => {
    expect(rowsOf(run, true, new Set()).length).toBeGreaterThan(rows.length);
    expect(rowsOf(run, false, new Set([0])).some((r) => run.lane[r.index] === 0)).toBe(false);
  });
  test("what a node hears of another stands in its own column, what is known of another in the other's", () => {
    const run = runOf([
      {
        node: 0,
        kind: "answered",
        notes: [note("vote", 1, "S0 hears that S1 votes for it"), note("leads", 2, "S2 leads T1")],
      },
    ]);
    expect(rowsOf(run, false, new Set()).map((r) => r.node)).toEqual([0, 2]);
  });
  test("the nasty ones are there to be tested with", () =>
    expect(nasty.some((t) => t.includes("</script>"))).toBe(true));
});
