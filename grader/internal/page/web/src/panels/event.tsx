// What is known of the event at the cursor.
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Pane } from "./pane.ts";
import { EventLink } from "./finding.tsx";
import { line, seconds, shown, span } from "../model/text.ts";
import { plain, sentence } from "../model/words.ts";
import { stretchAt } from "../model/lanes.ts";

const mostLinks = 60;

export function EventPanel({ pane }: { pane: Pane }) {
  const i = pane.cursor.value;
  const { run } = pane;
  if (i < 0) return <p class="empty">No event is chosen. Click one in the diagram, or press n.</p>;
  const e = run.events[i];
  const fields: [string, string][] = [
    ["event", `${e.id}, ${e.kind}`],
    ["time", `${(e.at / 1e9).toFixed(9)} s`],
  ];
  const lane = run.lane[i];
  if (lane >= 0) {
    const s = stretchAt(pane.lanes.lanes[lane], i);
    const is = !s.up
      ? "down"
      : [s.role && `${s.role} in T${s.term}`, s.paused && "paused", s.alone && "cut off"].filter(Boolean).join(", ");
    fields.push([
      "node",
      `${line(run.node(lane), 40)}${(e.life ?? 1) > 1 ? `, life ${e.life}` : ""}${is ? `, ${is}` : ""}`,
    ]);
  }
  if (e.peer >= 0) fields.push(["peer", line(run.node(e.peer), 40)]);
  if (e.method) fields.push(["method", line(e.method)]);
  if (e.call) fields.push(["call", `#${e.call}`]);
  if (e.bytes) fields.push(["bytes", e.bytes.toLocaleString("en")]);
  if (e.topic) fields.push(["topic", line(e.topic, 40)]);
  const causes = Array.from(run.causes(i)),
    effects = Array.from(run.effects(i));
  const message = run.message(i);
  const text = (e.text ?? "").replace(/^: /, "");
  return (
    <div class="event">
      <h3>{line(sentence(run, i), 400)}</h3>
      {e.notes?.map((n, k) => (
        <p class="note" key={k}>
          <b>{line(n.kind, 30)}</b> {shown(n.text, 1000)}
          {n.term ? <i> T{n.term}</i> : null}
          {n.index ? <i> index {n.index}</i> : null}
          {n.role ? <i> {line(n.role, 20)}</i> : null}
        </p>
      ))}
      {e.notes?.length ? <p class="plainly">{plain(run, e)}</p> : null}
      {text && <pre class="says">{shown(text, 6000)}</pre>}
      <dl>
        {fields.map(([k, v]) => (
          <div key={k}>
            <dt>{k}</dt>
            <dd>{v}</dd>
          </div>
        ))}
      </dl>
      {message.length > 0 && (
        <Links
          title={`Message #${e.call}, ${span(run.at[message[message.length - 1]] - run.at[message[0]])}`}
          pane={pane}
          list={message}
        />
      )}
      <Links
        title="Caused by"
        pane={pane}
        list={causes}
        none={run.previous[i] >= 0 ? undefined : "nothing in the run"}
      />
      {causes.length === 0 && run.previous[i] >= 0 && (
        <Links title="Before it there" pane={pane} list={[run.previous[i]]} />
      )}
      <Links title="Has caused" pane={pane} list={effects} none="nothing" />
      <Around pane={pane} />
    </div>
  );
}

function Links({ title, pane, list, none }: { title: string; pane: Pane; list: number[]; none?: string }) {
  if (list.length === 0 && !none) return null;
  return (
    <section class="links">
      <h4>{title}</h4>
      {list.length === 0 && <p class="empty">{none}</p>}
      <ul>
        {list.slice(0, mostLinks).map((i) => (
          <li key={i}>
            <EventLink pane={pane} i={i} />
          </li>
        ))}
      </ul>
      {list.length > mostLinks && <p class="empty">and {(list.length - mostLinks).toLocaleString("en")} more</p>}
    </section>
  );
}

// Around is what the node printed before and after.
function Around({ pane }: { pane: Pane }) {
  const near = useMemo(
    () =>
      computed(() => {
        const { run } = pane,
          i = pane.cursor.value,
          lane = run.lane[i];
        if (i < 0 || lane < 0) return [];
        const isLine = (k: number) => run.events[k].kind === "line" && run.lane[k] === lane;
        const before: number[] = [],
          after: number[] = [];
        for (let k = i; k >= 0 && before.length < 5 && i - k < 20000; k--) if (isLine(k)) before.push(k);
        for (let k = i + 1; k < run.size && after.length < 4 && k - i < 20000; k++) if (isLine(k)) after.push(k);
        return [...before.reverse(), ...after];
      }),
    [pane],
  );
  const list = near.value;
  if (list.length === 0) return null;
  const { run } = pane;
  return (
    <section class="around">
      <h4>Its log around here</h4>
      {list.map((k) => (
        <p key={k} class={k === pane.cursor.value ? "here" : k < pane.cursor.value ? "before" : "after"}>
          <time>{seconds(run.at[k])}</time> <b>{line(run.events[k].topic, 8)}</b> {line(run.events[k].text, 400)}
        </p>
      ))}
    </section>
  );
}
