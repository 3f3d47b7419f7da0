/** Small files of the kinds that browsers have viewers for. */
import type { Page } from "playwright-core";

export interface TestFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A page with a line of text. */
export const PDF: TestFile = {
  name: "page.pdf",
  mimeType: "application/pdf",
  buffer: pdfOf("BT /F1 24 Tf 20 60 Td (Hello) Tj ET"),
};

function pdfOf(content: string): Buffer {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 120] /Contents 4 0 R" +
      " /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${String(content.length)} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];

  let text = "%PDF-1.4\n";
  const places: number[] = [];
  for (const [index, object] of objects.entries()) {
    places.push(text.length);
    text += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
  }
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`);
  const size = String(objects.length + 1);
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\n`;
  const xref = `xref\n0 ${size}\n0000000000 65535 f \n${table.join("")}`;
  return Buffer.from(
    `${text}${xref}${trailer}startxref\n${String(text.length)}\n%%EOF`,
  );
}

export const SOUND_SECONDS = 0.3;

/** A deep tone: WAV, one channel, 8 bits a sample. */
export const SOUND: TestFile = {
  name: "tone.wav",
  mimeType: "audio/wav",
  buffer: wavOf(SOUND_SECONDS),
};

function wavOf(seconds: number): Buffer {
  const rate = 8000;
  const samples = Buffer.from(
    Array.from({ length: rate * seconds }, (_, index) =>
      Math.round(128 + 100 * Math.sin((2 * Math.PI * 220 * index) / rate)),
    ),
  );
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  // Numbers as they are, in one channel.
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

export const FILM_WIDTH = 64;

/** A few pictures of a square that moves, as this browser records them. */
export async function recordFilm(page: Page): Promise<TestFile> {
  const base64 = await page.evaluate(async (width) => {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = width;
    const pen = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(), {
      mimeType: "video/webm",
    });
    const pieces: Blob[] = [];
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));

    recorder.start();
    for (let frame = 0; frame < 12; frame += 1) {
      pen?.clearRect(0, 0, width, width);
      pen?.fillRect(frame * 4, 8, 16, 16);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    recorder.stop();
    await stopped;

    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }, FILM_WIDTH);
  const buffer = Buffer.from(base64, "base64");
  return { name: "square.webm", mimeType: "video/webm", buffer };
}
