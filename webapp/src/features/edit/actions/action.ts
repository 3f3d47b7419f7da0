/** What can be done in the editor. Menu, palette, keys and help read the same list. */

export const GROUPS = ["document", "steps", "node", "ways", "view", "help"] as const;
export type Group = (typeof GROUPS)[number];

export interface Action {
  id: string;
  /** The key of its words. */
  label: string;
  group: Group;
  /**
   * Such as `Mod+Z`, `Shift+A`, `F8`, `?`. `Mod` is Ctrl, or ⌘ on a Mac. Without Mod,
   * Alt or a function key it counts only where nothing is typed.
   */
  keys?: readonly string[];
  /** The browser tells of these keys by an event of its own, such as `paste`. */
  isNative?: boolean;
  /** It changes and stores nothing: who may only look can do it too. */
  isReading?: boolean;
  /** Whether it can be done now; it is shown in grey otherwise. */
  when: () => boolean;
  perform: () => void;
}

export const always = (): boolean => true;
