// The times above the lanes, and what the scenario did.
import { scaleLinear } from "d3-scale";
import { line, span } from "../model/text.ts";
import { sentence } from "../model/words.ts";
import type { Frame } from "./scene.ts";
import { gutter, rulerHeight, stepsHeight } from "./scene.ts";
import { sans, small, stroke, text } from "./lanes.ts";

export function drawRuler(f: Frame) {
  const { ctx, palette } = f;
  ctx.fillStyle = palette.raised;
  ctx.fillRect(0, 0, f.width, rulerHeight + stepsHeight);
  ctx.fillStyle = palette.rule;
  ctx.fillRect(0, rulerHeight - 0.5, f.width, 0.5);
  ctx.fillRect(0, rulerHeight + stepsHeight - 0.5, f.width, 0.5);
  ctx.font = `600 10.5px ${sans}`;
  text(f, f.axis.mode === "time" ? "time" : "order", 10, 16, palette.faint);
  text(f, "scenario", 10, rulerHeight + 16, palette.faint);
  ctx.font = small;
  if (f.axis.mode === "time") byTime(f);
  else byOrder(f);
}

function byTime(f: Frame) {
  const { view } = f;
  const scale = scaleLinear([view.from, view.to], [f.x(view.from), f.x(view.to)]);
  const ticks = scale.ticks(Math.max(2, f.width / 110));
  const digits = Math.max(
    1,
    Math.min(9, 3 - Math.floor(Math.log10(Math.max(1e-6, ticks.length > 1 ? ticks[1] - ticks[0] : 1)))),
  );
  for (const t of ticks) {
    const x = scale(t);
    if (x < gutter) continue;
    tick(f, x, `${(t / 1e3).toFixed(digits)} s`);
  }
}

// By order, times stand where there is room; between them, how long one waited.
function byOrder(f: Frame) {
  let free = gutter;
  let before = -1,
    written = -Infinity;
  for (let i = f.lo; i < f.hi; i++) {
    if (!f.visible[i]) continue;
    const x = f.x(f.axis.position[i]);
    if (before >= 0 && f.run.at[i] > f.run.at[before]) {
      const x0 = f.x(f.axis.position[before]);
      if (x - x0 > 46) {
        const words = span(f.run.at[i] - f.run.at[before]);
        text(f, words, (x + x0) / 2 - f.ctx.measureText(words).width / 2, f.height - 6, f.palette.faint);
        f.ctx.fillStyle = f.palette.rule;
        f.ctx.fillRect(x0 + 6, f.height - 3, x - x0 - 12, 1);
      }
    }
    if (x >= free && (before < 0 || f.run.at[i] !== f.run.at[before])) {
      // Within a burst of messages, how much later it is says more than when it is.
      const later = f.run.at[i] - written;
      const words = later < 1e6 ? `+${span(later)}` : `${(f.run.at[i] / 1e9).toFixed(4)} s`;
      if (later >= 1e6) written = f.run.at[i];
      tick(f, x, words);
      free = x + f.ctx.measureText(words).width + 26;
    }
    before = i;
  }
}

function tick(f: Frame, x: number, words: string) {
  f.ctx.strokeStyle = f.palette.rule;
  stroke(f.ctx, Math.round(x) + 0.5, rulerHeight - 6, Math.round(x) + 0.5, f.height);
  text(f, words, x + 3, 15, f.palette.faint);
}

// drawSteps writes what the scenario said, and marks changes of weather and the failure, as far as there is room.
export function drawSteps(f: Frame) {
  const { ctx, palette, run } = f;
  ctx.font = small;
  let free = gutter;
  let ticked = -9;
  const y = rulerHeight;
  const failure = run.index(run.rec.finding?.event ?? 0);
  const fails = failure >= 0 ? f.x(f.axis.position[failure]) - 52 : Infinity; // there the word FAIL begins
  for (let i = f.lo; i < f.hi; i++) {
    const e = run.events[i];
    if ((e.kind !== "step" && e.kind !== "weather" && e.kind !== "failed") || !f.visible[i]) continue;
    const x = f.x(f.axis.position[i]);
    if (x < gutter) continue;
    const failed = e.kind === "failed";
    if (x - ticked > 2 || failed) {
      ctx.fillStyle = failed ? palette.bad : i === f.cursor ? palette.accent : palette.faint;
      ctx.fillRect(x - 0.5, y + 3, failed ? 2 : 1, stepsHeight - 6);
      ticked = x;
    }
    if (failed) {
      ctx.fillStyle = palette.bad;
      ctx.fillRect(x - 0.75, y + stepsHeight, 1.5, f.height);
    }
    let words = failed ? "FAIL" : e.kind === "weather" ? line(sentence(run, i), 60) : line(e.text, 60);
    if ((x < free || x > fails) && !failed) continue;
    ctx.font = failed ? `700 11px ${sans}` : small;
    let width = ctx.measureText(words).width;
    if (!failed && x + width > fails) {
      words = `${words.slice(0, Math.floor((words.length * (fails - x - 12)) / width))}…`;
      width = ctx.measureText(words).width;
      if (words.length < 6) continue;
    }
    if (failed) {
      ctx.fillStyle = palette.bad;
      ctx.beginPath();
      ctx.roundRect(x - width - 10, y + 4, width + 10, 16, 3);
      ctx.fill();
      text(f, words, x - width - 5, y + 16, palette.ground);
    } else {
      ctx.fillStyle = palette.raised;
      ctx.fillRect(x + 2, y + 3, width + 5, stepsHeight - 6);
      ticked = x + width + 5; // what the words cover has no ticks
      text(f, words, x + 4, y + 16, i === f.cursor ? palette.accent : palette.ink);
      free = x + width + 12;
    }
  }
}
