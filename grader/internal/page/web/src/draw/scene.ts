// What is to be drawn, and where it goes: shared by all that draws.
import type { Axis } from "../model/axis.ts";
import type { Lanes } from "../model/lanes.ts";
import type { Run } from "../model/run.ts";
import type { Palette } from "./palette.ts";

// A Mark of the story: an event that a chapter is about.
export interface StoryMark {
  index: number;
  part: string;
  number: number; // of the chapter, from 1
}

export interface View {
  from: number; // positions on the axis
  to: number;
}

export interface Scene {
  run: Run;
  lanes: Lanes;
  axis: Axis;
  view: View;
  visible: Uint8Array; // by event
  hidden: ReadonlySet<number>; // nodes without a lane
  past: Uint8Array | null; // what is not in it is greyed
  story: StoryMark[];
  cursor: number; // index of an event, -1 for none
  hover: number; // likewise
  found: ReadonlySet<number>; // what the search found
  differs: number; // index of the first event in which another run differs; -1 if there is none
}

export const gutter = 72; // px at the left, for names
export const rulerHeight = 24;
export const stepsHeight = 24;
const margin = 14; // px at the right

// A Frame is a scene in so many px.
export interface Frame extends Scene {
  ctx: CanvasRenderingContext2D;
  width: number;
  height: number;
  palette: Palette;
  x(position: number): number;
  y(lane: number): number; // the middle of a lane, -1 if it has none
  laneHeight: number;
  rows: number[]; // nodes that have a lane, from the top
  lo: number; // first event in view
  hi: number; // after the last
  perEvent: number; // px for one place on the axis
  count: number; // of the events in view that are shown
  spacing: number; // px for one of them, on average
}

export function frameOf(
  scene: Scene,
  ctx: CanvasRenderingContext2D,
  width: number,
  height: number,
  palette: Palette,
): Frame {
  const { view, axis } = scene;
  const rows = scene.run.rec.nodes.map((_, node) => node).filter((node) => !scene.hidden.has(node));
  const row = new Map(rows.map((node, k) => [node, k]));
  const top = rulerHeight + stepsHeight;
  const laneHeight = (height - top - 6) / Math.max(1, rows.length);
  const perEvent = (width - gutter - margin) / (view.to - view.from);
  const lo = axis.indexAt(view.from - 2 / perEvent),
    hi = axis.indexAt(view.to + margin / perEvent);
  let count = 0;
  for (let i = lo; i < hi; i++) count += scene.visible[i];
  return {
    ...scene,
    ctx,
    width,
    height,
    palette,
    rows,
    laneHeight,
    perEvent,
    lo,
    hi,
    count,
    spacing: (width - gutter - margin) / Math.max(1, count),
    x: (u) => gutter + (u - view.from) * perEvent,
    y: (lane) => {
      const k = row.get(lane);
      return k === undefined ? -1 : top + (k + 0.5) * laneHeight;
    },
  };
}

// positionAt is the position under so many px from the left.
export const positionAt = (view: View, width: number, x: number) =>
  view.from + ((x - gutter) / (width - gutter - margin)) * (view.to - view.from);

export const plotWidth = (width: number) => width - gutter - margin;
