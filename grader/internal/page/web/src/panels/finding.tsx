// The left side: why the run failed, the story of it, and the causes that led there.
import type { App } from "./app.ts";
import type { Pane } from "./pane.ts";
import { line, seconds, shown } from "../model/text.ts";
import { sentence } from "../model/words.ts";

const parts: Record<string, string> = {
  contradicts: "contradicts",
  fault: "fault",
  leads: "leads here",
  missing: "did not happen",
};

export function FindingPanel({ app, pane }: { app: App; pane: Pane }) {
  const { run } = pane;
  const f = run.rec.finding;
  return (
    <div class="finding">
      <header class="verdict">
        <p class={f ? "badge bad" : "badge good"}>{f ? `failed: ${line(f.kind, 60)}` : "passed"}</p>
        {f?.promise && <p class="promise">{line(f.promise)}</p>}
        <h2 class={f && f.sentence.length > 120 ? "long" : undefined}>
          {f ? shown(afterPromise(f.sentence, f.promise), 1200) : "This run passed."}
        </h2>
        {f && <p class="when">at {seconds(pane.finding >= 0 ? run.at[pane.finding] : run.rec.end)}</p>}
        {f?.source && <blockquote>{shown(f.source, 2000)}</blockquote>}
      </header>
      <p class="facts">
        {line(run.rec.implementation, 200)} · {line(run.rec.scenario, 100)} · seed {line(run.rec.seed, 20)} ·{" "}
        {run.size.toLocaleString("en")} events
        {run.rec.dropped ? `, the last of ${(run.rec.dropped + run.size).toLocaleString("en")}` : ""} ·{" "}
        {seconds(run.rec.end, 2)}
      </p>
      {f?.story && f.story.length > 0 && (
        <section>
          <h3 id="story-title">How it came about</h3>
          <ol class="story" aria-labelledby="story-title">
            {f.story.map((c, k) => {
              const i = c.event > 0 ? run.index(c.event) : -1;
              return (
                <li key={k} class={`chapter ${c.part}`}>
                  <button
                    type="button"
                    disabled={i < 0}
                    aria-current={i >= 0 && pane.cursor.value === i ? "step" : undefined}
                    onClick={() => pane.go(i)}
                  >
                    <span class="mark" aria-hidden="true">
                      {k + 1}
                    </span>
                    <span class="says">{shown(c.text, 1000)}</span>
                    <span class="meta">
                      {i >= 0 ? whereabouts(pane, i) : c.event > 0 ? "before the recording begins" : ""}
                      {c.part !== "leads" && <em> {parts[c.part] ?? line(c.part, 20)}</em>}
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        </section>
      )}
      {pane.chain.length > 1 && (
        <details class="chain" open={!f?.story?.length}>
          <summary>Chain of causes ({pane.chain.length})</summary>
          <ol>
            {pane.chain.map((i) => (
              <li key={i}>
                <EventLink pane={pane} i={i} />
              </li>
            ))}
          </ol>
        </details>
      )}
      {f?.details && (
        <details class="details">
          <summary>Details</summary>
          <pre>{shown(f.details, 20000)}</pre>
        </details>
      )}
      <section class="replay">
        <h3>Again</h3>
        <code>{line(pane.command, 1000)}</code>
        <button type="button" class="quiet" onClick={() => copy(pane.command, app)}>
          Copy
        </button>
      </section>
    </div>
  );
}

// whereabouts are an event's time, node, term and message.
function whereabouts(pane: Pane, i: number): string {
  const { run, lanes } = pane;
  const e = run.events[i],
    term = lanes.term[i];
  const words = [seconds(run.at[i]), run.node(run.lane[i]), term > 0 ? `T${term}` : ""];
  if (e.call) {
    const caller = e.kind === "sent" || e.kind === "answered";
    const peer = e.peer < 0 ? "" : ` ${caller ? "to" : "of"} ${run.node(e.peer)}`;
    words.push(`${(e.method ?? "").replace(/^.*\./, "")} #${e.call}${peer}`);
  }
  return line(words.filter(Boolean).join(" · "), 160);
}

// afterPromise is the sentence without the name of the promise before it, which stands above.
function afterPromise(sentence: string, promise?: string): string {
  return promise && sentence.startsWith(`${promise}: `) ? sentence.slice(promise.length + 2) : sentence;
}

export function EventLink({ pane, i, most = 140 }: { pane: Pane; i: number; most?: number }) {
  return (
    <button
      type="button"
      class="event-link"
      aria-current={pane.cursor.value === i ? "true" : undefined}
      onClick={() => pane.go(i)}
      onPointerEnter={() => (pane.hover.value = i)}
      onPointerLeave={() => (pane.hover.value = -1)}
    >
      <time>{seconds(pane.run.at[i])}</time> {line(sentence(pane.run, i), most)}
    </button>
  );
}

async function copy(text: string, app: App) {
  try {
    await navigator.clipboard.writeText(text);
    app.say("Copied.");
  } catch {
    app.say("This browser does not let the page copy; select the text instead.");
  }
}
