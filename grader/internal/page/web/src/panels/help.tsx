// The keys, the marks, and the licences of what is in the page.
import { useEffect, useRef } from "preact/hooks";
import type { App } from "./app.ts";
import { badge, shape } from "../draw/marks.ts";
import { palette } from "../draw/palette.ts";
import { kindsIn } from "../model/filter.ts";
import { line } from "../model/text.ts";

const keys: [string, string][] = [
  ["n  p", "next event, event before"],
  ["← →", "next and last event of the same lane"],
  ["↑ ↓", "nearest event in the lane above, below"],
  ["]  [", "next note, note before, of the kind chosen"],
  ["m", "next step of the message"],
  ["f", "back to the finding"],
  ["1 – 9", "chapter of the story"],
  ["+  −  0", "zoom in, out, the whole run"],
  ["Shift ← →", "move the window"],
  ["/  Enter", "search; next that was found (Shift: before)"],
  ["t", "axis by order or by time"],
  ["h", "heartbeats and other routine"],
  ["c", "what is greyed: all but the finding's past, the cursor's, nothing"],
  ["l  e", "log in columns, list of events"],
  ["Tab", "to the other run, the panels"],
  ["Esc", "close, clear the search"],
];

const kinds: [string, string][] = [
  ["saved", "writes to its disk"],
  ["timer", "a timer fires"],
  ["asked", "the scenario calls a method"],
  ["told", "it tells the lab"],
  ["crash", "crashes"],
  ["boot", "starts"],
  ["pause", "is stopped"],
  ["resume", "goes on"],
  ["clock", "clocks changed"],
  ["cut", "way cut"],
  ["heal", "way open again"],
  ["gave up", "a call returns false"],
];
export function Help({ app }: { app: App }) {
  const box = useRef<HTMLDialogElement>(null);
  const pane = app.pane.value;
  const notes =
    app.help.value && pane
      ? kindsIn(pane.run)
          .notes.map(([kind]) => kind)
          .filter((k) => k !== "saves")
          .slice(0, 20)
      : [];
  useEffect(() => {
    if (app.help.value) box.current?.showModal();
    else box.current?.close();
  }, [app.help.value]);
  return (
    <dialog
      ref={box}
      class="help"
      aria-labelledby="help-title"
      onClose={() => (app.help.value = false)}
      onClick={(e) => {
        if (e.target === box.current) box.current?.close();
      }}
    >
      {app.help.value && (
        <>
          <header>
            <h2 id="help-title">How to read this page</h2>
            <button type="button" class="quiet" onClick={() => box.current?.close()}>
              Close
            </button>
          </header>
          <div class="columns">
            <section>
              <h3>Keys</h3>
              <dl>
                {keys.map(([k, what]) => (
                  <div key={k}>
                    <dt>
                      <kbd>{k}</kbd>
                    </dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
            <section>
              <h3>Marks</h3>
              <ul class="legend">
                {notes.map((k) => (
                  <li key={k}>
                    <Mark kind={k} note /> {line(k, 20)}
                  </li>
                ))}
                {kinds.map(([k, what]) => (
                  <li key={k}>
                    <Mark kind={k} /> {what}
                  </li>
                ))}
              </ul>
            </section>
            <section>
              <h3>Lines</h3>
              <p>
                A band is a node: thin as a follower, hatched as a candidate, thick with an edge as a leader; its colour
                is its term, which stands below it. Dotted: it is down. Hatched over all its height: it is stopped.
                Between two dashed lines: it is cut off from all others.
              </p>
              <p>
                Arrows are messages: drawn through for requests, dashed for replies, dotted for second copies. A cross
                ends what is lost; a short stub with a bar, what could not be delivered; thick and violet is what was
                late.
              </p>
              <p>
                By order, each event has a place of its own, and waits are shortened (how long they were stands at the
                bottom). By time, the axis is linear.
              </p>
              <p>
                What is grey is not in the causal past of the finding: the finding cannot have come of it. Red rings
                that are joined contradict each other.
              </p>
            </section>
          </div>
          <details>
            <summary>Licences of what is in this page</summary>
            <pre>{document.getElementById("licences")?.textContent}</pre>
          </details>
        </>
      )}
    </dialog>
  );
}

function Mark({ kind, note }: { kind: string; note?: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const ctx = canvas.current!.getContext("2d")!;
    ctx.setTransform(2, 0, 0, 2, 0, 0);
    ctx.clearRect(0, 0, 22, 22);
    const f = { ctx, palette: palette() };
    if (note) badge(f, kind, 11, 11);
    else shape(f, kind, 11, kind === "asked" || kind === "told" ? 18 : kind === "cut" || kind === "heal" ? 4 : 11);
  }, []);
  return <canvas ref={canvas} width={44} height={44} class="legend-mark" aria-hidden="true" />;
}
