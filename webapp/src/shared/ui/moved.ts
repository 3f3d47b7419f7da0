/** Whether the page that is shown was reached from another one of the app. */
let moved = false;

export function noteMove(): void {
  moved = true;
}

export function hasMoved(): boolean {
  return moved;
}
