// Messages: an arrow from the event that sent each to the one where its way ended.
import { Double, LostReply, LostRequest, Reply, Request, Unreachable, edgeBlock } from "../model/run.ts";
import type { Frame } from "./scene.ts";
import { sans } from "./lanes.ts";
import { gutter } from "./scene.ts";

// edgesIn calls back for each message that is on its way within the frame.
export function edgesIn(f: Frame, each: (k: number) => void) {
  const { edges } = f.run;
  for (let b = 0; b < edges.reach.length; b++) {
    const start = b * edgeBlock;
    if (edges.from[start] >= f.hi) break;
    if (edges.reach[b] < f.lo) continue;
    const end = Math.min(start + edgeBlock, edges.from.length);
    for (let k = start; k < end; k++) {
      const i = edges.from[k],
        j = edges.to[k];
      if (i >= f.hi || j < f.lo || !f.visible[i] || !f.visible[j]) continue;
      if (f.y(edges.fromLane[k]) < 0 || f.y(edges.toLane[k]) < 0) continue;
      each(k);
    }
  }
}

// ends are the ends of an arrow in px. What is lost ends on its way, what cannot be reached right where it began.
export function ends(f: Frame, k: number): [x0: number, y0: number, x1: number, y1: number] {
  const { edges } = f.run;
  const x0 = f.x(f.axis.position[edges.from[k]]),
    y0 = f.y(edges.fromLane[k]);
  let x1 = f.x(f.axis.position[edges.to[k]]),
    y1 = f.y(edges.toLane[k]);
  const kind = edges.kind[k];
  if (kind === LostRequest || kind === LostReply) y1 = y0 + (y1 - y0) * 0.6;
  if (kind === Unreachable) {
    y1 = y0 + Math.sign(y1 - y0) * Math.min(Math.abs(y1 - y0) * 0.4, f.laneHeight * 0.45);
    x1 = Math.min(x1, x0 + 12);
  }
  return [x0, y0, x1, y1];
}

interface Style {
  colour: string;
  width: number;
  dash: number[];
  head: boolean;
  path: Path2D;
  heads: Path2D;
}

// drawArrows draws the messages, many of a style at once.
// Where it is crowded they have neither heads nor dashes, which cannot be told apart there and take most of the time.
export function drawArrows(f: Frame, crowded: boolean) {
  const { ctx, palette, run } = f;
  const { edges } = run;
  const styles = new Map<string, Style>();
  const style = (name: string, colour: string, width: number, dash: number[], head = true): Style => {
    let s = styles.get(name);
    if (!s) styles.set(name, (s = { colour, width, dash, head, path: new Path2D(), heads: new Path2D() }));
    return s;
  };
  const call = f.cursor >= 0 ? (run.events[f.cursor].call ?? 0) : 0;
  const hovered = f.hover >= 0 ? (run.events[f.hover].call ?? 0) : 0;
  const late = lateness(f);
  edgesIn(f, (k) => {
    const i = edges.from[k],
      j = edges.to[k],
      kind = edges.kind[k];
    const [x0, y0, x1, y1] = ends(f, k);
    const grey = f.past !== null && !f.past[i];
    // What left within the past and arrived outside it is half of the story: it was sent, and nobody knew.
    const half = f.past !== null && f.past[i] === 1 && !f.past[j] ? "half " : grey ? "grey " : "";
    const its = run.events[i].call ?? 0;
    const lit = its > 0 && (its === call || its === hovered);
    const slow = run.at[j] - run.at[i] > late && kind <= Double;
    const name =
      (lit ? "lit " : half) + (kind === Request && slow ? "late" : kind === Reply && slow ? "late reply" : kind);
    const colour = lit
      ? palette.accent
      : kind >= LostRequest && kind !== Unreachable
        ? palette.bad
        : slow
          ? palette.late
          : kind === Request
            ? palette.message
            : palette.reply;
    const dash = kind === Reply ? [5, 3] : kind === Double ? [2, 3] : kind === Unreachable ? [2, 2] : [];
    const s = style(name, colour, lit ? 2.2 : slow ? 1.5 : 1, dash);
    s.path.moveTo(x0, y0);
    s.path.lineTo(x1, y1);
    if (kind === Unreachable) bar(s.heads, x1, y1);
    else if (kind === LostRequest || kind === LostReply) cross(s.heads, x1, y1);
    else if (!crowded) head(s.heads, x0, y0, x1, y1);
  });
  for (const [name, s] of styles) {
    ctx.globalAlpha = name.startsWith("grey") ? 0.16 : name.startsWith("half") ? 0.5 : 1;
    ctx.strokeStyle = ctx.fillStyle = s.colour;
    ctx.lineWidth = s.width;
    if (!crowded) ctx.setLineDash(s.dash);
    ctx.stroke(s.path);
    ctx.setLineDash([]);
    ctx.lineWidth = Math.max(1.5, s.width);
    ctx.fill(s.heads);
    ctx.stroke(s.heads);
  }
  ctx.globalAlpha = 1;
}

// labelCall names the message that the cursor is on, along its arrow.
export function labelCall(f: Frame) {
  const call = f.cursor >= 0 ? (f.run.events[f.cursor].call ?? 0) : 0;
  if (!call) return;
  const { edges } = f.run;
  edgesIn(f, (k) => {
    const e = f.run.events[edges.from[k]];
    if (e.call !== call || edges.kind[k] !== Request) return;
    const [x0, y0, x1, y1] = ends(f, k);
    let x = Math.max(gutter + 8, (x0 + x1) / 2 + 6);
    const y = (y0 + y1) / 2;
    f.ctx.font = `600 10.5px ${sans}`;
    const words = `${(e.method ?? "").replace(/^.*\./, "").slice(0, 30)} #${call}`;
    const width = f.ctx.measureText(words).width;
    if (x + width > f.width - 4) x = (x0 + x1) / 2 - width - 8;
    f.ctx.globalAlpha = 0.85;
    f.ctx.fillStyle = f.palette.ground;
    f.ctx.fillRect(x - 3, y - 9, width + 6, 13);
    f.ctx.globalAlpha = 1;
    f.ctx.fillStyle = f.palette.accent;
    f.ctx.fillText(words, x, y + 1);
  });
}

// lateness is how long a message takes in this run, in ns, that is said to be late: ten times as long as most.
function lateness(f: Frame): number {
  const known = latenesses.get(f.run);
  if (known !== undefined) return known;
  const { edges, at } = f.run;
  const ways: number[] = [];
  for (let k = 0; k < edges.kind.length; k++)
    if (edges.kind[k] <= Reply) ways.push(at[edges.to[k]] - at[edges.from[k]]);
  ways.sort((a, b) => a - b);
  const late = Math.max(20e6, 10 * (ways[ways.length >> 1] ?? 0));
  latenesses.set(f.run, late);
  return late;
}
const latenesses = new WeakMap<object, number>();

function head(path: Path2D, x0: number, y0: number, x1: number, y1: number) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 14) return;
  const dx = (x1 - x0) / length,
    dy = (y1 - y0) / length;
  const tipX = x1 - dx * 4,
    tipY = y1 - dy * 4; // before the mark of the event
  path.moveTo(tipX, tipY);
  path.lineTo(tipX - dx * 6 - dy * 2.6, tipY - dy * 6 + dx * 2.6);
  path.lineTo(tipX - dx * 6 + dy * 2.6, tipY - dy * 6 - dx * 2.6);
  path.closePath();
}

function cross(path: Path2D, x: number, y: number) {
  path.moveTo(x - 4, y - 4);
  path.lineTo(x + 4, y + 4);
  path.moveTo(x + 4, y - 4);
  path.lineTo(x - 4, y + 4);
}

function bar(path: Path2D, x: number, y: number) {
  path.moveTo(x - 3.5, y);
  path.lineTo(x + 3.5, y);
}
