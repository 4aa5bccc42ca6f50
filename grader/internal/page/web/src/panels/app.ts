// The state of the page: which runs are open, and what of them is shown.
import { computed, effect, signal } from "@preact/signals";
import { type Alignment, align, link } from "../model/align.ts";
import type { Mode } from "../model/axis.ts";
import { pause, readRecording } from "../model/data.ts";
import type { Filter } from "../model/filter.ts";
import type { Page } from "../model/recording.ts";
import { Run } from "../model/run.ts";
import { type Focus, Pane } from "./pane.ts";

export type Route =
  { show: "overview" } | { show: "run"; id: string } | { show: "against"; left: string; right: string };

export class App {
  readonly route = signal<Route>({ show: "overview" });
  readonly panes = signal<Pane[]>([]); // those that are shown: one, or two side by side
  readonly active = signal(0);
  readonly alignment = signal<Alignment | null>(null);
  readonly wait = signal("");
  readonly problem = signal("");
  readonly said = signal(""); // what the page has to say for a moment
  readonly help = signal(false);
  readonly tab = signal<"log" | "events">("log");
  readonly noteKind = signal(""); // what [ and ] jump to; any if empty
  readonly pane = computed<Pane | null>(() => this.panes.value[this.active.value] ?? this.panes.value[0] ?? null);
  private readonly known = new Map<string, Pane>();
  private unlink = () => {};
  private saying = 0;

  constructor(readonly page: Page) {}

  // start opens what the page is for: two runs, the overview, or the one run.
  async start() {
    const { against, overview, runs } = this.page;
    if (against) await this.go({ show: "against", ...against });
    else if (overview || runs.length === 0) await this.go({ show: "overview" });
    else await this.go({ show: "run", id: runs[0].id });
  }

  // say shows a sentence for some seconds.
  say(sentence: string) {
    this.said.value = sentence;
    clearTimeout(this.saying);
    this.saying = window.setTimeout(() => (this.said.value = ""), 4000);
  }

  async go(route: Route) {
    this.route.value = route;
    this.problem.value = "";
    this.alignment.value = null;
    this.unlink();
    this.unlink = () => {};
    const ids = route.show === "run" ? [route.id] : route.show === "against" ? [route.left, route.right] : [];
    try {
      const panes: Pane[] = [];
      for (const id of ids) panes.push(await this.open(id));
      if (this.route.value !== route) return;
      this.active.value = 0;
      this.panes.value = panes;
      if (route.show === "against") this.link(panes[0], panes[1]);
    } catch (e) {
      this.problem.value = e instanceof Error ? e.message : String(e);
      this.panes.value = [];
    } finally {
      this.wait.value = "";
    }
  }

  // Runs that are side by side have one axis and one filter.
  setMode(mode: Mode) {
    for (const p of this.panes.peek()) p.setMode(mode);
  }

  setFilter(change: Partial<Filter>) {
    for (const p of this.panes.peek()) p.setFilter(change);
  }

  // actions is what keys do, by KeyboardEvent.key.
  actions(pane: Pane): Record<string, (shift: boolean) => void> {
    const chapters = Object.fromEntries(
      pane.story.filter((s) => s.number <= 9).map((s) => [String(s.number), () => pane.go(s.index)]),
    );
    return {
      n: () => pane.step(1),
      p: () => pane.step(-1),
      ArrowRight: (shift) => (shift ? pane.pan(0.2) : pane.stepInLane(1)),
      ArrowLeft: (shift) => (shift ? pane.pan(-0.2) : pane.stepInLane(-1)),
      ArrowDown: () => pane.toLane(1),
      ArrowUp: () => pane.toLane(-1),
      "]": () => pane.stepKind(1, this.noteKind.peek()),
      "[": () => pane.stepKind(-1, this.noteKind.peek()),
      m: () => pane.stepMessage(),
      f: () => pane.openAtFinding(),
      "+": () => pane.zoom(1.6),
      "=": () => pane.zoom(1.6),
      "-": () => pane.zoom(1 / 1.6),
      "0": () => pane.show({ from: 0, to: pane.axis.peek().length }),
      t: () => this.setMode(pane.mode.peek() === "time" ? "order" : "time"),
      h: () => this.setFilter({ routine: !pane.filter.peek().routine }),
      c: () => (pane.focus.value = nextFocus(pane.focus.peek(), pane.findingPast !== null)),
      l: () => (this.tab.value = "log"),
      e: () => (this.tab.value = "events"),
      "/": () => document.getElementById("search")?.focus(),
      Enter: (shift) => pane.stepFound(shift ? -1 : 1),
      Escape: () => pane.find(""),
      ...chapters,
    };
  }

  private async open(id: string): Promise<Pane> {
    const known = this.known.get(id);
    if (known) return known;
    this.wait.value = "Reading the run…";
    const rec = await readRecording(id);
    await pause();
    const { title, command } = this.page.runs.find((r) => r.id === id) ?? { title: id, command: undefined };
    const replay = command ?? `go run ./grader replay ${rec.implementation} ${rec.scenario} ${rec.seed}`;
    const pane = new Pane(id, title, new Run(rec), replay);
    this.known.set(id, pane);
    return pane;
  }

  // link aligns two runs: where one is looked at, the other shows what happened at the same place of the story.
  private link(left: Pane, right: Pane) {
    const a = align(left.run, right.run);
    this.alignment.value = a;
    left.differs.value = a.leftFirst?.index ?? -1;
    right.differs.value = a.rightFirst?.index ?? -1;
    const panes = [left, right] as const;
    const stops = computed(() =>
      a.pairs
        .map(([i, j]): [number, number] => [
          left.axis.value.position[a.left[i].index],
          right.axis.value.position[a.right[j].index],
        ])
        .filter((s, k, all) => k === 0 || (s[0] > all[k - 1][0] && s[1] > all[k - 1][1])),
    );
    for (const pane of panes) {
      if (pane.differs.peek() < 0) continue;
      pane.go(pane.differs.peek());
      const u = pane.axis.peek().position[pane.cursor.peek()];
      pane.show({ from: u - 40, to: u + 30 });
    }
    const follow = (side: 0 | 1) =>
      effect(() => {
        const view = panes[side].view.value;
        const s = stops.value;
        if (this.active.peek() !== side || s.length === 0) return;
        const from = link(s, view.from, side),
          to = link(s, view.to, side);
        panes[1 - side].show({ from, to: Math.max(to, from + 6) });
      });
    const ends = [follow(0), follow(1)];
    this.unlink = () => {
      ends.forEach((end) => end());
      panes.forEach((p) => (p.differs.value = -1));
    };
  }
}

const nextFocus = (f: Focus, finding: boolean): Focus =>
  f === "finding" ? "cursor" : f === "cursor" ? "off" : finding ? "finding" : "cursor";
