/** What the last run made of a step, and whether the next one spares it. */
import { useTranslation } from "@/shared/i18n";
import { toneColor, VISUALLY_HIDDEN } from "@/shared/theme";
import { StatusIcon, statusWord, toneOf } from "@/shared/ui/StatusChip";

import { useRunOf, useTry } from "./tryState";

export function RunMarks({ node }: { node: string }) {
  const { t } = useTranslation();
  const run = useRunOf(node);
  const spared = useTry((state) => state.spared.has(node));
  const tone = run && toneOf(run.status);
  const reuse = t(run?.reused ? "canvas.reused" : "canvas.spared");
  return (
    <>
      {(run?.reused || spared) && (
        <span
          role="img"
          data-reused={run?.reused === true}
          title={reuse}
          aria-label={reuse}
          style={{ color: toneColor("ok") }}
        >
          ↻
        </span>
      )}
      {run && tone && (
        <span style={{ color: toneColor(tone), whiteSpace: "nowrap" }}>
          <StatusIcon tone={tone} />
          <span style={VISUALLY_HIDDEN}>{t(statusWord(run.status))}</span>
          {run.note && ` ${run.note}`}
        </span>
      )}
    </>
  );
}
