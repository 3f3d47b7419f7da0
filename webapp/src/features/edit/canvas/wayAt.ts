/** The way under the pointer, also below what is held over it. */
import type { Point } from "@/pipeline/layout";

export function wayAt({ x, y }: Point): string | undefined {
  for (const element of document.elementsFromPoint(x, y)) {
    const way = element.closest<SVGElement>("[data-way]")?.dataset.way;
    if (way !== undefined) return way;
  }
  return undefined;
}
