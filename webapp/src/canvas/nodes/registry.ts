/** The kinds of nodes. A new one is a file beside this and a line here. */
import type { PipelineNode } from "@/shared/api/types";

import { branch } from "./branch";
import { code } from "./code";
import { end } from "./end";
import { entry } from "./entry";
import { http } from "./http";
import type { NodeKind } from "./kind";
import { loop } from "./loop";
import { service } from "./service";

export const KINDS: Record<PipelineNode["type"], NodeKind> = {
  node: code,
  entry,
  service,
  http,
  branch,
  loop,
  end,
};
