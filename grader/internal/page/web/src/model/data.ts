// The blocks of data in the page. Each run is gzip in base64, and is unpacked when it is first asked for.
import { type Page, type Recording, parsePage, parseRecording } from "./recording.ts";

export function readPage(): Page {
  const block = document.getElementById("page");
  if (!block) throw new Error("This is the page without its data: grader replay -html FILE writes it with them.");
  return parsePage(block.textContent ?? "");
}

// readRecording unpacks and reads a run. It gives the page time to be drawn between its steps.
export async function readRecording(id: string): Promise<Recording> {
  const block = document.getElementById(id);
  if (!block) throw new Error(`The run ${id} is not in this page.`);
  const packed = bytesOf(block.textContent ?? "");
  block.textContent = ""; // what was unpacked is not needed twice
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(stream).text();
  await pause();
  return parseRecording(text);
}

// bytesOf decodes base64, in pieces: the text may have line breaks.
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const raw = atob(base64.trim());
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

// pause lets the browser draw.
export const pause = () => new Promise<void>((done) => setTimeout(done, 0));
