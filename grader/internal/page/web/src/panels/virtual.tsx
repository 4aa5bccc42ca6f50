// A list of which only what is in sight is in the page. Rows may have different heights, which are known beforehand.
import { type ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  label: string;
  role: "listbox" | "log";
  count: number;
  tops: (row: number) => number; // px; tops(count) is the height of all
  at: number; // the row that is kept in sight, -1 for none
  row: (row: number) => ComponentChildren;
  onKey?: (e: KeyboardEvent) => void;
  active?: string; // id of the row that is chosen
  head?: ComponentChildren;
}

const overscan = 300; // px

export function Virtual({ label, role, count, tops, at, row, onKey, active, head }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const [height, setHeight] = useState(400);
  useEffect(() => {
    const observer = new ResizeObserver(() => setHeight(box.current?.clientHeight ?? 400));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const b = box.current;
    if (!b || at < 0 || at >= count) return;
    const top = tops(at),
      bottom = tops(at + 1);
    if (top < b.scrollTop + 24 || bottom > b.scrollTop + b.clientHeight - 24) b.scrollTop = top - b.clientHeight / 2;
  }, [at, count, tops, height]);
  const first = rowAt(tops, count, scroll - overscan);
  const last = Math.min(count, rowAt(tops, count, scroll + height + overscan) + 1);
  const rows: ComponentChildren[] = [];
  for (let k = first; k < last; k++) rows.push(row(k));
  return (
    <div class="virtual">
      {head}
      <div
        ref={box}
        class="virtual-box"
        role={role}
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={active}
        onKeyDown={onKey}
        onScroll={(e) => setScroll(e.currentTarget.scrollTop)}
      >
        <div class="virtual-all" role="presentation" style={{ height: `${tops(count)}px` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}

function rowAt(tops: (row: number) => number, count: number, y: number): number {
  let lo = 0,
    hi = count;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (tops(mid + 1) <= y) lo = mid + 1;
    else hi = mid;
  }
  return Math.min(lo, Math.max(0, count - 1));
}
