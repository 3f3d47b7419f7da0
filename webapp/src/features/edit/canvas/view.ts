/** What actions can do with the part of the picture that is seen. */

export interface View {
  whole: () => void;
  show: (node: string) => void;
}

let view: View | undefined;

export function registerView(next: View | undefined): void {
  view = next;
}

/** Undefined: the canvas is not shown. */
export function shownView(): View | undefined {
  return view;
}
