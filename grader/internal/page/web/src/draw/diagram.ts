// The space-time diagram: all its layers, and what is under the pointer.
import Flatbush from "flatbush";
import { drawArrows, edgesIn, ends, labelCall } from "./arrows.ts";
import { drawDensity } from "./density.ts";
import { drawLabels } from "./labels.ts";
import { drawLanes, drawNames, drawTerms } from "./lanes.ts";
import { drawMarks, laneOf } from "./marks.ts";
import { drawRuler, drawSteps } from "./ruler.ts";
import type { Palette } from "./palette.ts";
import { type Frame, type Scene, frameOf, gutter, rulerHeight, stepsHeight } from "./scene.ts";
import { drawStory } from "./story.ts";

// mostMarks is how many marks are drawn; beyond, strips of density are.
export const mostMarks = 3500;

export interface Picture {
  frame: Frame;
  // under is the index of the event at a point in px, -1 if there is none near.
  under(x: number, y: number): number;
}

// draw draws a scene into the whole of a canvas, of so many px.
export function draw(
  scene: Scene,
  ctx: CanvasRenderingContext2D,
  width: number,
  height: number,
  palette: Palette,
): Picture {
  const f = frameOf(scene, ctx, width, height, palette);
  ctx.fillStyle = palette.ground;
  ctx.fillRect(0, 0, width, height);
  const detail = f.count <= mostMarks;
  drawRuler(f);
  ctx.save();
  ctx.beginPath();
  ctx.rect(gutter - 8, rulerHeight + stepsHeight, width, height);
  ctx.clip();
  drawLanes(f);
  drawSelection(f);
  let marks: number[];
  if (detail) {
    drawArrows(f, f.count > 1200);
    marks = drawMarks(f);
    drawTerms(f);
    drawLabels(f);
    labelCall(f);
  } else {
    marks = drawDensity(f);
    drawTerms(f);
  }
  ctx.restore();
  drawSteps(f);
  drawStory(f);
  drawCursor(f);
  drawNames(f);
  let index: ((x: number, y: number) => number) | undefined;
  return { frame: f, under: (x, y) => (index ??= pointer(f, marks, detail))(x, y) };
}

function drawSelection(f: Frame) {
  const { ctx, palette } = f;
  ctx.fillStyle = palette.found;
  ctx.globalAlpha = 0.8;
  let drawn = 0;
  for (const i of f.found) {
    if (i < f.lo || i >= f.hi || !f.visible[i] || drawn++ > 2000) continue;
    const y = f.y(laneOf(f, i));
    if (y < 0) continue;
    ctx.beginPath();
    ctx.arc(f.x(f.axis.position[i]), y, 9, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.globalAlpha = 1;
  if (f.differs >= 0) {
    const x = f.x(f.axis.position[f.differs]);
    ctx.fillStyle = palette.accent;
    ctx.globalAlpha = 0.16;
    ctx.fillRect(x - 7, 0, 14, f.height);
    ctx.globalAlpha = 1;
  }
}

function drawCursor(f: Frame) {
  const { ctx, palette } = f;
  for (const [i, strong] of [
    [f.hover, false],
    [f.cursor, true],
  ] as const) {
    if (i < 0) continue;
    const x = f.x(f.axis.position[i]);
    if (x < gutter - 4 || x > f.width) continue;
    ctx.strokeStyle = palette.accent;
    ctx.globalAlpha = strong ? 0.9 : 0.45;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.moveTo(Math.round(x) + 0.5, strong ? 0 : rulerHeight);
    ctx.lineTo(Math.round(x) + 0.5, f.height);
    ctx.stroke();
    const y = f.y(laneOf(f, i));
    if (y >= 0) {
      ctx.lineWidth = 2;
      ctx.strokeRect(x - 8.5, y - 8.5, 17, 17);
    }
    ctx.globalAlpha = 1;
  }
}

const near = 10; // px

// pointer makes an index of what was drawn. Marks win over arrows.
function pointer(f: Frame, marks: number[], detail: boolean): (x: number, y: number) => number {
  const points: { i: number; x: number; y: number }[] = marks.map((i) => ({
    i,
    x: f.x(f.axis.position[i]),
    y: f.y(laneOf(f, i)),
  }));
  for (let i = f.lo; i < f.hi && points.length < 2 * mostMarks; i++) {
    const e = f.run.events[i];
    if (f.visible[i] && (e.kind === "step" || e.kind === "weather" || e.kind === "failed")) {
      points.push({ i, x: f.x(f.axis.position[i]), y: rulerHeight + stepsHeight / 2 });
    }
  }
  const pieces: { i: number; x: number; y: number }[] = [];
  if (detail) {
    edgesIn(f, (k) => {
      if (pieces.length > 60000) return;
      const [x0, y0, x1, y1] = ends(f, k);
      const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 8));
      for (let s = 1; s < steps; s++) {
        pieces.push({ i: f.run.edges.from[k], x: x0 + ((x1 - x0) * s) / steps, y: y0 + ((y1 - y0) * s) / steps });
      }
    });
  }
  const first = indexed(points),
    second = indexed(pieces);
  return (x, y) => {
    const at = first?.neighbors(x, y, 1, near)[0];
    if (at !== undefined) return points[at].i;
    const on = second?.neighbors(x, y, 1, near / 2)[0];
    return on !== undefined ? pieces[on].i : -1;
  };
}

function indexed(points: { x: number; y: number }[]): Flatbush | null {
  if (points.length === 0) return null;
  const index = new Flatbush(points.length);
  for (const p of points) index.add(p.x, p.y, p.x, p.y);
  index.finish();
  return index;
}
