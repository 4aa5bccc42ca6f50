import { describe, expect, test } from "vitest";
import type { State } from "./recording.ts";
import { States, parentOf, treeOf } from "./state.ts";
import { runOf, vote } from "./testing.ts";

const states: State[] = [
  {
    event: 5,
    node: 0,
    changes: [
      { path: "term", value: "1" },
      { path: "log[2].Term", value: "7" },
      { path: "log[10].Term", value: "8" },
    ],
    goroutines: [{ place: "ticker", waits: "sleep" }],
  },
  { event: 9, node: 1, changes: [{ path: "votedFor", value: "0" }] },
  {
    event: 10,
    node: 0,
    changes: [
      { path: "term", value: "2" },
      { path: "log[10].Term", gone: true },
      { path: "votes", value: "2" },
    ],
  },
];

describe("memory", () => {
  const run = runOf(vote, { states });
  const at = (node: number, event: number) => new States(run).at(node, run.index(event));
  const term = (event: number) => at(0, event)?.values.get("term");

  test("an event shows the state at the end of its turn", () => {
    expect(term(3)).toBe("1"); // its turn ends with event 5
    expect(term(5)).toBe("1");
    expect(term(7)).toBe("1"); // another node's event: as it was then
    expect(term(10)).toBe("2");
    expect(term(11)).toBe("2");
  });
  test("before the first state nothing is known", () => {
    expect(at(0, 1)).toBeNull();
    expect(at(1, 2)).toBeNull();
    expect(at(2, 9)).toBeNull();
    expect(new States(run).first(1)).toBe(run.index(9));
  });
  test("going back and forth gives the same", () => {
    const s = new States(run);
    const value = (event: number) => [...(s.at(0, run.index(event))?.values ?? [])].join(" ");
    const forth = [5, 10].map(value);
    expect([10, 5].map(value)).toEqual([...forth].reverse());
    expect(forth[0]).not.toBe(forth[1]);
  });
  test("what changed is marked, goroutines stay until they change", () => {
    const m = at(0, 10)!;
    expect(m.changed).toEqual(
      new Map([
        ["term", "1"],
        ["votes", undefined],
      ]),
    );
    expect(m.gone).toEqual(new Map([["log[10].Term", "8"]]));
    expect(m.goroutines).toEqual([{ place: "ticker", waits: "sleep" }]);
    expect(m.goroutinesChanged).toBe(false);
  });
  test("the tree has the paths in their order, with marks", () => {
    const flat: string[] = [];
    const walk = (b: ReturnType<typeof treeOf>, depth: number) => {
      for (const c of b.children) {
        flat.push(`${" ".repeat(depth)}${c.name} ${c.value ?? ""} ${c.mark}`.trimEnd());
        walk(c, depth + 1);
      }
    };
    walk(treeOf(at(0, 10)!), 0);
    expect(flat).toEqual(["log", " [2]", "  Term 7", " [10]", "  Term  gone", "term 2 changed", "votes 2 new"]);
  });
  test("in the first state nothing is marked", () => {
    expect(JSON.stringify(treeOf(at(0, 5)!))).not.toMatch(/"mark":"(new|changed)"/);
  });
});

test("paths are taken apart at dots and brackets, not within quotes", () => {
  expect(parentOf("log[3].Term")).toEqual(["log[3]", "Term"]);
  expect(parentOf("log[3]")).toEqual(["log", "[3]"]);
  expect(parentOf(`m["a.b[1]"].x`)).toEqual([`m["a.b[1]"]`, "x"]);
  expect(parentOf(`m["a\\"].b"]`)).toEqual(["m", `["a\\"].b"]`]);
  expect(parentOf("term")).toEqual(["", "term"]);
  for (const odd of ["", ".", "[", "]", "a..b", "[[[", `["`]) {
    const [parent, name] = parentOf(odd);
    expect(parent.length + name.length).toBeGreaterThanOrEqual(odd.length - 1);
    expect(parent === "" || parent.length < odd.length).toBe(true);
  }
});

test("a path of a million parts ends", () => {
  const path = "a" + ".b".repeat(1_000_000);
  const run = runOf(vote, { states: [{ event: 5, node: 0, changes: [{ path, value: "1" }] }] });
  let depth = 0;
  for (let b = treeOf(new States(run).at(0, 4)!); b.children.length > 0; b = b.children[0]) depth++;
  expect(depth).toBeLessThan(40);
});
