// The lanes: a band for what each node was, by role and term.
import { stretchAt, type Stretch } from "../model/lanes.ts";
import type { Frame } from "./scene.ts";
import { gutter, rulerHeight, stepsHeight } from "./scene.ts";
import { termColour } from "./palette.ts";
import { line } from "../model/text.ts";

const thickness = { leader: 14, candidate: 14, follower: 6, "": 2 };

export function drawLanes(f: Frame) {
  for (const node of f.rows) {
    const lane = f.lanes.lanes[node];
    const y = f.y(node);
    f.ctx.fillStyle = f.palette.rule;
    f.ctx.fillRect(0, Math.round(y + f.laneHeight / 2) - 0.5, f.width, 0.5);
    let from = firstIn(lane, f.lo);
    for (let drawn = -Infinity; from < lane.length && lane[from].from <= f.hi; from++) {
      const s = lane[from],
        next = lane[from + 1];
      const x0 = Math.max(gutter, s.from < 0 ? -1 : f.x(f.axis.position[s.from]));
      const x1 = Math.min(f.width, next ? f.x(f.axis.position[next.from]) : f.x(f.axis.length));
      if (x1 - Math.max(x0, drawn) < 0.7) continue; // too short to be seen
      drawn = x1;
      band(f, s, x0, x1, y);
    }
  }
}

function firstIn(lane: Stretch[], index: number): number {
  const s = stretchAt(lane, index - 1);
  return Math.max(0, lane.indexOf(s));
}

function band(f: Frame, s: Stretch, x0: number, x1: number, y: number) {
  const { ctx, palette } = f;
  const width = x1 - x0;
  if (!s.up) {
    ctx.strokeStyle = palette.rule;
    ctx.setLineDash([1, 5]);
    stroke(ctx, x0, y, x1, y, 1.5);
    ctx.setLineDash([]);
    return;
  }
  const h = thickness[s.role];
  const colour = s.role ? termColour(palette, s.term) : palette.faint;
  ctx.fillStyle = colour;
  ctx.globalAlpha = s.role === "follower" ? 0.42 : s.role === "candidate" ? 0.3 : s.role === "leader" ? 0.72 : 0.6;
  ctx.fillRect(x0, y - h / 2, width, h);
  ctx.globalAlpha = 1;
  if (s.role === "candidate") hatch(f, x0, y - h / 2, width, h, colour, 5);
  if (s.role === "leader") {
    ctx.fillStyle = colour;
    ctx.fillRect(x0, y - h / 2 - 2, width, 2); // a crown, of sorts: leaders have an edge
  }
  if (s.alone) {
    // between rails, so to speak
    ctx.strokeStyle = palette.bad;
    ctx.setLineDash([4, 3]);
    stroke(ctx, x0, y - 11, x1, y - 11, 1.2);
    stroke(ctx, x0, y + 10, x1, y + 10, 1.2);
    ctx.setLineDash([]);
  }
  if (s.paused) {
    ctx.globalAlpha = 0.75;
    ctx.fillStyle = palette.ground;
    ctx.fillRect(x0, y - 11, width, 22);
    ctx.globalAlpha = 1;
    hatch(f, x0, y - 11, width, 22, palette.faint, 8);
    if (width > 60) text(f, "paused", x0 + 5, y + 3.5, palette.ink);
  }
}

function hatch(f: Frame, x: number, y: number, w: number, h: number, colour: string, gap: number) {
  const { ctx } = f;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (let i = Math.floor((x - h) / gap) * gap; i < x + w; i += gap) {
    ctx.moveTo(i, y + h);
    ctx.lineTo(i + h, y);
  }
  ctx.stroke();
  ctx.restore();
}

// drawTerms writes, where a stretch begins and there is room, which term and role it is.
export function drawTerms(f: Frame) {
  if (f.laneHeight < 34) return;
  f.ctx.font = small;
  for (const node of f.rows) {
    const lane = f.lanes.lanes[node];
    const y = f.y(node);
    let free = gutter;
    for (let k = firstIn(lane, f.lo); k < lane.length && lane[k].from <= f.hi; k++) {
      const s = lane[k],
        next = lane[k + 1];
      if (!s.up || !s.role) continue;
      const x0 = Math.max(gutter + 2, free, f.x(f.axis.position[Math.max(0, s.from)]) + 3);
      const x1 = next ? f.x(f.axis.position[next.from]) : f.width;
      const label = `T${s.term}${s.role === "follower" ? "" : ` ${s.role}`}${s.alone ? ", cut off" : ""}`;
      const room = x1 - x0;
      const width = f.ctx.measureText(label).width;
      if (room < width + 4) continue;
      text(f, label, x0, y + f.laneHeight / 2 - 5, termColour(f.palette, s.term));
      free = x0 + width + 8;
    }
  }
}

// drawNames writes the names of the nodes, and what each is at the cursor.
export function drawNames(f: Frame) {
  const { ctx, palette } = f;
  ctx.fillStyle = palette.ground;
  ctx.fillRect(0, rulerHeight + stepsHeight, gutter - 4, f.height);
  for (const node of f.rows) {
    const y = f.y(node);
    ctx.fillStyle = palette.rule;
    ctx.fillRect(0, Math.round(y + f.laneHeight / 2) - 0.5, gutter - 4, 0.5);
    const at = f.cursor >= 0 ? f.cursor : f.run.size - 1;
    const s = stretchAt(f.lanes.lanes[node], at);
    ctx.font = `600 13px ${sans}`;
    text(f, line(f.run.node(node), 8), 10, y + (f.laneHeight > 34 ? -1 : 4), palette.ink, gutter - 16);
    if (f.laneHeight <= 34) continue;
    ctx.font = small;
    const is = !s.up
      ? "down"
      : s.paused
        ? "paused"
        : s.alone && !s.role
          ? "cut off"
          : s.role
            ? `${s.role} T${s.term}`
            : "";
    text(f, is, 10, y + 12, s.up && s.role ? termColour(palette, s.term) : palette.faint, gutter - 16);
  }
}

export const sans = 'system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif';
export const small = `10.5px ${sans}`;

export function text(f: Frame, words: string, x: number, y: number, colour: string, most?: number) {
  f.ctx.fillStyle = colour;
  f.ctx.fillText(words, x, y, most);
}

export function stroke(ctx: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number, width = 1) {
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}
