// What is printed: one page with the finding, the story, the window of the diagram, and how to have the run again.
import { signal } from "@preact/signals";
import { draw } from "../draw/diagram.ts";
import { printed } from "../draw/palette.ts";
import { line, seconds, shown } from "../model/text.ts";
import type { App } from "./app.ts";

const picture = signal("");
const width = 1100,
  height = 400; // px, at twice the density

// onPrint has the window drawn, in the colours of paper, before the browser prints.
export function onPrint(app: App) {
  addEventListener("beforeprint", () => {
    const pane = app.pane.peek();
    if (!pane) return;
    const canvas = document.createElement("canvas");
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    const ctx = canvas.getContext("2d")!;
    ctx.scale(2, 2);
    draw({ ...pane.scene.peek(), hover: -1 }, ctx, width, height, printed);
    picture.value = canvas.toDataURL("image/png");
    const img = document.querySelector<HTMLImageElement>(".paper img");
    if (img) img.src = picture.value;
  });
}

const mostChapters = 14;

export function Paper({ app }: { app: App }) {
  const pane = app.pane.value;
  if (!pane) return null;
  const { run } = pane,
    f = run.rec.finding;
  const chapters = f?.story ?? [];
  return (
    <article class="paper">
      <p class="facts">
        {line(run.rec.implementation, 160)} · {line(run.rec.scenario, 80)} · seed {line(run.rec.seed, 20)}
      </p>
      <h1>{f ? shown(f.sentence, 600) : "This run passed."}</h1>
      {f && (
        <p>
          {line(f.kind, 60)}, at {seconds(pane.finding >= 0 ? run.at[pane.finding] : run.rec.end)}
        </p>
      )}
      {f?.source && <blockquote>{shown(f.source, 500)}</blockquote>}
      {chapters.length > 0 && (
        <ol>
          {chapters.slice(-mostChapters).map((c, k) => {
            const i = c.event > 0 ? run.index(c.event) : -1;
            return (
              <li key={k} value={Math.max(0, chapters.length - mostChapters) + k + 1}>
                {i >= 0 && !/^At \d/.test(c.text) && <time>{seconds(run.at[i])} </time>}
                {shown(c.text, 300)}
              </li>
            );
          })}
        </ol>
      )}
      <img alt="The window of the space-time diagram" src={picture.value || undefined} />
      <p>
        <code>{line(pane.command, 400)}</code>
      </p>
    </article>
  );
}
