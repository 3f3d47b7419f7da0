/** Colours, sizes and type of the app: what WEBAPP.md draws, as a MUI theme. */
import "@fontsource-variable/inter";
import { createTheme } from "@mui/material/styles";

export const MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";

/** How a run or a task is; always shown with an icon or a word too. */
export const STATUS = {
  ok: { light: "#237a3e", dark: "#69c27e" },
  running: { light: "#2171cc", dark: "#6badff" },
  waiting: { light: "#9a6500", dark: "#da9e3f" },
  failed: { light: "#c53732", dark: "#f6857a" },
  skipped: { light: "#6b6f79", dark: "#a6abb5" },
} as const;

export type Tone = keyof typeof STATUS;

/** The colour of a status in both schemes, for `sx` and styles. */
export function toneColor(tone: Tone): string {
  return `light-dark(${STATUS[tone].light}, ${STATUS[tone].dark})`;
}

/** What is chosen in a list: words in every colour can still be read on it. */
export const CHOSEN = "light-dark(#2b5fd00d, #8fb4ff1f)";

/**
 * Buttons that are words only, in a row: their padding is not seen, so that the words of
 * the first and the last end where everything else ends.
 */
export const WORDS_IN_A_ROW = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  mx: -2,
} as const;

/** Words for those who do not see what stands there. */
export const VISUALLY_HIDDEN = {
  position: "absolute",
  clipPath: "inset(50%)",
  whiteSpace: "nowrap",
} as const;

/** What a node is: hue and tint of its tile. */
export const KIND = {
  entry: ["light-dark(#171b22, #e9ebef)", "light-dark(#171b22, #e9ebef)"],
  end: ["light-dark(#171b22, #e9ebef)", "light-dark(#171b22, #e9ebef)"],
  service: ["light-dark(#3164a3, #95c4ff)", "light-dark(#e2f2ff, #20334b)"],
  http: ["light-dark(#00728c, #6cd2e9)", "light-dark(#d9f6fe, #0a3841)"],
  branch: ["light-dark(#895700, #e7b876)", "light-dark(#fdeed9, #402e12)"],
  loop: ["light-dark(#735097, #d0b1f5)", "light-dark(#f5ebff, #372b46)"],
  node: ["light-dark(#5e636f, #bbc1ce)", "light-dark(#eaf0fe, #2d323c)"],
} as const;

export type Kind = keyof typeof KIND;

const light = {
  background: { default: "#f9fafc", paper: "#ffffff" },
  divider: "#dcdee2",
  text: { primary: "#171b22", secondary: "#5f636c" },
  primary: { main: "#2b5fd0", contrastText: "#ffffff" },
  success: { main: STATUS.ok.light },
  info: { main: STATUS.running.light },
  warning: { main: STATUS.waiting.light, contrastText: "#ffffff" },
  error: { main: STATUS.failed.light },
};

const dark = {
  background: { default: "#111316", paper: "#1c1e22" },
  divider: "#35383d",
  text: { primary: "#e9ebef", secondary: "#a1a5ac" },
  primary: { main: "#8fb4ff", contrastText: "#111316" },
  success: { main: STATUS.ok.dark },
  info: { main: STATUS.running.dark },
  warning: { main: STATUS.waiting.dark, contrastText: "#111316" },
  error: { main: STATUS.failed.dark },
};

export const theme = createTheme({
  // Set by `look.ts`: what was chosen here, else what the system has.
  cssVariables: { colorSchemeSelector: "data-theme" },
  colorSchemes: { light: { palette: light }, dark: { palette: dark } },
  shape: { borderRadius: 8 },
  spacing: 4,
  typography: {
    fontFamily: '"Inter Variable", system-ui, sans-serif',
    fontSize: 14,
    h1: { fontSize: "1.75rem", fontWeight: 650, letterSpacing: "-0.02em" },
    h2: { fontSize: "1.125rem", fontWeight: 650, letterSpacing: "-0.01em" },
    h3: { fontSize: "0.9375rem", fontWeight: 600 },
    body1: { fontSize: "0.875rem", lineHeight: 1.55 },
    body2: { fontSize: "0.8125rem", lineHeight: 1.5 },
    caption: { fontSize: "0.75rem" },
    button: { textTransform: "none", fontWeight: 600 },
  },
  components: {
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiButton: {
      defaultProps: { disableElevation: true },
      // Words side by side are as far apart as their padding says, short ones too.
      styleOverrides: {
        text: { minWidth: 0 },
        // Where `disabled` would take the focus away.
        root: { '&[aria-disabled="true"]': { opacity: 0.5, cursor: "default" } },
      },
    },
    MuiPaper: { defaultProps: { elevation: 0, variant: "outlined" } },
    MuiAlert: {
      styleOverrides: {
        action: { alignSelf: "center", paddingTop: 0, whiteSpace: "nowrap" },
      },
    },
    // All that stands below a field begins where the field does.
    MuiFormHelperText: { styleOverrides: { contained: { marginInline: 0 } } },
    MuiDialogActions: { styleOverrides: { root: { padding: "8px 24px 16px" } } },
    MuiCssBaseline: {
      styleOverrides: {
        ":root": { colorScheme: "light dark" },
        // `light-dark()` follows it, as do the browser's own controls.
        '[data-theme="light"]': { colorScheme: "light" },
        '[data-theme="dark"]': { colorScheme: "dark" },
        body: { fontVariantNumeric: "tabular-nums" },
        ":focus-visible": {
          outline: "2px solid var(--mui-palette-primary-main)",
          outlineOffset: 2,
        },
        "@media (prefers-reduced-motion: reduce)": {
          "*, *::before, *::after": {
            animationDuration: "0.01ms !important",
            transitionDuration: "0.01ms !important",
          },
        },
      },
    },
  },
});

// Where MUI keeps what was chosen.
const CHOSEN_LOOK = "mui-mode";

/** Light or dark from the first moment on: MUI itself says it only when all is drawn. */
export function startLooking(): void {
  const chosen = localStorage.getItem(CHOSEN_LOOK);
  const isSystemDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const isDark = chosen === "dark" || (chosen !== "light" && isSystemDark);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}
