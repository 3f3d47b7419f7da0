/** What went into a step or came out of it, in both runs. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";

import { MAX_CHANGES, type ValueChange } from "@/pipeline/valueDifference";
import { withNames } from "@/shared/blobs";
import { bytes } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { JsonView } from "@/shared/viewers/JsonView";

import { Part } from "../Part";
import { ChangeLines } from "./ChangeLines";
import { FilePair } from "./FilePair";
import type { ComparedSection, ComparedSectionValues } from "./values";

/** Larger values would be slow to read and to compare in a page. */
const MAX_WHOLE_BYTES = 5_000_000;

interface SectionComparisonProps {
  section: ComparedSection;
  compared: ComparedSectionValues;
  isReading: boolean;
  onWhole: () => void;
}

export function SectionComparison(props: SectionComparisonProps) {
  const { section, compared, isReading, onWhole } = props;
  const { t } = useTranslation();
  const { difference, verdict, after } = compared;
  const files = difference.changes.filter((one) => one.kind === "file");
  const others = difference.changes.filter((one) => one.kind !== "file");

  return (
    <Part title={t(section === "input" ? "task.input" : "task.output")}>
      {verdict === "same" && (
        <Typography color="textSecondary" component="div">
          {t("compare.same")}
          {after !== null && (
            <Box component="details">
              <summary>{t("compare.show")}</summary>
              <Box tabIndex={0} sx={{ maxHeight: 240, overflow: "auto" }}>
                <JsonView value={withNames(after)} />
              </Box>
            </Box>
          )}
        </Typography>
      )}
      {difference.cut && (
        <Cut cut={difference.cut} isReading={isReading} onWhole={onWhole} />
      )}
      {files.map((file) => (
        <FilePair key={file.at} pair={file} />
      ))}
      {others.length > 0 && <ChangeLines changes={others.map(lineOf)} />}
      {difference.more && (
        <Typography color="textSecondary" sx={{ mt: 2 }}>
          {t("compare.more", { count: MAX_CHANGES })}
        </Typography>
      )}
    </Part>
  );
}

function lineOf(change: Exclude<ValueChange, { kind: "file" }>) {
  return {
    at: change.at,
    before: change.kind === "added" ? undefined : change.before,
    after: change.kind === "removed" ? undefined : change.after,
  };
}

interface CutProps {
  cut: { before: number | undefined; after: number | undefined };
  isReading: boolean;
  onWhole: () => void;
}

function Cut({ cut, isReading, onWhole }: CutProps) {
  const { t, i18n } = useTranslation();
  const sizeOf = (size: number | undefined) =>
    size === undefined ? t("compare.small") : bytes(size, i18n.language);
  const isReadable = Math.max(cut.before ?? 0, cut.after ?? 0) <= MAX_WHOLE_BYTES;

  if (isReading) return <LinearProgress aria-label={t("loading")} />;
  return (
    <Typography variant="body2" color="textSecondary">
      {t("compare.cut", { before: sizeOf(cut.before), after: sizeOf(cut.after) })}{" "}
      {isReadable && (
        <Button size="small" onClick={onWhole}>
          {t("compare.compare_whole")}
        </Button>
      )}
    </Typography>
  );
}
