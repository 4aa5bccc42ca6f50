// Painting at most once a frame, and how long it took: what the page's speed is measured by.

export const paints: number[] = []; // ms of each painting, the last thousand

// painter returns a function that has f called in the next frame, once however often it is called.
export function painter(f: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      const start = performance.now();
      f();
      paints.push(performance.now() - start);
      if (paints.length > 1000) paints.shift();
    });
  };
}
