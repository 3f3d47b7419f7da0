/** Small pipelines that give what a test or a picture needs. */

type Document = Record<string, unknown>;

/** Gives back what it was sent: `api` says what that is, `gives` how it is named. */
export function echo(
  api: Document & { route: string },
  gives: Record<string, string>,
): Document {
  const input = Object.fromEntries(
    Object.entries(gives).map(([name, path]) => [name, `request.out.${path}`]),
  );
  return {
    type: "pipeline",
    nodes: [
      { id: "request", type: "entry", api, next: ["result"] },
      { id: "result", type: "end", input },
    ],
  };
}

/** Gives what a line of Python makes. */
export function made(route: string, code: string, api: Document = {}): Document {
  return {
    type: "pipeline",
    nodes: [
      {
        id: "request",
        type: "entry",
        api: { route, body: {}, ...api },
        next: ["make"],
      },
      { id: "make", type: "node", after: code, next: ["result"] },
      { id: "result", type: "end" },
    ],
  };
}

/** Calls one service, which may not be there. */
export function calling(
  route: string,
  service: string,
  more: { api?: Document; node?: Document } = {},
): Document {
  const api = { route, body: {}, ...more.api };
  const node = { id: "call", type: "service", service, next: ["result"], ...more.node };
  return {
    type: "pipeline",
    nodes: [
      { id: "request", type: "entry", api, next: ["call"] },
      node,
      { id: "result", type: "end" },
    ],
  };
}

/** A form with a field of each kind. */
export const EVERY_FIELD = echo(
  {
    route: "every-field",
    summary: "Order a picture frame",
    description: "Shows a field of each kind. The result is the order as it was sent.",
    inputSchema: {
      type: "object",
      properties: {
        photo: {
          type: "string",
          format: "binary",
          contentMediaType: "image/png, image/jpeg",
          description: "What goes into the frame.",
        },
        note: {
          type: "string",
          format: "binary",
          contentMediaType: "text/plain, application/pdf",
          description: "A text for the back.",
        },
        width: {
          type: "integer",
          minimum: 1,
          maximum: 300,
          default: 30,
          description: "In centimetres, from 1 to 300.",
        },
        depth: { type: "number", exclusiveMinimum: 0, multipleOf: 0.5 },
        wood: { enum: ["oak", "ash", "walnut"], default: "oak" },
        name: {
          type: "string",
          minLength: 2,
          maxLength: 40,
          examples: ["Ada Lovelace"],
        },
        postcode: { type: "string", pattern: "^[0-9]{5}$" },
        hooks: {
          type: "array",
          items: { type: "integer", minimum: 1 },
          minItems: 1,
          maxItems: 3,
          description: "Where the hooks go, in millimetres.",
        },
        gift: { type: "boolean", description: "Wrap it." },
        marks: { type: "object", description: "Any JSON." },
      },
      required: ["photo", "width", "name", "hooks"],
    },
  },
  { width: "width", name: "name", hooks: "hooks" },
);

/** Three pictures in, three out. */
export const ALBUM = echo(
  {
    route: "album",
    summary: "Make an album of three pictures",
    body: ["first", "second", "third"],
    bodyType: [["image/*"], ["image/*"], ["image/*"]],
  },
  { first: "first", second: "second", third: "third" },
);

/** Any file in, the same out. */
export const MIRROR = echo(
  { route: "mirror", summary: "Give a file back", body: "file", tags: ["files"] },
  { file: "file" },
);

/** A table, a text, areas and other JSON. */
export const REPORT = made(
  "report",
  "node.out = {" +
    "'people': [{'name': 'Ada', 'age': 36}, {'name': '=cmd()', 'age': 41}]," +
    "'summary': 'Two people were found.\\nBoth look at the camera.'," +
    "'details': {'camera': {'make': 'NASA', 'lens': [50, 1.4]}, 'tags': ['a', 'b']}}",
  { summary: "Report what was found" },
);
