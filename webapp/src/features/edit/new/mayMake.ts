/** Whether who is here may make pipelines of their own, in some space. */
let may = false;

export function setMayMake(now: boolean): void {
  may = now;
}

export function mayMake(): boolean {
  return may;
}
