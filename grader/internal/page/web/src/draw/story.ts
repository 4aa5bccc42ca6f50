// What contradicts each other is joined by a line, and has rings; other chapters of the story have their numbers.
import type { Frame } from "./scene.ts";
import { gutter, rulerHeight, stepsHeight } from "./scene.ts";
import { laneOf } from "./marks.ts";
import { sans } from "./lanes.ts";

export function drawStory(f: Frame) {
  const { ctx, palette } = f;
  const at = f.story.map((s) => ({ ...s, x: f.x(f.axis.position[s.index]), y: f.y(laneOf(f, s.index)) }));
  const against = at.filter((s) => s.part === "contradicts" && s.y >= 0);
  ctx.save();
  ctx.beginPath();
  ctx.rect(gutter - 8, rulerHeight + stepsHeight, f.width, f.height);
  ctx.clip();
  for (let k = 1; k < against.length; k++) {
    const a = against[k - 1],
      b = against[k];
    for (const [colour, width] of [
      [palette.ground, 6],
      [palette.bad, 2.5],
    ] as const) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width;
      ctx.beginPath();
      ctx.moveTo(a.x, a.y);
      // In one lane the line bows, so that what lies between stays to be read.
      const bow = Math.min(f.laneHeight * 0.46, 16 + Math.abs(b.x - a.x) * 0.05);
      if (Math.abs(a.y - b.y) < 2) ctx.bezierCurveTo(a.x + 12, a.y + bow, b.x - 12, b.y + bow, b.x, b.y);
      else ctx.bezierCurveTo(a.x + (b.x - a.x) * 0.4, a.y, a.x + (b.x - a.x) * 0.6, b.y, b.x, b.y);
      ctx.stroke();
    }
  }
  const numbers: [number, number][] = [];
  for (const s of at) {
    if (s.x < gutter - 10 || s.x > f.width + 10 || s.y < 0) continue;
    const hard = s.part === "contradicts";
    ctx.strokeStyle = hard || s.part === "fault" ? palette.bad : palette.ink;
    ctx.lineWidth = hard ? 2.5 : 1.5;
    ctx.setLineDash(s.part === "fault" ? [3, 2] : []);
    ctx.beginPath();
    ctx.arc(s.x, s.y, 10.5, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.setLineDash([]);
    // Numbers of marks that are close together stand below one another.
    let y = s.y + 10;
    while (numbers.some(([a, b]) => Math.abs(a - s.x) < 13 && Math.abs(b - y) < 13)) y += 13;
    numbers.push([s.x, y]);
    number(f, s.number, s.x + 11, y, hard || s.part === "fault" ? palette.bad : palette.ink);
  }
  ctx.restore();
}

function number(f: Frame, n: number, x: number, y: number, colour: string) {
  const { ctx } = f;
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.arc(x, y, 6.5, 0, 2 * Math.PI);
  ctx.fill();
  ctx.fillStyle = f.palette.ground;
  ctx.font = `700 9px ${sans}`;
  ctx.textAlign = "center";
  ctx.fillText(String(n), x, y + 3.2);
  ctx.textAlign = "left";
}
