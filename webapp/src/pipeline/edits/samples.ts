/** A pipeline with each kind of way, for tests. */
import type { PipelineNode } from "@/shared/api/types";

import type { PipelineDocument } from "../document";

/** photo → faces → each (crop → judge) → check → (blur | keep) → result */
export function sample(): PipelineDocument {
  return {
    type: "pipeline",
    params: { limit: 3 },
    nodes: [
      {
        id: "photo",
        type: "entry",
        api: { route: "sample", body: "image" },
        next: ["faces"],
      },
      {
        id: "faces",
        type: "service",
        service: "face-detect",
        input: { image: "photo.out.image" },
        next: ["each"],
        catch: ["keep"],
      },
      {
        id: "each",
        type: "loop",
        items: "faces.out.answer",
        nodes: [
          {
            id: "crop",
            type: "service",
            service: "image-crop",
            input: { image: "photo.out.image", areas: "node._loop" },
            next: ["judge"],
          },
          {
            id: "judge",
            type: "node",
            after: "node.out['ok'] = crop.out['size'] > 3  # of crop",
            next: ["loopEnd"],
          },
        ],
        collect: { ok: ["judge.out.ok"] },
        next: ["check"],
      },
      {
        id: "check",
        type: "branch",
        if: "len(each.out['ok']) > 1",
        then: { next: ["blur"], out: { some: "each.out.ok" } },
        else: { next: ["keep"] },
      },
      {
        id: "blur",
        type: "service",
        service: "image-blur",
        input: {
          image: "photo.out.image",
          areas: "faces.out.answer",
          title: { template: "{faces.out.count} faces" },
        },
        next: ["result"],
      },
      {
        id: "keep",
        type: "node",
        input: { result: "photo.out.image" },
        next: ["result"],
      },
      {
        id: "result",
        type: "end",
        input: { picture: { from: "blur.out.result", default: null } },
      },
    ] as PipelineNode[],
  };
}
