// Recordings that are made up, for tests and for measuring: a cluster that elects, copies entries, crashes and is cut,
// with as many events as one asks for. The same numbers give the same recording.
import type { Chapter, Event, Kind, Note, Recording, State } from "./recording.ts";

export interface Wish {
  events: number;
  nodes?: number;
  seed?: number;
  hostile?: boolean; // texts that try to break the page
  states?: number; // of the last so many events
}

// nasty are texts as somebody would write them who wants to break the page.
export const nasty = [
  `</script><script>document.documentElement.dataset.hacked = "1"</script>`,
  `<img src=x onerror="document.documentElement.dataset.hacked = '1'">`,
  `" onmouseover="alert(1)" x='`,
  "\u2028\u2029\u0000\u0007\u001b[31mred",
  "\u202egnp.exe\u202c \u2066isolated\u2069 a\u200bb",
  "line one\nline two\ttab",
  "\ud800 lone surrogate, {{mustache}} ${template} &lt;entity&gt; <!--raftlab: data-->",
  "x".repeat(5000),
  "__proto__",
  "constructor",
  "toString",
];

// A random number generator of 32 bits; Math.random could not be repeated.
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function synthetic({ events: most, nodes = 5, seed = 1, hostile = false, states = 0 }: Wish): Recording {
  const next = random(seed),
    events: Event[] = [];
  const pick = (n: number) => Math.floor(next() * n);
  const text = (said: string) => (hostile && next() < 0.3 ? nasty[pick(nasty.length)] : said);
  const life = new Array(nodes).fill(0),
    up = new Array(nodes).fill(false);
  let at = 0,
    call = 0,
    term = 0,
    leader = -1;
  const add = (node: number, kind: Kind, more: Partial<Event> = {}): number => {
    const notes = more.notes?.map((n) => ({
      ...n,
      text: text(n.text),
      kind: hostile && next() < 0.05 ? nasty[pick(nasty.length)] : n.kind,
    }));
    events.push({
      id: events.length + 1,
      at,
      node,
      kind,
      peer: -1,
      ...more,
      ...(node >= 0 && { life: life[node] }),
      ...(notes && { notes }),
    });
    return events.length;
  };
  const boot = (node: number) => {
    life[node]++;
    up[node] = true;
    add(node, "boot");
  };
  const note = (kind: string, node: number, said: string, more: Partial<Note> = {}): Note => ({
    kind,
    node,
    text: said,
    term,
    ...more,
  });

  // rpc is a request and what becomes of it; it returns the last event of it.
  const rpc = (
    from: number,
    to: number,
    cause: number,
    method: string,
    says: string,
    notes: Note[],
    reply: Note[],
    routine: boolean,
  ) => {
    const number = ++call;
    const common = { call: number, method, bytes: 96 };
    const sent = add(from, "sent", {
      ...common,
      peer: to,
      causes: [cause],
      text: text(says),
      notes: routine ? notes.map((n) => ({ ...n, routine })) : notes,
    });
    at += 10_000 + pick(20_000);
    if (!up[to]) {
      const lost = add(-1, "unreachable", { ...common, peer: to, causes: [sent] });
      at += 5_000;
      return add(from, "gave up", { ...common, peer: to, causes: [lost] });
    }
    if (next() < 0.04) {
      const lost = add(-1, "request lost", { ...common, peer: to, causes: [sent] });
      at += 7_000_000;
      return add(from, "gave up", { ...common, peer: to, causes: [lost] });
    }
    if (next() < 0.02) at += 200_000_000; // late
    const arrived = add(to, "arrived", { ...common, peer: from, causes: [sent] });
    let cause2 = arrived;
    if (!routine) cause2 = add(to, "saved", { bytes: 93, causes: [arrived] });
    add(to, "line", { topic: "VOTE", text: text(`S${to} in T${term} answers S${from}`), causes: [arrived] });
    const handled = add(to, "handled", { ...common, peer: from, causes: [arrived, cause2], notes: reply });
    at += 10_000 + pick(20_000);
    return add(from, "answered", { ...common, peer: to, causes: [handled] });
  };

  for (let n = 0; n < nodes; n++) boot(n);
  while (events.length < most - 16) {
    at += 20_000_000 + pick(80_000_000);
    const chance = next();
    const alive = up.map((u, n) => (u ? n : -1)).filter((n) => n >= 0);
    if (chance < 0.02 && alive.length > nodes / 2 + 1) {
      const node = leader >= 0 && next() < 0.5 ? leader : alive[pick(alive.length)];
      add(-1, "step", { topic: "TEST", text: text(`crash S${node}`) });
      add(node, "crash");
      up[node] = false;
      if (node === leader) leader = -1;
    } else if (chance < 0.05 && alive.length < nodes) {
      const node = up.indexOf(false);
      add(-1, "step", { topic: "TEST", text: text(`restart S${node}`) });
      boot(node);
    } else if (leader < 0) {
      const node = alive[pick(alive.length)];
      term++;
      const timer = add(node, "timer", {
        notes: [note("election", node, `S${node} is a candidate in T${term}`, { role: "candidate" })],
      });
      const saved = add(node, "saved", { bytes: 93, causes: [timer] });
      let votes = 1,
        last = saved;
      for (const peer of up.keys()) {
        if (peer === node) continue;
        last = rpc(
          node,
          peer,
          saved,
          "Raft.RequestVote",
          `: Term ${term} CandidateId ${node} LastLogIndex 0 LastLogTerm 0`,
          [],
          [note("vote", peer, `S${peer} votes for S${node} in T${term}`)],
          false,
        );
        if (events[last - 1].kind === "answered") votes++;
      }
      if (votes > nodes / 2) {
        leader = node;
        events[last - 1].notes = [note("leads", node, `S${node} leads T${term} by ${votes} votes`, { role: "leader" })];
      }
    } else {
      const routine = next() < 0.7;
      const timer = add(leader, "timer");
      for (const peer of up.keys()) {
        if (peer === leader) continue;
        rpc(
          leader,
          peer,
          timer,
          "Raft.AppendEntries",
          `: Term ${term} LeaderId ${leader} ${routine ? 0 : 1} Entries`,
          [
            note(
              routine ? "heartbeat" : "entries",
              leader,
              `S${leader} sends S${peer} ${routine ? "a heartbeat" : "entries"}`,
            ),
          ],
          [],
          routine,
        );
      }
      if (!routine)
        add(leader, "told", {
          notes: [note("applies", leader, `S${leader} applies index ${call}`, { index: call })],
          causes: [timer],
        });
    }
  }
  // It ends with a vote that is forgotten: two candidates get one of the same node in the same term.
  const [first, second, voter] = [0, 1, nodes - 1];
  term++;
  const story: Chapter[] = [];
  for (const candidate of [first, second]) {
    if (!up[candidate]) boot(candidate);
    if (!up[voter]) boot(voter);
    at += 300_000_000;
    const timer = add(candidate, "timer", {
      notes: [note("election", candidate, `S${candidate} is a candidate in T${term}`, { role: "candidate" })],
    });
    story.push({ event: timer, part: "leads", text: text(`S${candidate} is a candidate in T${term}`) });
    const sent = add(candidate, "sent", {
      call: ++call,
      peer: voter,
      method: "Raft.RequestVote",
      causes: [timer],
      text: `: Term ${term} CandidateId ${candidate}`,
    });
    at += 15_000;
    const arrived = add(voter, "arrived", { call, peer: candidate, method: "Raft.RequestVote", causes: [sent] });
    const handled = add(voter, "handled", {
      call,
      peer: candidate,
      method: "Raft.RequestVote",
      causes: [arrived],
      text: `: Term ${term} VoteGranted true`,
      notes: [note("vote", voter, `S${voter} votes for S${candidate} in T${term}`)],
    });
    story.push({ event: handled, part: "contradicts", text: text(`S${voter} votes for S${candidate} in T${term}`) });
    if (candidate === second) break;
    at += 15_000;
    add(candidate, "answered", { call, peer: voter, method: "Raft.RequestVote", causes: [handled] });
    at += 90_000_000;
    story.push({
      event: add(voter, "crash"),
      part: "fault",
      text: text(`S${voter} crashes without having saved that`),
    });
    at += 200_000_000;
    boot(voter);
  }
  const finding = add(-1, "failed", {
    causes: [events.length],
    text: text(`One Vote per Term: S${voter} voted for S${first} and for S${second} in T${term}`),
  });
  return {
    version: 1,
    lab: "raft",
    implementation: text("synthetic"),
    scenario: text("ManyElections"),
    seed: String(seed),
    nodes: up.map((_, n) => ({ name: hostile && n === 1 ? nasty[4] : `S${n}`, role: "server" })),
    end: at,
    events: events.map((e, k) => ({ ...e, id: k + 1 })),
    finding: {
      event: finding,
      kind: "safety",
      promise: "One Vote per Term",
      sentence: text(`One Vote per Term: S${voter} voted for S${first} and for S${second} in T${term}`),
      details: text("no details"),
      source: text('Section 5.2: "Each server will vote for at most one candidate in a given term"'),
      story,
    },
    states: statesOf(events.slice(-states), states, next, hostile),
  };
}

function statesOf(events: Event[], count: number, next: () => number, hostile: boolean): State[] {
  if (count === 0) return [];
  const states: State[] = [];
  const seen = new Set<number>();
  for (const e of events) {
    if (e.node < 0) continue;
    const first = !seen.has(e.node);
    seen.add(e.node);
    const value = Math.floor(next() * 9);
    const changes = [
      { path: "currentTerm", value: String(value) },
      { path: `log[${value}].Term`, value: String(value) },
    ];
    if (first)
      changes.push(
        { path: "peers", value: "[…]" },
        { path: 'votes["a.b"].granted', value: "true" },
        { path: "me", value: String(e.node) },
      );
    if (hostile && first) nasty.forEach((t, k) => changes.push({ path: k % 2 ? `m["${t}"]` : t, value: t }));
    const goroutines = [
      { place: "raft.(*Raft).ticker at raft.go:70", waits: "sleep", stack: "goroutine 7 [sleep]:\ntime.Sleep(…)" },
    ];
    states.push({ event: e.id, node: e.node, changes, ...(first && { goroutines }) });
  }
  return states;
}
