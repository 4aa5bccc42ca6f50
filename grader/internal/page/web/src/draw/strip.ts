// The whole run in one strip: who led when, how much happened, where faults and the finding are, and the window.
import type { Axis } from "../model/axis.ts";
import type { Scene } from "./scene.ts";
import { type Palette, termColour } from "./palette.ts";
import { gutter, plotWidth } from "./scene.ts";
import { byLane, lowerBound } from "./density.ts";
import { isFault } from "../model/past.ts";

export const stripHeight = 58;
const column = 2; // px

// drawStrip draws the strip. What does not depend on window and cursor is drawn once and kept.
export function drawStrip(scene: Scene, ctx: CanvasRenderingContext2D, width: number, palette: Palette) {
  const { axis, run } = scene;
  const w = plotWidth(width);
  const x = (u: number) => gutter + (u / axis.length) * w;
  ctx.drawImage(pictureOf(scene, width, palette), 0, 0, width, stripHeight);
  const x0 = Math.max(gutter - 2, x(scene.view.from)),
    x1 = Math.min(gutter + w + 2, x(scene.view.to));
  ctx.fillStyle = palette.ground;
  ctx.globalAlpha = 0.6;
  ctx.fillRect(gutter, 0, x0 - gutter, stripHeight);
  ctx.fillRect(x1, 0, gutter + w - x1, stripHeight);
  ctx.globalAlpha = 1;
  const finding = run.index(run.rec.finding?.event ?? 0);
  for (const [i, colour, thick] of [
    [finding, palette.bad, 2],
    [scene.cursor, palette.accent, 1],
  ] as const) {
    if (i < 0) continue;
    ctx.fillStyle = colour;
    ctx.fillRect(x(axis.position[i]) - thick / 2, 0, thick, stripHeight);
  }
  ctx.strokeStyle = palette.accent;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(x0, 1, Math.max(3, x1 - x0), stripHeight - 2);
  ctx.fillStyle = palette.accent;
  ctx.fillRect(x0 - 2, stripHeight / 2 - 8, 4, 16);
  ctx.fillRect(Math.max(x1, x0 + 3) - 2, stripHeight / 2 - 8, 4, 16);
}

const pictures = new WeakMap<Axis, { width: number; palette: Palette; scale: number; canvas: HTMLCanvasElement }>();

function pictureOf(scene: Scene, width: number, palette: Palette): HTMLCanvasElement {
  const scale = devicePixelRatio || 1;
  const known = pictures.get(scene.axis);
  if (known && known.width === width && known.palette === palette && known.scale === scale) return known.canvas;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(stripHeight * scale);
  const ctx = canvas.getContext("2d")!;
  ctx.scale(scale, scale);
  drawRun(scene, ctx, width, palette);
  pictures.set(scene.axis, { width, palette, scale, canvas });
  return canvas;
}

function drawRun(scene: Scene, ctx: CanvasRenderingContext2D, width: number, palette: Palette) {
  const { axis, run } = scene;
  ctx.fillStyle = palette.raised;
  ctx.fillRect(0, 0, width, stripHeight);
  ctx.fillStyle = palette.faint;
  ctx.font = "600 10.5px system-ui, sans-serif";
  ctx.fillText("whole run", 10, 33);
  const w = plotWidth(width);
  const x = (u: number) => gutter + (u / axis.length) * w;
  leaders(scene, ctx, x, palette);
  const lists = byLane(axis, scene.visible);
  const path = new Path2D();
  const before = lists.map(() => 0);
  for (let c = 0; c * column < w; c++) {
    let count = 0;
    lists.forEach((list, lane) => {
      const to = lowerBound(list, ((c + 1) * column * axis.length) / w);
      count += to - before[lane];
      before[lane] = to;
    });
    const h = Math.min(30, 3 + 4 * Math.log2(1 + count));
    if (count > 0) path.rect(gutter + c * column, 46 - h, column - 0.5, h);
  }
  ctx.fillStyle = palette.reply;
  ctx.fill(path);
  let last = -9;
  ctx.fillStyle = palette.bad;
  for (let i = 0; i < run.size; i++) {
    const kind = run.events[i].kind;
    if (!isFault(kind) || kind === "unreachable" || kind === "weather") continue;
    const at = x(axis.position[i]);
    if (at - last < 3) continue;
    last = at;
    ctx.fillRect(at - 0.75, 49, 1.5, kind === "crash" ? 7 : 4);
  }
  for (const s of scene.story) {
    const at = x(axis.position[s.index]);
    ctx.fillStyle = s.part === "contradicts" ? palette.bad : palette.ink;
    ctx.beginPath();
    ctx.moveTo(at, 14);
    ctx.lineTo(at - 4, 7);
    ctx.lineTo(at + 4, 7);
    ctx.fill();
  }
}

function leaders(scene: Scene, ctx: CanvasRenderingContext2D, x: (u: number) => number, palette: Palette) {
  const { axis, lanes } = scene;
  for (const lane of lanes.lanes) {
    for (let k = 0; k < lane.length; k++) {
      const s = lane[k];
      if (s.role !== "leader" || !s.up) continue;
      const from = x(axis.position[Math.max(0, s.from)]);
      const to = k + 1 < lane.length ? x(axis.position[lane[k + 1].from]) : x(axis.length);
      ctx.fillStyle = termColour(palette, s.term);
      ctx.fillRect(from, 3, Math.max(0.5, to - from), 4);
    }
  }
}
