/** Two runs side by side, step by step: what differs, and where it began to differ. */
import "./words";

import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { getRouteApi } from "@tanstack/react-router";

import { useTranslation } from "@/shared/i18n";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Page } from "@/shared/ui/Page";

import { Compared } from "./Compared";
import { RunHeads } from "./RunHeads";
import { useSide } from "./sides";

const page = getRouteApi("/compare");
const WIDTH = 1360;

export function ComparePage() {
  const { a, b } = page.useSearch();
  const { t } = useTranslation();
  if (a !== undefined && b !== undefined) return <TwoTasks before={a} after={b} />;

  return (
    <Page title={t("compare.title")} width={WIDTH}>
      <Typography color="textSecondary" sx={{ mb: 4 }}>
        {t("compare.none_chosen")}
      </Typography>
      <LinkButton to="/history" variant="outlined">
        {t("compare.to_history")}
      </LinkButton>
    </Page>
  );
}

function TwoTasks(tasks: { before: string; after: string }) {
  const { path = "" } = page.useSearch();
  const { t } = useTranslation();
  const before = useSide(tasks.before, path);
  const after = useSide(tasks.after, path);
  const isBroken = [before, after].some((side) => side.isGone || side.error != null);

  return (
    <Page title={t("compare.title")} width={WIDTH}>
      <RunHeads before={before} after={after} />
      {[before, after].map(
        (side, at) =>
          side.error != null && (
            <Box key={at} sx={{ mb: 4 }}>
              <Failure error={side.error} />
            </Box>
          ),
      )}
      {before.ran && after.ran ? (
        <Compared
          // Of other runs nothing is kept, such as which values are shown whole.
          key={`${before.task} ${after.task}`}
          before={{ ...before, ran: before.ran }}
          after={{ ...after, ran: after.ran }}
          path={path}
        />
      ) : (
        !isBroken && <LinearProgress aria-label={t("loading")} />
      )}
    </Page>
  );
}
