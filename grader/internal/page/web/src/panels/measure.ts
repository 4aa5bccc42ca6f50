// For tests, which drive the page from outside: when it was ready, and how smoothly it moves.
import { paints } from "./painter.ts";
import type { App } from "./app.ts";

interface Frames {
  worst: number; // ms between two frames
  late: number; // the ms that 95 of 100 frames do not exceed
  mean: number;
  worstPaint: number; // ms of drawing in one frame
  frames: number;
}

declare global {
  interface Window {
    raftlab: { frames(): Promise<Frames>; app: App };
  }
}

// measure says that the page is ready: the root element's data-ready is the ms since navigation.
export function measure(app: App) {
  window.raftlab = { frames: () => frames(app), app };
  document.documentElement.dataset.ready = performance.now().toFixed(0);
}

const count = 180;

// frames zooms from the whole run into its middle and out again, and pans, a step in each frame.
async function frames(app: App): Promise<Frames> {
  const pane = app.pane.peek();
  if (!pane) throw new Error("no run is shown");
  const before = pane.view.peek();
  const length = pane.axis.peek().length;
  const deltas: number[] = [];
  paints.length = 0;
  let last = await frame();
  for (let k = 0; k < count; k++) {
    const part = k / count;
    if (part < 1 / 3) within(Math.pow(60 / length, part * 3), 0.5);
    else if (part < 2 / 3) pane.pan(0.05);
    else within(Math.pow(60 / length, (1 - part) * 3), 0.3 + part / 3);
    const now = await frame();
    deltas.push(now - last);
    last = now;
  }
  pane.show(before);
  return {
    worst: Math.max(...deltas),
    late: deltas.toSorted((a, b) => a - b)[Math.floor(count * 0.95)],
    mean: deltas.reduce((a, b) => a + b, 0) / count,
    worstPaint: Math.max(...paints),
    frames: count,
  };

  function within(part: number, middle: number) {
    const width = length * Math.min(1, part);
    pane!.show({ from: length * middle - width / 2, to: length * middle + width / 2 });
  }
}

const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
