/** The address of a chosen file: in this page, or where the engine has it. */
import { useObjectUrl } from "@/shared/useObjectUrl";

import { type Chosen, isKept } from "./form";

export function useFileUrl(file: Chosen | undefined): string | undefined {
  const kept = file !== undefined && isKept(file) ? file : undefined;
  const own = useObjectUrl(file !== undefined && !isKept(file) ? file : undefined);
  return kept?.url ?? own;
}
