/** Several files of a task as one ZIP. */
import { downloadZip } from "client-zip";

import { save } from "@/shared/save";

/** The name of a file as the engine gives it. */
export function nameOf(header: string, fallback: string): string {
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(header)?.[1];
  const name = encoded
    ? decodeURIComponent(encoded)
    : (/filename="([^"]+)"/.exec(header)?.[1] ?? fallback);
  // In a ZIP a slash is a folder: programs that unpack it might leave theirs.
  return name.replace(/[/\\]/g, "_");
}

async function* responses(urls: string[]) {
  for (const [index, url] of urls.entries()) {
    const response = await fetch(url);
    // An error page in the place of a file would go unnoticed.
    if (!response.ok) throw new Error(`${url}: HTTP ${String(response.status)}`);
    const header = response.headers.get("content-disposition") ?? "";
    // Numbers keep files apart that have one name.
    const number = String(index + 1);
    const name = nameOf(header, `file-${number}`);
    yield { name: `${number}-${name}`, input: response };
  }
}

export async function downloadAll(name: string, urls: string[]): Promise<void> {
  save(name, await downloadZip(responses(urls)).blob());
}
