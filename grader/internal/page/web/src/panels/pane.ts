// A Pane is a run as it is looked at: the window, the cursor, the filter. All of it are signals, from which panels and
// drawings follow.
import { batch, computed, signal } from "@preact/signals";
import { Axis, type Mode } from "../model/axis.ts";
import { type Filter, defaults, next, passing } from "../model/filter.ts";
import { lanesOf } from "../model/lanes.ts";
import { chainOf, pastOf } from "../model/past.ts";
import type { Run } from "../model/run.ts";
import { Search } from "../model/search.ts";
import { States } from "../model/state.ts";
import type { Scene, StoryMark, View } from "../draw/scene.ts";

export type Focus = "finding" | "cursor" | "off";

export class Pane {
  readonly lanes;
  readonly states: States;
  readonly search: Search;
  readonly story: StoryMark[];
  readonly finding: number; // index of the Failed event, -1 if there is none
  readonly findingPast: Uint8Array | null;
  readonly chain: number[]; // causes that led to the finding
  readonly mode = signal<Mode>("order");
  readonly filter = signal<Filter>(defaults);
  readonly view = signal<View>({ from: 0, to: 1 });
  readonly cursor = signal(-1);
  readonly hover = signal(-1);
  readonly focus = signal<Focus>("finding");
  readonly query = signal("");
  readonly found = signal<number[]>([]);
  readonly searching = signal(false);
  readonly differs = signal(-1);
  readonly node = signal(0); // whose state is shown

  readonly visible = computed(() => passing(this.run, this.lanes, this.filter.value, this.findingPast, this.kept));
  readonly axis = computed(() => new Axis(this.run, this.visible.value, this.mode.value));
  readonly foundSet = computed<ReadonlySet<number>>(() => new Set(this.found.value));
  readonly past = computed<Uint8Array | null>(() => {
    switch (this.focus.value) {
      case "off":
        return null;
      case "finding":
        return this.findingPast;
      case "cursor":
        return this.cursor.value >= 0 ? pastOf(this.run, [this.cursor.value]) : null;
    }
  });
  readonly scene = computed<Scene>(() => ({
    run: this.run,
    lanes: this.lanes,
    axis: this.axis.value,
    view: this.view.value,
    visible: this.visible.value,
    hidden: this.filter.value.nodes,
    past: this.past.value,
    story: this.story,
    cursor: this.cursor.value,
    hover: this.hover.value,
    found: this.foundSet.value,
    differs: this.differs.value,
  }));
  private readonly kept: number[];
  private searchNumber = 0;

  constructor(
    readonly id: string,
    readonly title: string,
    readonly run: Run,
    readonly command: string,
  ) {
    this.lanes = lanesOf(run);
    this.states = new States(run);
    this.search = new Search(run);
    const f = run.rec.finding;
    this.story = (f?.story ?? [])
      .map((c, k) => ({ index: c.event > 0 ? run.index(c.event) : -1, part: c.part, number: k + 1 }))
      .filter((s) => s.index >= 0);
    this.finding = f ? run.index(f.event) : -1;
    this.kept = [...this.story.map((s) => s.index), this.finding];
    // What the story tells is never grey: it may have to do with the finding without being a cause of it, as a crash
    // has.
    this.findingPast = this.finding >= 0 || this.story.length > 0 ? pastOf(run, this.kept) : null;
    // Some failures come of nothing in particular: nobody led. Then all would be grey that has to do with it.
    const hard = this.story.filter((s) => s.part === "contradicts").map((s) => s.index);
    const past = pastOf(run, [this.finding, ...hard]).reduce((sum, p) => sum + p, 0);
    if (past < 4 + hard.length) this.focus.value = "off";
    // A failure that is found late, as one of a history, was not caused by what happened last.
    this.chain = this.finding >= 0 ? chainOf(run, hard.length > 0 ? Math.max(...hard) : this.finding) : [];
    this.openAtFinding();
  }

  // openAtFinding shows the events that contradict each other, or the end, and sets the cursor on the last of them.
  openAtFinding() {
    const axis = this.axis.peek();
    // That the run fails may be one side of the contradiction; what led to it is where to look then.
    const sides = this.story.filter((s) => s.part === "contradicts").map((s) => s.index);
    const others = sides.filter((i) => i !== this.finding);
    const hard = others.length > 0 ? others : sides;
    const all = this.story.map((s) => s.index).filter((i) => i !== this.finding);
    const end =
      hard.length > 0 ? Math.max(...hard) : this.finding >= 0 ? this.finding : Math.min(this.run.size - 1, 150);
    const at = (i: number) => axis.position[i];
    const roomy = this.mode.peek() === "order" ? 120 : axis.length; // as much can be read without looking closer
    const near = this.finding >= 0 && at(this.finding) - at(end) < roomy / 4 ? this.finding : end;
    const last = at(Math.max(0, near));
    const earliest = (list: number[]) => Math.min(last, ...list.map(at));
    const whole = last - earliest(all) < roomy;
    const start = whole ? earliest(all) : last - earliest(hard) < 4 * roomy ? earliest(hard) : last;
    const least = this.mode.peek() === "order" ? 42 : axis.length / 200;
    const width = Math.max(least, (last - start) * 1.12);
    batch(() => {
      this.show({ from: last - width * 0.92, to: last + width * 0.08 });
      const cursor = hard.length > 0 ? hard[hard.length - 1] : end;
      this.cursor.value = Math.min(cursor, this.run.size - 1);
      // A failure is no node's; what it came of is.
      const lane = [this.cursor.value, ...this.chain.toReversed()]
        .map((i) => this.run.lane[i])
        .find((lane) => lane >= 0);
      if (lane !== undefined) this.node.value = lane;
    });
  }

  // show sets the window, as far as the run has it.
  show(v: View) {
    const length = this.axis.peek().length;
    const least = this.mode.peek() === "order" ? Math.min(6, length) : Math.min(1e-4, length);
    const width = Math.min(Math.max(v.to - v.from, least), length * 1.1);
    const middle = (v.from + v.to) / 2;
    const from = Math.min(Math.max(middle - width / 2, -width * 0.1), length + width * 0.1 - width);
    this.view.value = { from, to: from + width };
  }

  zoom(factor: number, around?: number) {
    const { from, to } = this.view.peek();
    const u = around ?? this.anchor();
    this.show({ from: u - (u - from) / factor, to: u + (to - u) / factor });
  }

  pan(part: number) {
    const { from, to } = this.view.peek();
    const by = (to - from) * part;
    this.show({ from: from + by, to: to + by });
  }

  // anchor is what stays in its place: the cursor if it is in the window, else the middle.
  private anchor(): number {
    const { from, to } = this.view.peek();
    const c = this.cursor.peek();
    const u = c >= 0 ? this.axis.peek().position[c] : NaN;
    return u >= from && u <= to ? u : (from + to) / 2;
  }

  // go sets the cursor, and moves the window so that it is in it.
  go(i: number) {
    if (i < 0 || i >= this.run.size) return;
    batch(() => {
      this.cursor.value = i;
      const lane = this.run.lane[i];
      if (lane >= 0) this.node.value = lane;
      const u = this.axis.peek().position[i];
      const { from, to } = this.view.peek();
      const width = to - from;
      if (u < from + width * 0.04) this.show({ from: u - width * 0.25, to: u + width * 0.75 });
      else if (u > to - width * 0.04) this.show({ from: u - width * 0.75, to: u + width * 0.25 });
    });
  }

  step(by: 1 | -1) {
    const shown = this.visible.peek();
    const i = next(this.run.size, this.cursor.peek(), by, (i) => shown[i] === 1);
    if (i >= 0) this.go(i);
  }

  stepInLane(by: 1 | -1) {
    const shown = this.visible.peek(),
      lane = this.run.lane[this.cursor.peek()];
    const i = next(this.run.size, this.cursor.peek(), by, (i) => shown[i] === 1 && this.run.lane[i] === lane);
    if (i >= 0) this.go(i);
  }

  // toLane goes to the nearest event in the next lane up or down.
  toLane(by: 1 | -1) {
    const hidden = this.filter.peek().nodes,
      shown = this.visible.peek(),
      position = this.axis.peek().position;
    const cursor = this.cursor.peek();
    let lane = this.run.lane[cursor] < 0 ? (by > 0 ? -1 : this.run.rec.nodes.length) : this.run.lane[cursor];
    do lane += by;
    while (hidden.has(lane));
    const before = next(this.run.size, cursor + 1, -1, (i) => shown[i] === 1 && this.run.lane[i] === lane);
    const after = next(this.run.size, cursor - 1, 1, (i) => shown[i] === 1 && this.run.lane[i] === lane);
    const distance = (i: number) => (i < 0 ? Infinity : Math.abs(position[i] - position[Math.max(0, cursor)]));
    this.go(distance(before) <= distance(after) ? before : after);
  }

  // stepKind goes to the next event with a note of a kind, or with any that is not routine.
  stepKind(by: 1 | -1, kind: string) {
    const i = next(this.run.size, this.cursor.peek(), by, (i) => {
      const notes = this.run.events[i].notes;
      return notes !== undefined && notes.some((n) => (kind ? n.kind === kind : !n.routine));
    });
    if (i >= 0) this.go(i);
  }

  // stepMessage goes to the next step of the message that the cursor is on, and from the last to the first.
  stepMessage() {
    const steps = this.run.message(this.cursor.peek());
    if (steps.length > 0) this.go(steps[(steps.indexOf(this.cursor.peek()) + 1) % steps.length]);
  }

  stepFound(by: 1 | -1) {
    const list = this.found.peek(),
      c = this.cursor.peek();
    const i = by > 0 ? (list.find((i) => i > c) ?? list[0]) : (list.findLast((i) => i < c) ?? list[list.length - 1]);
    if (i !== undefined) this.go(i);
  }

  // setFilter changes what is shown, and setMode the axis. What is looked at stays where it was on the screen.
  setFilter(change: Partial<Filter>) {
    this.keeping(() => (this.filter.value = { ...this.filter.peek(), ...change }));
  }

  setMode(mode: Mode) {
    if (mode === this.mode.peek()) return;
    const axis = this.axis.peek(),
      { from, to } = this.view.peek();
    const t0 = axis.timeAt(from),
      t1 = axis.timeAt(to);
    batch(() => {
      this.mode.value = mode;
      const after = this.axis.value;
      const u0 = after.positionAt(t0),
        u1 = Math.max(after.positionAt(t1), u0 + 1e-3);
      this.show({ from: u0 - (u1 - u0) * 0.04, to: u1 + (u1 - u0) * 0.06 });
    });
  }

  private keeping(change: () => void) {
    const { from, to } = this.view.peek();
    const before = this.axis.peek();
    const c = this.cursor.peek();
    const inside = c >= 0 && before.position[c] >= from && before.position[c] <= to;
    const i = inside ? c : Math.min(this.run.size - 1, before.indexAt((from + to) / 2));
    const part = i >= 0 ? (before.position[i] - from) / (to - from) : 0;
    batch(() => {
      change();
      if (i < 0) return;
      const u = this.axis.value.position[i],
        width = to - from;
      this.show({ from: u - part * width, to: u + (1 - part) * width });
    });
  }

  // find starts a search; what another was looking for is forgotten.
  find(query: string) {
    const number = ++this.searchNumber;
    this.query.value = query;
    const steps = this.search.find(query);
    const on = () => {
      if (number !== this.searchNumber) return;
      const until = performance.now() + 8;
      let step;
      do step = steps.next();
      while (!step.done && performance.now() < until);
      batch(() => {
        this.found.value = [...step.value];
        this.searching.value = !step.done;
      });
      if (!step.done) setTimeout(on, 0);
    };
    on();
  }
}
