// Events in words: what the list, the log and screen readers say.
import type { Event } from "./recording.ts";
import type { Run } from "./run.ts";
import { line } from "./text.ts";

// sentence says what happened in an event. What notes say of it comes first.
export function sentence(run: Run, i: number): string {
  const e = run.events[i];
  const notes = (e.notes ?? []).map((n) => line(n.text));
  if (notes.length > 0) return notes.join("; ");
  return plain(run, e);
}

// plain says what happened in an event, without notes.
export function plain(run: Run, e: Event): string {
  const who = line(run.node(e.node), 40),
    peer = line(run.node(e.peer), 40);
  const rpc = line(`${e.method ?? ""}${e.call ? ` #${e.call}` : ""}`);
  const text = line(e.text).replace(/^: /, "");
  const says = text ? `: ${text}` : "";
  switch (e.kind) {
    case "sent":
      return `${who} calls ${rpc} of ${peer}${says}`;
    case "arrived":
      return `${rpc} of ${peer} arrives at ${who}${says}`;
    case "doubled":
      return `a second copy of ${rpc} of ${peer} arrives at ${who}${says}`;
    case "handled":
      return `${who} replies to ${rpc} of ${peer}${says}`;
    case "answered":
      return `the reply to ${rpc} of ${peer} reaches ${who}${says}`;
    case "request lost":
      return `request ${rpc} to ${peer} is lost`;
    case "reply lost":
      return `the reply of ${peer} to ${rpc} is lost`;
    case "unreachable":
      return `${rpc} does not reach ${peer}`;
    case "gave up":
      return `${who}'s call of ${rpc} at ${peer} returns false`;
    case "boot":
      return `${who} starts${(e.life ?? 1) > 1 ? ` again, life ${e.life}` : ""}`;
    case "crash":
      return `${who} crashes${says}`;
    case "saved":
      return `${who} saves ${e.bytes ?? 0} bytes${says}`;
    case "timer":
      return `a timer of ${who} fires`;
    case "asked":
      return `the scenario calls ${line(e.method)} of ${who}${says}`;
    case "told":
      return `${who} tells the lab${says || " its answer"}`;
    case "line":
      return text || "(an empty line)";
    case "pause":
      return `${who} is stopped${says}`;
    case "resume":
      return `${who} goes on${says}`;
    case "clock":
      return `the clocks of ${who}${says}`;
    case "linger":
      return `goroutines of ${who} linger between two locks${says}`;
    case "cut":
      return `the way from ${who} to ${peer} is cut`;
    case "heal":
      return `the way from ${who} to ${peer} is open again`;
    case "weather":
      return `weather: ${weather(text)}`;
    case "step":
      return text;
    case "failed":
      return `FAIL: ${line((e.text ?? "").split("\n", 1)[0])}`; // the rest are details
    default:
      return `${line(String(e.kind))}${says}`;
  }
}

// weather is what of a weather, which is written as %+v writes it, is not as on a quiet day.
export function weather(text: string): string {
  const parts: string[] = [];
  for (const [, name, min, max, value] of text.matchAll(/(\w+):(?:\{Min:(\S+) Max:(\S+) Low:\w+\}|([\w.]+))/g)) {
    const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
    if (max !== undefined && max !== "0s") parts.push(`${words} ${min === max ? min : `${min} to ${max}`}`);
    else if (value !== undefined && !/^(0|0s|false)$/.test(value)) parts.push(`${words} ${value.slice(0, 5)}`);
  }
  if (parts.length > 0) return parts.join(", ");
  return text.startsWith("{") ? "nothing is delayed or lost" : text;
}
